import type { Clock } from "../../kernel/clock.ts";
import type { BackupDatabase, CommitRecord } from "../../kernel/model/backup.ts";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import type { RecoveryProgress } from "../../kernel/ports-recovery.ts";
import type { Workplace } from "../workplace/workplace.ts";
import type { Setback } from "../order/forecast.ts";
import type { OpenRepository } from "../restic/access.ts";

/** One line of a set's manifest. Paths hold one character for each byte (latin1): names need not be UTF-8. */
export interface FileEntry {
  /** absolute, without a trailing slash */
  readonly path: string;
  readonly type: "file" | "folder" | "other";
  readonly bytes: number;
  /** Unix epoch, by the host's clock; null: the manifest does not say */
  readonly changedAtMs: number | null;
  /** of the content, hex; null: not in the sample */
  readonly sha256: string | null;
  readonly isSparse: boolean;
  /** changed while it was copied: size and content may be older ones */
  readonly isLive: boolean;
  /** names of one and the same file; null: it has one */
  readonly linkGroup: string | null;
  /** where a link points, of those alone whose target is no UTF-8; one character for each byte */
  readonly linkTarget?: string;
}

export interface RestoreTrouble {
  /** key of its words */
  readonly code:
    | "no-space"
    | "unreachable"
    | "repository"
    | "stopped"
    | "files-differ"
    | "rows-differ"
    | "garbled"
    | "load-failed"
    | "in-use"
    | "no-program"
    | "placing-failed"
    | "dump-damaged";
  /** of whom: a path, `postgres/shop` */
  readonly of: string;
  /** the tool's own words, bounded */
  readonly text: string;
}

/** One restore with everything it needs, all of it decided. */
export interface RestoreTask {
  readonly id: string;
  readonly kind: RestoreRun["kind"];
  readonly plan: string;
  readonly place: string;
  readonly record: CommitRecord;
  readonly manifest: readonly FileEntry[] | null;
  readonly roots: readonly string[];
  /** opened at `fetching` */
  readonly repository: OpenRepository;
  /** minor version of restic there */
  readonly resticMinor: number;
  /** where files are fetched to */
  readonly fetching: Workplace;
  /** where databases are loaded; may be the same */
  readonly loading: Workplace;
  /** on the target, absolute */
  readonly folder: string;
  /** absolute paths, `db:postgres/shop`; empty: all */
  readonly only: readonly string[];
  /** how the servers there are reached; a database that is not listed is not loaded */
  readonly databases: readonly BackupDatabase[];
  /** what a person typed, and what it must be, where something is in the way */
  readonly confirm: string | null;
  readonly confirmName: string;
  /** whether texts of restored databases are compared with the set's record before they are put into place */
  readonly looksAtText: boolean;
  /** of the whole restore; null: not limited */
  readonly downBitsPerSecond: number | null;
  readonly signal: AbortSignal;
}

export interface RestorePace {
  /** a unit is at most this large where it can be split */
  readonly unitBytes: number;
  /** into about so many units a set is cut that fits into fewer, so that one is fetched while another is compared */
  readonly pieces: number;
  /** nothing has come for this long: the line is taken for cut */
  readonly stallMs: number;
  /** waits before the next try */
  readonly retryMs: readonly number[];
}

export interface RestoreDeps {
  readonly clock: Clock;
  /** called at every change of the run */
  keep(run: RestoreRun): Promise<void>;
  onProgress(progress: RestoreProgress): void;
  readonly pace?: Partial<RestorePace>;
}

export interface RestoreProgress extends RecoveryProgress {
  /** a path, `postgres/shop` */
  readonly unit: string;
  /** why the end moved away; null: it did not */
  readonly setback: Setback | null;
}

export interface UnitReport {
  readonly label: string;
  readonly kind: "files" | "database";
  readonly bytes: number;
  readonly files: number;
  readonly fetchSeconds: number;
  readonly loadSeconds: number;
  readonly verifySeconds: number;
  /** `skipped`: an earlier try had brought it back */
  readonly state: "done" | "skipped" | "failed";
}

export interface RestoreResult {
  readonly run: RestoreRun;
  readonly units: readonly UnitReport[];
  readonly troubles: readonly RestoreTrouble[];
  /** what was there, and is now below this; null: nothing was in the way */
  readonly movedTo: string | null;
  /**
   * Files compared with the manifest's sums, rows counted, values of text columns read again; `live`: files that changed
   * while they were copied, so that nothing can be compared.
   */
  readonly compared: {
    readonly files: number;
    readonly rows: number;
    readonly texts: number;
    readonly live: number;
  };
}
