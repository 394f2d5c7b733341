import type { Clock } from "../../kernel/clock.ts";
import { DamagedPart, type Appending } from "./append.ts";
import { dayOf, type DayNumber } from "./days.ts";
import { quoted, rowsOf, type Duck } from "./duckdb.ts";
import { databaseOf, parquetPath, type Part } from "./parts.ts";
import type { Store } from "./store.ts";
import { emptyTableSql } from "./tables.ts";
import type { LogStore, NumberedLine } from "./telemetry.ts";
import { troubleOf } from "./troubles.ts";

export interface NumberedDeps {
  readonly store: Store;
  readonly appending: Appending;
  readonly clock: Clock;
  /** lines before this moment are older than what is kept */
  firstKeptMs(): number;
  /** the same for single sources, by day */
  firstKeptDays(): ReadonlyMap<string, DayNumber>;
  /** rows of the day were stored now */
  stored(day: DayNumber): void;
}

interface Held extends NumberedDeps {
  /** the highest number of each day; emptied whenever what the files hold is in doubt */
  readonly highest: Map<DayNumber, number>;
}

/** One commit: large enough to make its flush cheap, small enough for the small profile's memory. */
const rowsAtOnce = 12_288;

/**
 * Lines come in rising order of their number, and each day's file gets them in that order: what a day holds is therefore
 * told by the highest number in it, whichever of the day's files were committed before a kill.
 */
export function createLogStore(deps: NumberedDeps): Pick<LogStore, "store"> {
  const held: Held = { ...deps, highest: new Map() };
  return {
    async store(lines) {
      const fresh: NumberedLine[] = [];
      for (let first = 0; first < lines.length; first += rowsAtOnce)
        fresh.push(...(await storeSome(held, lines.slice(first, first + rowsAtOnce))));
      return fresh;
    },
  };
}

async function storeSome(held: Held, lines: readonly NumberedLine[]): Promise<readonly NumberedLine[]> {
  const { store } = held;
  try {
    return await store.lanes.writer.run(async () => {
      const duck = await store.owned();
      await store.requireSpace();
      const fresh: NumberedLine[] = [];
      const days = byDay(lines, held);
      for (const [day, ofDay] of days) fresh.push(...(await storeDay({ held, duck, day }, ofDay)));
      return days.size > 1 ? fresh.sort((a, b) => a.seq - b.seq) : fresh;
    });
  } catch (thrown) {
    held.highest.clear();
    if (thrown instanceof DamagedPart) await store.lanes.caretaker.run(() => store.setAside(thrown.part, "duckdb"));
    else await store.renew();
    throw thrown;
  }
}

async function storeDay(
  { held, duck, day }: { held: Held; duck: Duck; day: DayNumber },
  lines: readonly NumberedLine[],
): Promise<readonly NumberedLine[]> {
  const highest = held.highest.get(day) ?? (await highestOf(held.store, duck, day));
  held.highest.set(day, highest);
  const fresh = lines.filter(({ seq }) => seq > highest);
  const last = fresh.at(-1);
  if (last === undefined) return [];
  await held.appending.storeNumbered(duck, day, { lines: fresh, breathe: async () => held.clock.breathe?.() });
  held.highest.set(day, last.seq);
  held.stored(day);
  return fresh;
}

/** @throws when a file of the day cannot be asked; a damaged one counts as empty, since its lines cannot be read either */
async function highestOf(store: Store, duck: Duck, day: DayNumber): Promise<number> {
  const parts = store.shelf.parts().filter((part) => part.day === day);
  let highest = -1;
  for (const part of parts) highest = Math.max(highest, await highestIn(store, duck, part));
  return highest;
}

async function highestIn(store: Store, duck: Duck, part: Part): Promise<number> {
  if (part.form === "parquet" && !part.files.has("logs")) return -1;
  try {
    if (part.form !== "parquet") await store.attach(duck, part);
    const from =
      part.form === "parquet"
        ? `read_parquet(${quoted(parquetPath(store.folder, part, "logs"))})`
        : `${databaseOf(part)}.logs`;
    const sql = `SELECT max(seq)::DOUBLE FROM (${emptyTableSql("logs")} UNION ALL BY NAME SELECT * FROM ${from})`;
    const [row] = await rowsOf(duck.writer, sql);
    return typeof row?.[0] === "number" ? row[0] : -1;
  } catch (thrown) {
    const { kind } = troubleOf(thrown);
    if (kind !== "damaged" && kind !== "gone") throw thrown;
    if (part.form !== "parquet") throw new DamagedPart(part, thrown);
    return -1;
  }
}

function byDay(lines: readonly NumberedLine[], kept: NumberedDeps): Map<DayNumber, NumberedLine[]> {
  const days = new Map<DayNumber, NumberedLine[]>();
  const [firstKeptMs, firstKeptDays] = [kept.firstKeptMs(), kept.firstKeptDays()];
  for (const line of lines) {
    if (line.atMs < firstKeptMs) continue;
    const day = dayOf(Math.round(line.atMs));
    if (firstKeptDays.size > 0 && day < (firstKeptDays.get(line.source) ?? Number.NEGATIVE_INFINITY)) continue;
    const ofDay = days.get(day);
    if (ofDay === undefined) days.set(day, [line]);
    else ofDay.push(line);
  }
  return days;
}
