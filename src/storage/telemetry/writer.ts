import type { Clock, Timer } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { DamagedPart, type Appending } from "./append.ts";
import { dayOf, type DayNumber } from "./days.ts";
import type { Profile } from "./profile.ts";
import type { Row } from "./rows.ts";
import type { Store } from "./store.ts";
import type { TableName } from "./tables.ts";
import { codeOf, troubleOf, type Trouble } from "./troubles.ts";
import type { Waiting } from "./waiting.ts";

export interface Writer {
  /** A row was added to those that wait. */
  added(): void;
  /** Tries to store all that waits. */
  flush(): Promise<void>;
  /** what kept the last rows from being stored; null when they were */
  trouble(): Trouble | null;
  /** rows that had to be given up */
  lostRows(): number;
  /** monotonic time at which a row was last stored for the day; null when there was none since the start */
  lastStoredMs(day: DayNumber): number | null;
  stop(): void;
}

export interface WriterDeps {
  readonly store: Store;
  readonly appending: Appending;
  readonly waiting: Waiting;
  readonly clock: Clock;
  readonly log: Log;
  readonly profile: Profile;
  /** rows of the table before this moment are older than what is kept: they are counted as lost */
  readonly firstKeptMs: (table: TableName) => number;
}

/** Appending to DuckDB's buffers occupies the one JavaScript thread: about 5 µs a row, so some 10 ms at most. */
const batchRows = 2_048;
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;
/** Tries with the same rows when the cause is neither the disk nor another process: about four minutes. */
const mostTries = 12;

interface Held {
  trouble: Trouble | null;
  tries: number;
  lostRows: number;
  timer: Timer | null;
  draining: Promise<void> | null;
  stopped: boolean;
  /** DuckDB itself failed: it may refuse everything from now on */
  isBroken: boolean;
  readonly lastStored: Map<DayNumber, number>;
}

type Parts = WriterDeps & { readonly held: Held };

export function createWriter(deps: WriterDeps): Writer {
  const held: Held = {
    trouble: null,
    tries: 0,
    lostRows: 0,
    timer: null,
    draining: null,
    stopped: false,
    isBroken: false,
    lastStored: new Map(),
  };
  const parts: Parts = { ...deps, held };
  return {
    added() {
      if (held.trouble === null && deps.waiting.count() >= batchRows) void drain(parts);
      else arm(parts);
    },
    flush: () => drain(parts),
    trouble: () => held.trouble,
    lostRows: () => held.lostRows,
    lastStoredMs: (day) => held.lastStored.get(day) ?? null,
    stop() {
      held.stopped = true;
      held.timer?.cancel();
    },
  };
}

function drain(parts: Parts): Promise<void> {
  const { held, waiting } = parts;
  held.timer?.cancel();
  held.timer = null;
  held.draining ??= storeAll(parts).finally(() => {
    held.draining = null;
    if (waiting.count() > 0) arm(parts);
  });
  return held.draining;
}

function arm(parts: Parts): void {
  const { held, clock, profile } = parts;
  if (held.stopped || held.draining !== null) return;
  const retryMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.max(0, held.tries - 1));
  held.timer ??= clock.after(held.trouble === null ? profile.flushAfterMs : retryMs, () => void drain(parts));
}

async function storeAll(parts: Parts): Promise<void> {
  const { waiting, store } = parts;
  for (;;) {
    const batch = waiting.batch(batchRows);
    if (batch.length === 0) return;
    try {
      await store.lanes.writer.run(() => storeBatch(parts, batch));
      stored(parts);
    } catch (thrown) {
      if (!(await mended(parts, thrown))) return;
    }
  }
}

async function storeBatch(parts: Parts, batch: readonly Row[]): Promise<void> {
  const { store, waiting, held, clock, firstKeptMs, appending } = parts;
  const duck = await store.owned();
  await store.requireSpace();
  const firstMs = {
    observations: firstKeptMs("observations"),
    metrics: firstKeptMs("metrics"),
    logs: firstKeptMs("logs"),
  };
  const tooOld = batch.filter(({ table, atMs }) => atMs < firstMs[table]);
  if (tooOld.length > 0) {
    waiting.done(tooOld);
    held.lostRows += tooOld.length;
  }
  for (const [day, rows] of byDay(tooOld.length === 0 ? batch : waiting.batch(batchRows))) {
    held.isBroken = true;
    await appending.storeDay(duck, day, rows);
    held.isBroken = false;
    waiting.done(rows);
    held.lastStored.set(day, clock.monotonicMs());
  }
}

function byDay(rows: readonly Row[]): Map<DayNumber, Row[]> {
  const days = new Map<DayNumber, Row[]>();
  for (const row of rows) {
    const day = dayOf(row.atMs);
    const ofDay = days.get(day);
    if (ofDay === undefined) days.set(day, [row]);
    else ofDay.push(row);
  }
  return days;
}

function stored({ held, log }: Parts): void {
  if (held.trouble !== null) log.info("measurements are stored again");
  held.trouble = null;
  held.tries = 0;
}

/** @returns whether to go on at once; else the rows wait for the next try */
async function mended(parts: Parts, thrown: unknown): Promise<boolean> {
  const { store, held, log, waiting } = parts;
  const { reason, kind } = troubleOf(thrown instanceof DamagedPart ? thrown.cause : thrown);
  const isNews = held.trouble?.kind !== kind;
  held.tries += 1;
  held.trouble = { kind, reason };
  if (thrown instanceof DamagedPart && held.tries < mostTries) {
    held.isBroken = false;
    await store.lanes.caretaker.run(() => store.setAside(thrown.part, "duckdb"));
    return true;
  }
  if (isNews) log.error("measurements cannot be stored and wait in memory", { code: codeOf({ kind, reason }), reason });
  if (held.isBroken) await store.renew();
  held.isBroken = false;
  if (kind === "other" && held.tries >= mostTries) {
    const batch = waiting.batch(batchRows);
    held.lostRows += batch.length;
    held.tries = 0;
    log.error("measurements that could not be stored were given up", { rows: batch.length, reason });
    waiting.done(batch);
  }
  return false;
}
