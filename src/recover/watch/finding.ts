import type { Stamp } from "../../kernel/clock.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Facts } from "../../kernel/model/observation.ts";
import type { Severity } from "../../kernel/model/signal.ts";
import type { KeptOfPlan } from "../schedule/facts.ts";
import type { SetChange } from "./change.ts";

/** What can be wrong with a backup, as a signal's fact `trouble` names it. */
export const backupTroubles = [
  "missed",
  "late",
  "failed",
  "partial",
  "never",
  "stale",
  "shrunk",
  "exploded",
  "changed",
  "encrypted",
  "deleted",
  "unreadable",
  "damaged",
  "deletable",
  "drill-overdue",
  "future",
  "clock-off",
  "retention-refused",
] as const;
export type BackupTrouble = (typeof backupTroubles)[number];

/** Changes a person must look at before older sets may go. */
export const suspiciousTroubles = ["shrunk", "exploded", "changed", "encrypted", "deleted"] as const;
export type SuspiciousTrouble = (typeof suspiciousTroubles)[number];

export interface BackupFinding {
  readonly trouble: BackupTrouble;
  /** key of the place; null: of the plan as a whole */
  readonly place: string | null;
  readonly severity: Severity;
  /** Unix epoch, UTC: when it began, as far as is known */
  readonly startedAtMs: number;
  readonly facts: Facts;
}

/** Everything the state of a plan's copies follows from. */
export interface Watched extends KeptOfPlan {
  readonly plan: BackupPlan;
  readonly timeZone: string;
  readonly now: Stamp;
  /** when this process began to look */
  readonly openedAt: Stamp;
  readonly firstSeen: Stamp;
  /** told already, and not over yet */
  isTold(trouble: BackupTrouble): boolean;
  /** readings in a row that failed, by place */
  readonly failedReads: ReadonlyMap<string, number>;
  /** what the newest set changed against the one before, by place, where it was looked at */
  readonly changes: ReadonlyMap<string, SetChange>;
  /** the newest set that a person has called as expected, by place */
  readonly accepted: ReadonlyMap<string, string>;
  /** why copies were not tidied away the last time, by place */
  readonly refusals: ReadonlyMap<string, { readonly atMs: number; readonly reasons: readonly string[] }>;
}
