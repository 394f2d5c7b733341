import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { BackupPlan, CommitRecord } from "../../kernel/model/backup.ts";
import type { DrillPhase, DrillSample, DrillSeen, PhaseTime, RestoreRun } from "../../kernel/model/recovery.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Result } from "../../kernel/result.ts";
import type { Workplace } from "../workplace/workplace.ts";
import type { Size, UnitTime } from "./estimate.ts";
import type { Known } from "./facts.ts";
import type { Room } from "./room.ts";

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
  /** the room's own folder, in which `root` is */
  readonly scratch: string;
  readonly isSpareHost: boolean;
  /** draws a part of the files, 0 ≤ x < 1; null: everything is restored */
  readonly sampleBy: (() => number) | null;
  readonly signal: AbortSignal;
  onPhase(phase: "fetch" | "load" | "verify"): void;
}

export interface RestoredCopy {
  /** fetch, load and verify, as far as it came */
  readonly phases: readonly PhaseTime[];
  /** of a verified business record; null: not known */
  readonly newestRecordAtMs: number | null;
  /** what was taken, where a part was to be drawn; null: no part was */
  readonly sample: SampleTaken | null;
  readonly trouble: { readonly code: string; readonly text: string } | null;
}

export interface SampleTaken extends Omit<DrillSample, "full"> {
  /** files by the clock, one for each unit; databases are not among them */
  readonly units: readonly UnitTime[];
  /** all files of the copy, in the units in which a whole restore would bring them; null: all were taken */
  readonly wholeFiles: Size | null;
}

export type DrillRestore = (ask: DrillAsk) => Promise<RestoredCopy>;

/** What a phase done by someone else took besides time. */
export interface Worked {
  readonly bytes: number;
  readonly files: number;
  readonly manualSteps: number;
  readonly trouble: { readonly code: string; readonly text: string } | null;
}

export interface Smoked extends Worked, Pick<DrillSeen, "started" | "checks"> {}

/** Makes the restored service come up inside the isolation and asks it what its checks ask. */
export type DrillSmoke = (ask: {
  readonly plan: BackupPlan;
  readonly room: Pick<Room, "inside" | "root" | "furnish">;
  readonly isSpareHost: boolean;
  readonly signal: AbortSignal;
}) => Promise<Smoked>;

/** Lays the rebuild recipe under the data. */
export type DrillBase = (ask: {
  readonly plan: BackupPlan;
  readonly record: CommitRecord;
  /** packages come from their mirror, which the room cannot reach */
  readonly outside: Workplace;
  readonly root: string;
}) => Promise<Worked>;

/** A machine that was entered, until it is left. */
export interface DrillMachine {
  readonly workplace: Workplace;
  close(): Promise<void>;
}

export interface DrillDeps {
  readonly site: Site;
  /** what a person writes into /etc/koboshi-drill */
  readonly siteId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 ≤ x < 1; seeded in tests */
  readonly random: () => number;
  /** The machine the drill runs on: `localhost` or a spare host. @returns why it cannot be entered */
  reach(target: string): Promise<Result<DrillMachine, string>>;
  /** where scratch folders are made there, absolute */
  folder(target: string): string;
  copies(plan: BackupPlan): Promise<readonly PlaceCopies[]>;
  /** what is known of every other host of the site that can be read, and for a spare host of this machine */
  known(target: string): Promise<readonly Known[]>;
  /** where names lead, as this machine resolves them; those that lead nowhere are left out */
  resolve(names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** the repository of a place, as the file writes it; null: none */
  repoAt(plan: BackupPlan, place: string): string | null;
  /** whether the credential the copies are read with can also write; null: not known */
  canWrite(plan: BackupPlan, place: string): Promise<boolean | null>;
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
