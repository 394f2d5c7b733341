import fs from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { closePart, removeDuckdb } from "./closing.ts";
import { dayName, dayOf, type DayNumber } from "./days.ts";
import type { Duck } from "./duckdb.ts";
import { firstKeptDay, keptMs, type Retention } from "./expiry.ts";
import { alone } from "./lanes.ts";
import { databaseOf, duckdbPath, findParts, parquetFolder, parquetPath, type Part } from "./parts.ts";
import type { Profile } from "./profile.ts";
import type { Store } from "./store.ts";
import { fileNames, tableNames } from "./tables.ts";
import { removeLinesOf } from "./thinning.ts";
import { troubleOf } from "./troubles.ts";

export interface TidyDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly profile: Profile;
  readonly retention: () => Retention;
  /** the first day that is kept of the lines of a source, where they go sooner than those of others */
  readonly keptDays: () => ReadonlyMap<string, DayNumber>;
  /** monotonic time of the last row of the day, or of the start */
  readonly quietSinceMs: (day: DayNumber) => number;
}

/** Closes the days gone by, then removes what is older than it has to be kept. Trouble is logged; the next round tries again. */
export async function tidy(deps: TidyDeps): Promise<void> {
  const { store, log } = deps;
  try {
    await store.lanes.caretaker.run(async () => {
      const duck = await store.owned();
      for (const part of dueForClosing(deps)) await closeOrSetAside(deps, duck, part);
      await removeExpired(deps, duck);
      await thinOut(deps, duck);
    });
  } catch (thrown) {
    log.debug("measurements are not tidied now", { reason: troubleOf(thrown).reason });
  }
}

/** A day that could not be closed, for want of space, for so long after its last row should have gone, goes as it is. */
const unclosableDays = 30;

/** A day that is not today and has been quiet: whether the clock calls it past or future, closing it loses nothing. */
function dueForClosing({ store, clock, profile, quietSinceMs }: TidyDeps): readonly Part[] {
  const today = dayOf(clock.nowMs());
  return store.shelf
    .parts()
    .filter(({ form, day }) => form === "open" && day !== today)
    .filter(({ day }) => clock.monotonicMs() - quietSinceMs(day) >= profile.closeAfterMs);
}

async function closeOrSetAside({ store, log }: TidyDeps, duck: Duck, part: Part): Promise<void> {
  try {
    await closePart(store, duck, part);
    log.info("a day's measurements are closed", { day: dayName(part.day) });
  } catch (thrown) {
    const { kind, reason } = troubleOf(thrown);
    if (kind === "damaged") await store.setAside(part, "duckdb");
    else if (kind === "gone") store.shelf.drop(part);
    else log.warn("a day's measurements cannot be closed yet", { day: dayName(part.day), reason });
  }
}

async function removeExpired(deps: TidyDeps, duck: Duck): Promise<void> {
  const { store, clock, log, retention } = deps;
  const { shelf, folder, lanes } = store;
  const at = { nowMs: clock.nowMs(), days: shelf.parts().map(({ day }) => day) };
  const kept = retention();
  const unclosable = new Set(dueForClosing(deps));
  const rawKeptMs = Math.max(...tableNames.map((table) => keptMs(table, kept)));
  for (const part of shelf.parts()) {
    for (const file of fileNames.filter((one) => part.files.has(one))) {
      if (part.day >= firstKeptDay(keptMs(file, kept), at)) continue;
      await lanes.reader.run(async () => {
        shelf.dropFile(part, file);
        await fs.rm(parquetPath(folder, part, file), { force: true });
      });
      log.debug("measurements are older than they are kept and were removed", { day: dayName(part.day), file });
    }
    if (unclosable.has(part) && part.day + unclosableDays < firstKeptDay(rawKeptMs, at)) {
      await alone(lanes, async () => {
        shelf.drop(part);
        await duck.detach(databaseOf(part));
        await removeDuckdb(duckdbPath(folder, part));
      });
    }
    await removeIfEmpty(parquetFolder(folder, part), part);
  }
  const { aside } = await findParts(folder);
  for (const old of aside.filter(({ day }) => day < firstKeptDay(rawKeptMs, at)))
    await fs.rm(old.path, { force: true });
}

/** Lines of sources that are kept for less long than others are left out of the files of days gone by. */
async function thinOut({ store, log, keptDays }: TidyDeps, duck: Duck): Promise<void> {
  const firstKept = [...keptDays()];
  if (firstKept.length === 0) return;
  for (const part of store.shelf.parts()) {
    const expired = firstKept.filter(([, first]) => part.day < first).map(([source]) => source);
    if (!part.files.has("logs") || expired.length === 0) continue;
    try {
      const removed = await removeLinesOf(expired, { store, duck, part });
      if (removed > 0)
        log.debug("log lines older than their source's are kept were removed", { day: part.stem, removed });
    } catch (thrown) {
      const { kind, reason } = troubleOf(thrown);
      if (kind === "damaged") await store.setAside(part, "logs");
      else log.warn("log lines older than their source's are kept cannot be removed yet", { day: part.stem, reason });
    }
  }
}

async function removeIfEmpty(folder: string, { form }: Part): Promise<void> {
  if (form !== "parquet") return;
  await fs.rmdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "ENOTEMPTY" && thrown.code !== "ENOENT") throw thrown;
  });
}

export async function folderBytes(folder: string): Promise<number> {
  const names = await fs.readdir(folder, { recursive: true });
  let bytes = 0;
  for (const name of names) {
    const stat = await fs.stat(path.join(folder, name)).catch(() => null); // removed meanwhile
    if (stat?.isFile() === true) bytes += stat.size;
  }
  return bytes;
}
