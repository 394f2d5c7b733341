import type { BackupDatabase, SetTable } from "../../kernel/model/backup.ts";
import type { Command, Workplace } from "../workplace/workplace.ts";
import type { Result } from "../../kernel/result.ts";
import type { StreamFormat } from "./stream-rows.ts";

/** Why a database could not be dumped, or its dump not be believed. `text`: the program's own words, bounded. */
export interface DumpTrouble {
  readonly reason:
    | "no-program"
    | "dump-failed"
    | "dump-incomplete"
    | "rows-differ"
    | "question-marks"
    | "charset"
    | "damaged"
    | "no-space"
    | "stalled"
    | "stopped";
  readonly text: string;
}

/** restic was gone before the dump was: then the dump's own end, a broken pipe, is no reason; restic's is. */
export const resticFirst: DumpTrouble = { reason: "stopped", text: "restic ended first" };

/** When the stream of a dump is whole; both must hold. */
export interface Completeness {
  /** found in the last 400 bytes, as an extended regular expression of POSIX that is one of JavaScript, too */
  readonly trailer: string | null;
  readonly bytes: number | null;
}

/** A dump ready to run. */
export interface OpenDump {
  readonly command: Command;
  readonly complete: Completeness;
  readonly format: StreamFormat | null;
  /** Counted in the very snapshot that is dumped; null: only the stream tells. May run beside the dump. */
  count(): Promise<Result<readonly SetTable[], DumpTrouble>> | null;
  /** tables that the snapshot does not cover, `shop.log (MyISAM)` */
  readonly uncovered: readonly string[];
  close(): Promise<void>;
}

/** One stream that will be dumped. */
export interface DumpSource {
  /** `postgres/shop`; `postgres/*` are the server's roles */
  readonly of: string;
  open(): Promise<Result<OpenDump, DumpTrouble>>;
}

/** How databases of one make are dumped. */
export interface DumpEngine {
  readonly engine: BackupDatabase["engine"];
  /** Every stream of what was declared: `*` becomes each database and the roles. */
  sources(workplace: Workplace, database: BackupDatabase): Promise<Result<readonly DumpSource[], DumpTrouble>>;
}

/** Where the stream lies in its snapshot. */
export function dumpPath(plan: string, of: string): string {
  const [engine = "", ...name] = of.split("/");
  const file = name.join("/") === "*" ? "roles" : `db-${encodeURIComponent(name.join("/"))}`;
  return `/koboshi/${plan}/${engine}-${file}.${engine === "sqlite" ? "sqlite" : "sql"}`;
}
