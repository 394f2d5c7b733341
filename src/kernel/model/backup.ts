import type { Secret } from "../secret.ts";

/** One database that is copied with its host's files. Exactly one engine. */
export interface BackupDatabase {
  readonly engine: "postgres" | "mysql" | "mariadb" | "sqlite";
  /** the database's name; for sqlite the file; `*` for all of a server */
  readonly name: string;
  readonly user: string | null;
  readonly password: Secret | null;
  /** null: the server's own socket */
  readonly host: string | null;
  readonly port: number | null;
}

/** Where copies go. */
export interface BackupTarget {
  /** key of the place */
  readonly at: string;
  /** as restic writes it: `/srv/backup`, `sftp:user@host:/path`, `rest:http://…`, `s3:…`, `rclone:…`; null with `external` */
  readonly repo: string | null;
  /** claims, until they are proven */
  readonly appendOnlyClaimed: boolean;
  readonly lockedForMs: number | null;
  /** how long the provider keeps its own copies */
  readonly keptMs: number | null;
  /** credentials other than the writer's; null: the writer's own */
  readonly reader: Secret | null;
  readonly maintainer: Secret | null;
  /** copies that are there already are taken over; nothing is written */
  readonly adopt: boolean;
  /** the writer's keys to an object store, as its place has them; left out: none */
  readonly access?: { readonly id: Secret; readonly secret: Secret; readonly region: string | null };
  /** the hub's file with authorities the place is trusted by instead of the public ones; left out: none */
  readonly ca?: string;
}

/** A sign by which data are known to be ours. */
export interface BackupMarker {
  readonly sql: string | null;
  readonly expect: string | null;
  readonly path: string | null;
  readonly ownerUid: number | null;
  readonly text: string | null;
  readonly mustNot: string | null;
}

/** How many committed sets of each age are kept; 0: none of that kind. */
export interface BackupKeep {
  readonly hourly: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
}

/** Hours in which another limit counts; over midnight when `toMinute` is not after `fromMinute`. */
export interface LimitWindow {
  /** minutes after midnight */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** bits per second; null: not limited */
  readonly upBitsPerSecond: number | null;
}

/** One backup of the file. */
export interface BackupPlan {
  readonly key: string;
  readonly with: "restic" | "borg" | "external";
  /** key of the host it copies from */
  readonly host: string;
  /** absolute, without a trailing slash */
  readonly paths: readonly string[];
  readonly databases: readonly BackupDatabase[];
  readonly password: Secret | null;
  /** as in a crontab, in the site's zone; null: only by hand */
  readonly at: string | null;
  readonly to: readonly BackupTarget[];
  readonly keep: BackupKeep | null;
  /** what is promised; null: nothing */
  readonly loseAtMostMs: number | null;
  readonly backWithinMs: number | null;
  readonly drill: {
    readonly everyMs: number | null;
    readonly host: string;
    /** service that must come up */
    readonly bootCheck: string | null;
    /** units and commands that start the application, in order; left out: what is known of its host */
    readonly start?: readonly string[];
  } | null;
  /** where else the key is: `paper:office-safe`, `person:sato` */
  readonly keyAlso: readonly string[];
  readonly consistency: "lvm" | "btrfs" | "zfs" | "stop" | "none" | null;
  readonly hooks: { readonly before: string | null; readonly after: string | null };
  /** bits per second; null: not limited */
  readonly limits: {
    readonly upBitsPerSecond: number | null;
    readonly downBitsPerSecond: number | null;
    /** hours of the site's zone with another limit, in the order of the file; none when left out */
    readonly windows?: readonly LimitWindow[];
  };
  readonly verify: { readonly newestSql: string | null; readonly markers: readonly BackupMarker[] };
  readonly allowMissing: readonly string[];
  /** 1 is restored first */
  readonly priority: number;
  /** koboshi's own ledger, keys and configuration: copied on its own machine, whatever the hosts of the site are */
  readonly own?: true;
}

/** How one part of a set was stored. Sizes in bytes. */
export interface SetPart {
  readonly part: "files" | "dump" | "meta" | "commit";
  /** full id, 64 hex digits */
  readonly snapshot: string;
  readonly bytes: number;
  readonly files: number;
  /** of a dump's stream */
  readonly sha256: string | null;
  /** of a dump: which database, `postgres/shop` */
  readonly of: string | null;
  readonly missing: readonly string[];
}

/** What a text column held, counted while it was dumped. */
export interface TextClasses {
  readonly ascii: number;
  readonly hiragana: number;
  readonly katakana: number;
  readonly kanji: number;
  readonly halfKana: number;
  readonly other: number;
  readonly supplementary: number;
  /** `?`, U+FFFD and C1 controls */
  readonly suspect: number;
}

/** One table as the dump's own snapshot had it. */
export interface SetTable {
  readonly database: string;
  readonly table: string;
  readonly rows: number;
  readonly maxKey: string | null;
  /** RFC 3339, UTC */
  readonly newest: string | null;
  /** by column */
  readonly textClasses: Readonly<Record<string, TextClasses>>;
}

/** The last thing written of a set; without it there is no backup. `koboshi.set/1`, times RFC 3339 in UTC. */
export interface CommitRecord {
  readonly schema: "koboshi.set/1";
  /** ULID */
  readonly set: string;
  readonly plan: string;
  readonly host: string;
  readonly startedAt: string;
  /** of the database's snapshot: what the set's age is counted from */
  readonly snapshotAt: string;
  readonly finishedAt: string;
  readonly clockOffsetMs: number | null;
  readonly restic: string;
  readonly consistency: string;
  readonly parts: readonly SetPart[];
  readonly tables: readonly SetTable[];
  readonly manifest: { readonly snapshot: string; readonly path: string; readonly sha256: string } | null;
  readonly previousSet: string | null;
  readonly totals: { readonly bytes: number; readonly files: number; readonly addedBytes: number };
  readonly allowMissing: readonly string[];
}

export const runStates = [
  "planned",
  "preparing",
  "dumping",
  "filing",
  "manifesting",
  "committing",
  "committed",
  "partial",
  "failed",
  "interrupted",
] as const;
export type RunState = (typeof runStates)[number];

/** Of what a copy has proven, V0–V6. */
export type VerifiedLevel = 0 | 1 | 2 | 3 | 4 | 5 | 6;
