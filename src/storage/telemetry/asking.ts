import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { dayMs, dayName, dayOf } from "./days.ts";
import { quoted, rowsOf, type Duck } from "./duckdb.ts";
import { databaseOf, parquetPath, type Part } from "./parts.ts";
import type { Profile } from "./profile.ts";
import type { Store } from "./store.ts";
import { emptyTableSql, type FileName } from "./tables.ts";
import type { Range } from "./telemetry.ts";
import { troubleOf } from "./troubles.ts";

export interface AskDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly profile: Profile;
}

export interface Question {
  /** which table or file */
  readonly of: FileName;
  /** of the parts whose days touch the range, those asked */
  readonly parts: (part: Part) => boolean;
  /** the whole statement; `from` is something SQL can select from, `exact` false asks for what takes little memory */
  readonly sql: (from: string, exact: boolean) => string;
  readonly texts: readonly string[];
}

export type Answer = readonly (readonly unknown[])[];

interface Source {
  readonly part: Part;
  readonly file: FileName | "duckdb";
  /** in SQL; null when it is a Parquet file */
  readonly table: string | null;
  /** path; null when it is a table */
  readonly parquet: string | null;
}

export function touches({ day }: Part, { fromMs, toMs }: Range): boolean {
  return day >= dayOf(fromMs) && day * dayMs < toMs;
}

/** Asks all parts at once; those that cannot be read are left out, and set aside when they are damaged. */
export async function ask(deps: AskDeps, question: Question): Promise<Answer> {
  const { store, log } = deps;
  try {
    return await store.lanes.reader.run(async () => {
      const duck = await store.opened();
      const sources = await sourcesFor(deps, duck, question);
      return sources.length === 0 ? [] : await answerOf(deps, duck, { question, sources });
    });
  } catch (thrown) {
    log.warn("measurements cannot be read", { of: question.of, reason: troubleOf(thrown).reason });
    return [];
  }
}

async function sourcesFor(deps: AskDeps, duck: Duck, { of, parts }: Question): Promise<Source[]> {
  const { store } = deps;
  const sources: Source[] = [];
  for (const part of store.shelf.parts().filter(parts)) {
    if (part.form === "parquet") {
      const parquet = parquetPath(store.folder, part, of);
      if (part.files.has(of)) sources.push({ part, file: of, table: null, parquet });
      continue;
    }
    try {
      await store.attach(duck, part);
      sources.push({ part, file: "duckdb", table: `${databaseOf(part)}.${of}`, parquet: null });
    } catch (thrown) {
      leaveOut(deps, { part, file: "duckdb" }, thrown);
    }
  }
  return sources;
}

interface Asking {
  readonly question: Question;
  readonly sources: readonly Source[];
}

async function answerOf(deps: AskDeps, duck: Duck, { question, sources }: Asking): Promise<Answer> {
  try {
    return await run(deps, duck, { question, sources });
  } catch (thrown) {
    if (troubleOf(thrown).kind !== "damaged" && troubleOf(thrown).kind !== "gone") throw thrown;
    const sound: Source[] = [];
    for (const source of sources) {
      const one = await run(deps, duck, { question, sources: [source] }).catch((trouble: unknown) => {
        leaveOut(deps, source, trouble);
        return null;
      });
      if (one !== null) sound.push(source);
    }
    if (sound.length === sources.length) throw thrown;
    return sound.length === 0 ? [] : run(deps, duck, { question, sources: sound });
  }
}

async function run({ clock, profile }: AskDeps, { reader }: Duck, { question, sources }: Asking): Promise<Answer> {
  const timer = clock.after(profile.readLimitMs, () => reader.interrupt());
  const from = question.of === "logs" ? namedFromClause(sources) : fromClause(sources);
  try {
    return await rowsOf(reader, question.sql(from, true), question.texts).catch((thrown: unknown) => {
      if (troubleOf(thrown).kind !== "memory") throw thrown;
      return rowsOf(reader, question.sql(from, false), question.texts);
    });
  } finally {
    timer.cancel();
  }
}

/** All Parquet files in one list: a hundred of them then cost no more memory than one. */
function fromClause(sources: readonly Source[]): string {
  const files = sources.flatMap(({ parquet }) => (parquet === null ? [] : [quoted(parquet)]));
  const tables = sources.flatMap(({ table }) => (table === null ? [] : [table]));
  if (files.length > 0) tables.push(`read_parquet([${files.join(", ")}])`);
  return `(${tables.map((table) => `SELECT * FROM ${table}`).join(" UNION ALL ")})`;
}

/** As `fromClause`, for a table that got columns over the years: what a file lacks is null. */
function namedFromClause(sources: readonly Source[]): string {
  const files = sources.flatMap(({ parquet }) => (parquet === null ? [] : [quoted(parquet)]));
  const selects = sources.flatMap(({ table }) => (table === null ? [] : [`SELECT * FROM ${table}`]));
  if (files.length > 0) selects.push(`SELECT * FROM read_parquet([${files.join(", ")}], union_by_name = true)`);
  return `(${[emptyTableSql("logs"), ...selects].join(" UNION ALL BY NAME ")})`;
}

/** Not waited for: the answer comes without it. */
function leaveOut({ store, log }: AskDeps, { part, file }: Pick<Source, "part" | "file">, thrown: unknown): void {
  const { kind, reason } = troubleOf(thrown);
  const setAside = (): Promise<void> => store.lanes.caretaker.run(() => store.setAside(part, file));
  if (kind === "damaged") void setAside();
  else if (kind === "gone" && file !== "duckdb") store.shelf.dropFile(part, file);
  else log.warn("a day's measurements cannot be read", { day: dayName(part.day), reason });
}
