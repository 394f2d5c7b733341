import type { Stamp } from "./clock.ts";
import type { BackupPlan, CommitRecord } from "./model/backup.ts";
import type { BackupRun, CopyState, DeleteProof, RestoreRun, Verification } from "./model/recovery.ts";

/** One plan as the faces show it. */
export interface BackupStatus {
  readonly plan: BackupPlan;
  /** at each place of the plan, in the order of the file */
  readonly copies: readonly CopyState[];
  /** under way now */
  readonly running: readonly BackupRun[];
  /** newest first, bounded */
  readonly runs: readonly BackupRun[];
  /** newest first, bounded */
  readonly restores: readonly RestoreRun[];
  readonly nextAtMs: number | null;
}

export interface RestoreRequest {
  readonly plan: string;
  /** `latest` or a set's id */
  readonly at: string;
  /** key of a place; null: whichever is newest and sound */
  readonly place: string | null;
  /** `host:KEY` or `localhost` */
  readonly target: string;
  readonly folder: string;
  /** absolute paths and `db:postgres/shop`; empty: all */
  readonly only: readonly string[];
  /** name typed by a person; needed when something that is there would be moved aside */
  readonly confirm: string | null;
  /** id of the set, typed by a person who takes it although it is in quarantine; null or left out: not */
  readonly despite?: string | null;
}

export interface DrillRequest {
  /** key of a place; null: whose turn it is */
  readonly place: string | null;
  readonly sampled: boolean;
}

/** What a drill would do. No refusals: it may begin. */
export interface DrillAnswer {
  readonly set: string;
  readonly place: string;
  readonly target: string;
  readonly refusals: readonly { readonly code: string; readonly unknown: boolean; readonly seen: string }[];
}

/** What a restore would do, before anything is done. */
export interface RestoreOutlook {
  readonly record: CommitRecord;
  readonly place: string;
  readonly target: string;
  readonly folder: string;
  readonly bytes: number;
  readonly files: number;
  /** what is there already and would be moved aside */
  readonly inTheWay: readonly string[];
  readonly freeBytes: number | null;
  readonly expectedSeconds: { readonly p10: number; readonly p50: number; readonly p90: number | null } | null;
}

/** A run that has begun. Every place gets a set of its own. */
export interface BackupBegun {
  /** id of the first place's set */
  readonly set: string;
  /** ids of all sets, when every place is through; rejects with what ended it before */
  readonly over: Promise<readonly string[]>;
}

/** What retention would let go at one place, and what was done. */
export interface TidyAnswer {
  readonly place: string;
  /** `planned`: looked at only; `no-maintainer`: nothing is removed with the writer's credential */
  readonly state: "planned" | "done" | "refused" | "failed" | "no-maintainer";
  /** newest first; `keeps`: what it stands for, such as `daily`; without one it goes */
  readonly sets: readonly { readonly set: string; readonly at: string; readonly keeps: readonly string[] }[];
  /** keys of their words: why nothing is removed */
  readonly refusals: readonly string[];
  readonly removed: number;
  readonly trouble: string | null;
}

/** The verbs of the recovering stage for web, API and commands. */
export interface BackupDesk {
  all(): Promise<readonly BackupStatus[]>;
  one(plan: string): Promise<BackupStatus | null>;
  /** Begins a run now, to every place of the plan one after the other; refused (KB8xxx) while one runs. */
  runNow(plan: string, by: string): Promise<BackupBegun>;
  /** Reads the repositories again. */
  refresh(plan: string): Promise<BackupStatus>;
  verify(
    plan: string,
    options: { readonly place: string | null; readonly level: 2 | 3 | 4 | 5; readonly by: string },
  ): Promise<readonly Verification[]>;
  prove(plan: string, options: { readonly place: string | null; readonly by: string }): Promise<readonly DeleteProof[]>;
  outlook(request: RestoreRequest): Promise<RestoreOutlook>;
  /** @returns the run's id */
  restore(request: RestoreRequest, by: string): Promise<string>;
  /** `wish` left out: a whole drill of the copy whose turn it is */
  drill(plan: string, by: string, wish?: DrillRequest): Promise<string>;
  /** Which copy a drill would take, and why it must not begin; nothing is written. Left out: it cannot be asked here. */
  drillOutlook?(plan: string, wish: DrillRequest): Promise<DrillAnswer>;
  /**
   * A person says that what a set changed was meant. Left out: it cannot be said here.
   * @returns the copies where it was suspected. @throws KB1002 no such set, KB1001 without a reason, KB8504 nothing was suspected
   */
  accept?(
    set: string,
    options: { readonly by: string; readonly reason: string },
  ): Promise<readonly { readonly plan: string; readonly place: string }[]>;
  /** What retention lets go at each place, in the file's order; it goes only when `isConfirmed`. Left out: not here. */
  tidy?(plan: string, options: { readonly by: string; readonly isConfirmed: boolean }): Promise<readonly TidyAnswer[]>;
  restoreRun(id: string): Promise<RestoreRun | null>;
  onProgress(listener: (progress: RecoveryProgress) => void): () => void;
}

/** How far something has come, about once a second. */
export interface RecoveryProgress {
  readonly id: string;
  readonly what: "backup" | "restore" | "drill" | "verify";
  readonly plan: string;
  readonly phase: string;
  readonly doneBytes: number;
  readonly totalBytes: number | null;
  readonly bytesPerSecond: number | null;
  readonly leftSeconds: number | null;
  readonly at: Stamp;
}
