import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { BackupPlan, CommitRecord } from "../../kernel/model/backup.ts";
import type { DrillPhase, PhaseTime, RestoreRun } from "../../kernel/model/recovery.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Workplace } from "../workplace/workplace.ts";
import type { UnitTime } from "./estimate.ts";
import type { Known } from "./safety.ts";

/** The committed sets of a plan at one place. */
export interface PlaceCopies {
  readonly place: string;
  /** those that nothing is known against, newest first */
  readonly records: readonly CommitRecord[];
  /** how many are left out: a verification found them broken, and nobody would restore them */
  readonly quarantined: number;
}

/** What a restore into the isolated place is asked. */
export interface DrillAsk {
  readonly plan: BackupPlan;
  readonly record: CommitRecord;
  readonly place: string;
  /** reads the repository; outside the isolation */
  readonly outside: Workplace;
  /** loads databases; inside, without a way out */
  readonly inside: Workplace;
  /** the claimed folder, the same path inside and outside; nothing is written elsewhere */
  readonly root: string;
  /** as in RestoreRequest; empty: all */
  readonly only: readonly string[];
  readonly signal: AbortSignal;
  onPhase(phase: "fetch" | "load" | "verify"): void;
}

export interface RestoredCopy {
  /** fetch, load and verify, as far as it came */
  readonly phases: readonly PhaseTime[];
  /** of a verified business record; null: not known */
  readonly newestRecordAtMs: number | null;
  /** one for each unit, for the estimate of the full size */
  readonly units: readonly UnitTime[];
  readonly trouble: { readonly code: string; readonly text: string } | null;
}

export type DrillRestore = (ask: DrillAsk) => Promise<RestoredCopy>;

/** What a phase done by someone else took besides time. */
export interface Worked {
  readonly bytes: number;
  readonly files: number;
  readonly manualSteps: number;
  readonly trouble: { readonly code: string; readonly text: string } | null;
}

/** Makes the restored service come up inside the isolation and asks it what its checks ask. */
export type DrillSmoke = (ask: {
  readonly plan: BackupPlan;
  readonly inside: Workplace;
  readonly root: string;
  readonly signal: AbortSignal;
}) => Promise<Worked>;

/** Lays the rebuild recipe under the data. */
export type DrillBase = (ask: {
  readonly plan: BackupPlan;
  readonly record: CommitRecord;
  /** packages come from their mirror, which the room cannot reach */
  readonly outside: Workplace;
  readonly root: string;
}) => Promise<Worked>;

export interface DrillDeps {
  readonly site: Site;
  /** what a person writes into /etc/koboshi-drill */
  readonly siteId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 ≤ x < 1; seeded in tests */
  readonly random: () => number;
  /** the machine the drill runs on: `localhost` or a spare host */
  workplaceFor(target: string): Workplace;
  /** where scratch folders are made there, absolute */
  readonly folder: string;
  copies(plan: BackupPlan): Promise<readonly PlaceCopies[]>;
  /** what is known of every host of the site, from its readings */
  known(): Promise<readonly Known[]>;
  /** whether the credential the copies are read with can also write; null: not known */
  canWrite(plan: BackupPlan, place: string): Promise<boolean | null>;
  /** folders of a set with their sizes, for a sampled drill; empty: not known, everything is taken */
  folders(record: CommitRecord, place: string): Promise<readonly { readonly path: string; readonly bytes: number }[]>;
  /** tells of every change of production that is seen from outside meanwhile, which ends the drill; stops at the call of what it returns */
  guard(onChange: (what: string) => void): () => void;
  readonly restore: DrillRestore;
  readonly smoke: DrillSmoke;
  /** null: the copies bring their own system */
  readonly base: DrillBase | null;
  /** called at every change: begun, a phase ended, ended */
  keep(run: RestoreRun): Promise<void>;
  onPhase(run: RestoreRun, phase: DrillPhase): void;
}

export interface DrillWish {
  readonly plan: BackupPlan;
  /** null: chosen */
  readonly place: string | null;
  readonly sampled: boolean;
  /** drills of this plan so far: decides whose turn it is */
  readonly before: number;
  /** when the alarm rang; null: not an announced drill, deciding takes no time */
  readonly alarmAtMonotonicMs: number | null;
  /** place that survives the worst event of the audit first; empty: the order of the file */
  readonly survivors: readonly string[];
  readonly signal: AbortSignal;
}
