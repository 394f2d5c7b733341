import type { Stamp } from "./clock.ts";
import type { BackupDatabase, BackupTarget, CommitRecord } from "./model/backup.ts";
import type { RestoreRun, Verification } from "./model/recovery.ts";
import type { RecoveryProgress, RestoreOutlook } from "./ports-recovery.ts";
import type { Secret } from "./secret.ts";

/** Where copies are read from: a plan of the file, or a repository of which nothing else is known. */
export type RestoreFrom =
  | { readonly kind: "plan"; readonly plan: string; readonly place: string | null }
  | { readonly kind: "repo"; readonly repo: string; readonly password: Secret; readonly plan: string | null };

/** Which set: `set` may be the beginning of its id; `time`: the newest one not after it. */
export type RestoreAt =
  | { readonly kind: "latest" }
  | { readonly kind: "set"; readonly set: string }
  | { readonly kind: "time"; readonly atMs: number };

export interface RestoreWanted {
  readonly from: RestoreFrom;
  readonly at: RestoreAt;
  /** `localhost`, `host:KEY` */
  readonly target: string;
  /** absolute */
  readonly folder: string;
  /** absolute paths, `db:postgres/shop`, `db:postgres/shop.public.orders`; empty: all */
  readonly only: readonly string[];
  /** how servers of the target are reached; null: as the plan says */
  readonly databases: readonly BackupDatabase[] | null;
  /** id of a set that a person takes although it is in quarantine; null or left out: none */
  readonly despite?: string | null;
  readonly signal: AbortSignal;
}

/** A verification as far as a restore has to know of it, wherever that is known from. */
export type KnownLook = Pick<Verification, "place" | "level" | "set" | "findings" | "facts"> & {
  readonly at: Pick<Stamp, "atMs">;
};

/** One committed set at one place. */
export interface ListedSet {
  readonly place: string;
  readonly record: CommitRecord;
}

export interface RestoreLook extends RestoreOutlook {
  /** what must be typed when something is in the way */
  readonly confirmName: string;
  /** bytes that an earlier try has brought back already */
  readonly doneBytes: number;
  readonly units: readonly { readonly label: string; readonly kind: "files" | "database"; readonly bytes: number }[];
}

export interface RestoreTold extends RecoveryProgress {
  /** a path, `postgres/shop` */
  readonly unit: string;
  /** why the end moved away by more than a tenth; null: it did not */
  readonly setback:
    | { readonly why: "rate-fell" | "load-slower"; readonly from: number; readonly to: number }
    | { readonly why: "unit-again" }
    | null;
}

export interface RestoreEnd {
  readonly run: RestoreRun;
  /** units that did not come back; `code`: key of its words */
  readonly troubles: readonly { readonly code: string; readonly of: string; readonly text: string }[];
  /** what was in the way is there now; null: nothing was */
  readonly movedTo: string | null;
  /**
   * `texts`: values of text columns that were read again on the target; `live`: files that changed while they were copied,
   * so that nothing can be compared
   */
  readonly compared: {
    readonly files: number;
    readonly rows: number;
    readonly texts: number;
    readonly live: number;
  };
}

/** A restore looked at and ready: nothing was changed yet. */
export interface OpenRestore {
  readonly look: RestoreLook;
  /** @throws KB8301 without the name where something is in the way, KB8304, KB8306 */
  run(confirm: string | null): Promise<RestoreEnd>;
  close(): Promise<void>;
}

/** What a person needs on paper when nothing of koboshi is left. */
export interface SheetFacts {
  readonly site: string;
  readonly plan: string;
  readonly host: string;
  /** how it is reached; null: nobody has said */
  readonly hostAddress: string | null;
  readonly paths: readonly string[];
  readonly databases: readonly BackupDatabase[];
  readonly keyAlso: readonly string[];
  /** where the password is read from, such as `file /etc/koboshi/key`; null: there is none */
  readonly keySource: string | null;
  readonly keyHolders: readonly string[];
  readonly copies: readonly {
    readonly target: BackupTarget;
    readonly provider: string | null;
    /** of a bare folder: it lies on the plan's host, and restic must run there */
    readonly liesOnHost: boolean;
    /** newest committed set; null: none, or it could not be read */
    readonly record: CommitRecord | null;
    readonly trouble: string | null;
  }[];
  /** plans in the order in which they come back, with the services that live from them */
  readonly order: readonly { readonly plan: string; readonly services: readonly string[] }[];
  readonly people: readonly { readonly name: string; readonly phone: string | null; readonly mail: string | null }[];
  readonly providers: readonly {
    readonly name: string;
    readonly phone: string | null;
    readonly account: string | null;
  }[];
}

/** A repository that another tool or script wrote. */
export interface ForeignRepository {
  readonly tool: "restic" | "borg";
  readonly repo: string;
  /** null: it is not encrypted */
  readonly password: Secret | null;
  /** key of the place it lies at, as the file is to say */
  readonly place: string;
}

/** Copies of one source in it, with what the file would say to have them watched and audited as they are. */
export interface ForeignSource {
  readonly host: string;
  readonly paths: readonly string[];
  readonly tags: readonly string[];
  readonly count: number;
  /** Unix epoch, UTC; null: all are dated in the future */
  readonly newestAtMs: number | null;
  readonly oldestAtMs: number | null;
  /** null: fewer than three copies */
  readonly medianGapMs: number | null;
  readonly yaml: string;
}

/** Restoring from the file or a repository alone: no hub, no ledger. */
export interface RestoreDoor {
  /** newest first. @throws KB8305 when no repository can be read */
  list(from: RestoreFrom): Promise<readonly ListedSet[]>;
  /** @throws KB8302, KB8303, KB8305, KB8307, KB8308, KB8309, KB8310, KB8312 for a set in quarantine */
  open(wanted: RestoreWanted): Promise<OpenRestore>;
  sheet(plan: string): Promise<SheetFacts>;
  /** Only ever reads; busiest source first. Left out: not here. @throws KB8503 */
  foreign?(repository: ForeignRepository): Promise<readonly ForeignSource[]>;
  onProgress(listener: (told: RestoreTold) => void): () => void;
}
