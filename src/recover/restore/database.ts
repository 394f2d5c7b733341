import type { BackupDatabase, SetTable } from "../../kernel/model/backup.ts";
import type { Running } from "../workplace/workplace.ts";
import type { Result } from "../../kernel/result.ts";

/** Why a server did not do what it was asked; `in-use`: someone is connected to what would be moved aside. */
export interface ServerRefusal {
  readonly code: "load-failed" | "in-use" | "no-program";
  readonly text: string;
}

export interface TextsWanted {
  /** as the set writes it */
  readonly table: string;
  readonly columns: readonly string[];
  readonly ratio: number | null;
}

/** What is done on a server to bring one database back. Names with a suffix are never longer than the server allows. */
export interface DatabaseHands {
  /** the database exists and has something in it */
  isThere(name: string): Promise<Result<boolean, ServerRefusal>>;
  /** makes an empty `NAME__restoring`; what an earlier try left in it is gone. @returns its name */
  begin(name: string): Promise<Result<string, ServerRefusal>>;
  /** takes SQL into that database; nothing of it counts when it is killed */
  load(restoring: string): Running;
  /** after a load that failed with these words: whether another one may succeed now */
  mend(text: string): Promise<boolean>;
  /** rows by the table's name as the set writes it */
  rows(restoring: string, tables: readonly SetTable[]): Promise<Result<ReadonlyMap<string, number>, ServerRefusal>>;
  /**
   * Values of text columns in the order of `columns`, null and empty alike as "".
   * @param wanted.ratio about which share of the rows, 0–1; null: all
   * @throws ScratchRefusal with the server's words
   */
  texts(restoring: string, wanted: TextsWanted): AsyncIterable<readonly string[]>;
  /** the restored one takes the name; what had it is kept as `NAME__before_…` */
  swap(
    name: string,
    wanted: { readonly before: string; readonly table: string | null },
  ): Promise<Result<void, ServerRefusal>>;
  /** SQL of accounts and rights: those that are there stay as they are */
  accounts(sql: string): Promise<Result<void, ServerRefusal>>;
  close(): Promise<void>;
}

/** The database of a part, as the server of the target is reached; null: no such server was given. */
export function databaseOf(databases: readonly BackupDatabase[], of: string): BackupDatabase | null {
  const [engine = "", ...rest] = of.split("/");
  const name = rest.join("/");
  const fits = databases.filter((database) => sameMake(database.engine, engine));
  return fits.find((database) => database.name === name) ?? fits.find((database) => database.name === "*") ?? null;
}

function sameMake(a: string, b: string): boolean {
  return makeOf(a) === makeOf(b);
}

function makeOf(engine: string): string {
  return engine === "mysql" ? "mariadb" : engine;
}

/** `shop__restoring`, cut so that the server does not cut it itself. Source: PostgreSQL 63 bytes, MySQL 64 characters. */
export function suffixed(name: string, suffix: string): string {
  let kept = name;
  while (Buffer.byteLength(`${kept}${suffix}`) > 63) kept = kept.slice(0, -1);
  return `${kept}${suffix}`;
}
