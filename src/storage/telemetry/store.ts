import fs from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { dayName } from "./days.ts";
import { lockFolder, openDuck, type Duck, type RowCounts } from "./duckdb.ts";
import { alone, createLanes, type Lanes } from "./lanes.ts";
import { databaseOf, duckdbPath, findParts, parquetPath, setAside, type Part } from "./parts.ts";
import type { Profile } from "./profile.ts";
import { createShelf, type Shelf } from "./shelf.ts";
import type { FileName } from "./tables.ts";
import { troubleOf, type Trouble } from "./troubles.ts";

/** The folder of measurements and the DuckDB that works in it. Both may be away for a while: each use tries again. */
export interface Store {
  /** absolute */
  readonly folder: string;
  readonly lanes: Lanes;
  readonly shelf: Shelf;
  /** For reading. @throws what keeps it from being opened */
  opened(): Promise<Duck>;
  /** For writing, too: this process is then the only one on the folder. @throws what keeps it from that */
  owned(): Promise<Duck>;
  /** what kept the last one who asked from reading or writing; null when nothing did */
  trouble(): Trouble | null;
  attach(duck: Duck, part: Part): Promise<RowCounts>;
  /** Closes the DuckDB after a failed write; the next use opens another. The caller holds no lane. */
  renew(): Promise<void>;
  /** As `renew`, but from then on nothing opens it again. */
  end(): Promise<void>;
  /** Puts a damaged file out of the way; the caller holds the caretaker's lane and no other. */
  setAside(part: Part, file: FileName | "duckdb"): Promise<void>;
  /** @throws when less than the reserve, with `neededBytes` on top, is free */
  requireSpace(neededBytes?: number): Promise<void>;
}

export interface StoreDeps {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly profile: Profile;
}

interface Held extends StoreDeps {
  readonly lanes: Lanes;
  readonly shelf: Shelf;
  opening: Promise<Duck> | null;
  owning: Promise<void> | null;
  trouble: Trouble | null;
  hasEnded: boolean;
}

export function createStore(deps: StoreDeps): Store {
  const { folder } = deps;
  const [lanes, shelf] = [createLanes(), createShelf()];
  const held: Held = { ...deps, lanes, shelf, opening: null, owning: null, trouble: null, hasEnded: false };
  return {
    folder,
    lanes,
    shelf,
    opened: () => opened(held),
    owned: () => owned(held),
    trouble: () => held.trouble,
    attach: (duck, part) => attach(folder, duck, part),
    renew: () => lanes.caretaker.run(() => alone(lanes, () => close(held))),
    end() {
      held.hasEnded = true;
      return lanes.caretaker.run(() => alone(lanes, () => close(held)));
    },
    setAside: (part, file) => alone(lanes, () => putAway(held, part, file)),
    requireSpace: (neededBytes = 0) => requireSpace(deps, neededBytes),
  };
}

function opened(held: Held): Promise<Duck> {
  held.opening ??= open(held).catch((thrown: unknown) => {
    held.opening = null;
    held.trouble = troubleOf(thrown);
    throw thrown;
  });
  return held.opening;
}

async function open({ folder, profile, shelf, hasEnded }: Held): Promise<Duck> {
  if (hasEnded) throw new Error("the measurements are closed");
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  const duck = await openDuck({ folder, ...profile });
  try {
    shelf.replaceAll(await findParts(folder));
    return duck;
  } catch (thrown) {
    duck.close();
    throw thrown;
  }
}

async function owned(held: Held): Promise<Duck> {
  const duck = await opened(held);
  held.owning ??= own(held, duck).catch((thrown: unknown) => {
    held.owning = null;
    held.trouble = troubleOf(thrown);
    throw thrown;
  });
  await held.owning;
  held.trouble = null;
  return duck;
}

async function own({ folder, shelf }: Held, duck: Duck): Promise<void> {
  await lockFolder(duck, folder).catch(async (thrown: unknown) => {
    if (troubleOf(thrown).kind !== "damaged") throw thrown;
    // it holds nothing: a new one does as well
    await fs.rm(path.join(folder, "lock.duckdb"), { force: true, recursive: true });
    await lockFolder(duck, folder);
  });
  const found = await findParts(folder);
  for (const leftover of found.leftovers) await fs.rm(leftover, { recursive: true, force: true });
  shelf.replaceAll(found);
}

async function attach(folder: string, duck: Duck, part: Part): Promise<RowCounts> {
  const file = duckdbPath(folder, part);
  // a kill right after the file was made leaves it empty: that is a new file, not a damaged one
  if ((await fs.stat(file).catch(() => null))?.size === 0) await fs.rm(file);
  return duck.attach({ name: databaseOf(part), file });
}

async function close(held: Held): Promise<void> {
  const duck = await held.opening?.catch(() => null);
  held.opening = null;
  held.owning = null;
  try {
    duck?.close();
  } catch (thrown) {
    held.log.warn("the DuckDB of the measurements did not close in order", { reason: troubleOf(thrown).reason });
  }
}

async function putAway(held: Held, part: Part, file: FileName | "duckdb"): Promise<void> {
  const { folder, shelf, clock, log } = held;
  const known = shelf.parts().find(({ stem }) => stem === part.stem);
  const isThere = file === "duckdb" ? known !== undefined && known.form !== "parquet" : known?.files.has(file) === true;
  if (!isThere) return;
  shelf.noteDamage(part);
  if (file === "duckdb") shelf.drop(part);
  else shelf.dropFile(part, file);
  const whole = file === "duckdb" ? duckdbPath(folder, part) : parquetPath(folder, part, file);
  const facts = { day: dayName(part.day), file: whole };
  try {
    if (file === "duckdb") await (await opened(held)).detach(databaseOf(part));
    const keptFile = await setAside(whole, clock);
    if (file === "duckdb") await setAside(`${whole}.wal`, clock).catch(() => undefined); // most have none
    log.error("a day's measurements are damaged and were set aside", { ...facts, keptFile });
  } catch (thrown) {
    const { reason } = troubleOf(thrown);
    log.error("a day's measurements are damaged and stay where they are", { ...facts, reason });
  }
}

async function requireSpace({ folder, profile }: StoreDeps, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await fs.statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= profile.reserveBytes + neededBytes) return;
  const [free, kept] = [freeBytes, profile.reserveBytes].map((bytes) => (bytes / 1_000_000).toFixed(1));
  throw new Error(`No space left: ${free} MB are free, ${kept} MB of them are kept for the ledger`);
}
