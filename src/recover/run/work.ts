import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { BackupPlan, BackupTarget, SetPart, SetTable } from "../../kernel/model/backup.ts";
import type { BackupRun } from "../../kernel/model/recovery.ts";
import type { RecoveryProgress } from "../../kernel/ports-recovery.ts";
import type { Workplace } from "../workplace/workplace.ts";
import type { CountTextClasses } from "../dump/tally.ts";
import type { OpenRepository } from "../restic/access.ts";
import type { ResticVersion } from "../restic/version.ts";
import type { RunBook } from "./book.ts";
import type { Speed } from "./speed.ts";

export interface RunDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** counts texts while they are dumped; null: texts are not counted */
  readonly classes: CountTextClasses | null;
  /** Keeps the run durably before it resolves. The set is its key; a later state replaces an earlier one. */
  keep(run: BackupRun): Promise<void>;
}

export interface RunWanted {
  readonly plan: BackupPlan;
  readonly target: BackupTarget;
  /** the plan's host */
  readonly workplace: Workplace;
  /** left out: a new one */
  readonly set?: string;
  /** a repository that is not there may be made: only when nothing was ever committed at this place */
  readonly mayInit?: boolean;
  /** `there`: dump and restic meet on the far host, nothing flows through us. Left out: there unless it is this machine */
  readonly gate?: "here" | "there";
  readonly signal?: AbortSignal;
  onProgress?(progress: RecoveryProgress): void;
  /** how long a lock of somebody else is waited for; left out: 10 minutes */
  readonly lockWaitMs?: number;
  readonly noProgressMs?: number;
  /** folder of the lock on the host; left out: below /run */
  readonly lockFolder?: string;
  /** restic's cache on the host; left out: where restic puts it */
  readonly cacheFolder?: string;
}

/** A run under way: what its steps share. */
export interface RunWork extends RunWanted {
  readonly deps: RunDeps;
  readonly id: string;
  readonly book: RunBook;
  readonly speed: Speed;
  readonly repository: OpenRepository;
  readonly version: ResticVersion;
  readonly clockOffsetMs: number | null;
  /** what is there of the plan's folders, and what is not */
  readonly sources: { readonly there: readonly string[]; readonly missing: readonly string[] };
}

/** What the steps brought together. */
export interface Stored {
  readonly parts: readonly SetPart[];
  readonly tables: readonly SetTable[];
  /** tables no snapshot covers */
  readonly uncovered: readonly string[];
  readonly addedBytes: number;
  /** wall clock of ours: what the set's age is counted from */
  readonly snapshotAtMs: number | null;
}

export const nothingStored: Stored = { parts: [], tables: [], uncovered: [], addedBytes: 0, snapshotAtMs: null };
