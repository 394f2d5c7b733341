import type { Stamp } from "../clock.ts";
import type { CommitRecord, RunState, VerifiedLevel } from "./backup.ts";

/** One run of a plan into one repository, as the ledger keeps it. The set's id is its key. */
export interface BackupRun {
  readonly set: string;
  readonly plan: string;
  /** key of the place it went to */
  readonly place: string;
  readonly state: RunState;
  readonly startedAt: Stamp;
  readonly endedAt: Stamp | null;
  /** read so far and in all, bytes; null: not known */
  readonly doneBytes: number;
  readonly totalBytes: number | null;
  /** why it failed or is incomplete: a code and the tool's own words (bounded); null when all is well */
  readonly trouble: { readonly code: string; readonly text: string } | null;
  readonly record: CommitRecord | null;
}

/** What is known of one plan's copies at one place, read from the repository itself. */
export interface CopyState {
  readonly plan: string;
  readonly place: string;
  /** when the repository was last read; null: never */
  readonly readAt: Stamp | null;
  /** why it could not be read the last time; null: it could */
  readonly trouble: { readonly code: string; readonly text: string } | null;
  /** committed sets, newest first, bounded */
  readonly sets: readonly CommitRecord[];
  readonly verified: readonly Verification[];
  readonly proof: DeleteProof | null;
  /** copies of an adopted repository, which have no commit record, newest first, bounded; left out: not adopted */
  readonly foreign?: readonly ForeignCopy[];
}

/** A snapshot or archive that another tool or script wrote. Whether it is complete cannot be known from it. */
export interface ForeignCopy {
  /** full id */
  readonly id: string;
  /** Unix epoch, UTC, as the writer's clock said */
  readonly atMs: number;
  readonly host: string;
  readonly paths: readonly string[];
  readonly tags: readonly string[];
  /** borg's name of it; null with restic */
  readonly name: string | null;
}

/** One verification of a copy. */
export interface Verification {
  readonly id: string;
  readonly plan: string;
  readonly place: string;
  readonly level: VerifiedLevel;
  /** the set it looked at; null: the whole repository */
  readonly set: string | null;
  readonly at: Stamp;
  readonly seconds: number;
  readonly ok: boolean;
  /** facts for the sentences: buckets read, files compared, rows, garbled values … */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly findings: readonly VerifyFinding[];
}

/** Something wrong with a copy, or something that could not be proven. */
export interface VerifyFinding {
  /** `rows-differ`, `mojibake`, `foreign-data`, `pack-damaged` … : key of its words */
  readonly code: string;
  readonly severity: "broken" | "open";
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Whether the writer's own credentials can delete or overwrite what they wrote, by trying. */
export interface DeleteProof {
  readonly plan: string;
  readonly place: string;
  readonly at: Stamp;
  readonly result: "refused" | "deletable" | "inconclusive";
  /** what was tried, and what was there afterwards */
  readonly tried: readonly { readonly way: string; readonly answer: string; readonly intact: boolean }[];
}

export const drillPhases = ["decide", "provision", "base", "fetch", "load", "verify", "switch", "smoke"] as const;
export type DrillPhase = (typeof drillPhases)[number];

/** One phase with its stopwatch. */
export interface PhaseTime {
  readonly phase: DrillPhase;
  readonly seconds: number;
  readonly bytes: number;
  readonly files: number;
  readonly manualSteps: number;
}

/** One rehearsal, or one real recovery: both are measured alike. */
export interface RestoreRun {
  readonly id: string;
  readonly kind: "drill" | "restore";
  readonly plan: string;
  readonly place: string;
  readonly set: string;
  /** `host:drill1`, `localhost` */
  readonly target: string;
  readonly folder: string;
  readonly scope: "full" | "sampled" | "part";
  readonly state: "running" | "done" | "failed" | "interrupted";
  readonly startedAt: Stamp;
  readonly endedAt: Stamp | null;
  readonly phases: readonly PhaseTime[];
  /** seconds of business that the newest record is older than the start; null: not known */
  readonly lostSeconds: number | null;
  readonly trouble: { readonly code: string; readonly text: string } | null;
  /** what a drill saw and did besides; left out: no drill, or none that came so far */
  readonly seen?: DrillSeen;
  /** left out: no sample was asked for, or it did not come so far */
  readonly sample?: DrillSample;
}

/** What a sampled drill took of its copy, and what that says of all of it. */
export interface DrillSample {
  /** with the dumps of databases, which are always whole */
  readonly taken: { readonly bytes: number; readonly files: number };
  readonly whole: { readonly bytes: number; readonly files: number };
  /** why nothing was left out; `small`: the least a sample holds is all there is; `no-list`: the set does not list its files */
  readonly allBecause: "small" | "no-list" | null;
  /**
   * Seconds a drill of all of it would take, in four of five cases between p10 and p90; `isExtrapolated`: too little was
   * measured, the range is a rule of thumb. Null: nothing was measured, or nothing left out.
   */
  readonly full: {
    readonly p10: number;
    readonly p50: number;
    readonly p90: number;
    readonly isExtrapolated: boolean;
  } | null;
}

export const notAskedReasons = [
  "answers-by-itself",
  "other-machine",
  "own-program",
  "no-logs",
  "nobody-looks",
  "stopped",
] as const;
/** Why a check was not asked in a drill: key of its words. */
export type NotAskedReason = (typeof notAskedReasons)[number];

/** What a drill saw of the restored system, and what it did away with at its end. */
export interface DrillSeen {
  /** units and commands that were started; `ended`: it did its work; `text`: last words of one that failed, bounded */
  readonly started: readonly {
    readonly name: string;
    readonly state: "running" | "ended" | "failed";
    readonly text: string;
  }[];
  /** the plan's own checks, asked of the restored service; `not-asked`: it would prove nothing, or cannot be asked there */
  readonly checks: readonly {
    readonly name: string;
    readonly target: string;
    readonly outcome: "up" | "degraded" | "down" | "not-asked";
    readonly text: string;
    /** of those that were not asked */
    readonly why?: NotAskedReason;
  }[];
  /** what it tried to reach and did not, bounded */
  readonly blocked: readonly { readonly address: string; readonly protocol: string; readonly port: number }[];
  /** letters thrown away */
  readonly mails: number;
  /** null: not wiped yet */
  readonly wipe: {
    readonly atMs: number;
    readonly files: number;
    readonly bytes: number;
    /** nothing is left: no folder, mount or process */
    readonly clean: boolean;
  } | null;
}
