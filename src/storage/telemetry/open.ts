import path from "node:path";
import { sleep, type Clock, type Timer } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { createAppending } from "./append.ts";
import { dayName, type DayNumber } from "./days.ts";
import { firstKeptDays, firstKeptMs, type Retention } from "./expiry.ts";
import { smallProfile, type Profile } from "./profile.ts";
import { createReads } from "./reads.ts";
import { createLogStore } from "./numbered.ts";
import { logRow, metricRow, observationRow, type Row } from "./rows.ts";
import { createStore, type Store } from "./store.ts";
import type { TableName } from "./tables.ts";
import type { LogStore, Telemetry, TelemetryAppend } from "./telemetry.ts";
import { folderBytes, tidy } from "./tidying.ts";
import { codeOf, troubleOf } from "./troubles.ts";
import { createWaiting, type Waiting } from "./waiting.ts";
import { createWriter, type Writer } from "./writer.ts";

export interface OpenTelemetry {
  /** the hub's data folder; measurements lie in its `telemetry/` */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** asked each time, so that a new configuration counts at once */
  readonly retention: () => Retention;
  readonly profile?: Partial<Profile>;
}

/** A close that takes longer is left to the process's end; what was flushed is on disk all the same. */
const closeLimitMs = 10_000;

const openAgainMs = 30_000;

interface Held extends OpenTelemetry {
  readonly store: Store;
  readonly waiting: Waiting;
  readonly writer: Writer;
  readonly logs: LogStore;
  /** of sources whose lines go sooner than those of others */
  readonly keptDays: () => ReadonlyMap<string, DayNumber>;
  readonly profile: Profile;
  readonly openedAtMs: number;
  lostRows: number;
  sizeBytes: number;
  tidying: Timer | null;
  closing: Promise<void> | null;
}

/**
 * Measurements in DuckDB, one file a day, days gone by in Parquet. Never throws and does not wait for the disk: while the
 * folder is full, held by another process, not writable or broken, rows wait in memory and `state()` says why.
 */
export async function openTelemetry(deps: OpenTelemetry): Promise<Telemetry> {
  const held = hold(deps);
  void begin(held);
  return {
    append: appendTo(held),
    logs: held.logs,
    read: createReads(held),
    flush: () => held.writer.flush(),
    state() {
      const trouble = held.writer.trouble() ?? held.store.trouble();
      return {
        blockedBy: trouble?.reason ?? null,
        blockedCode: trouble === null ? null : codeOf(trouble),
        lostRows: held.lostRows + held.writer.lostRows(),
        waitingRows: held.waiting.count(),
        damagedDays: held.store.shelf.damagedDays().map(dayName),
        sizeBytes: held.sizeBytes,
      };
    },
    close: () => (held.closing ??= Promise.race([close(held), sleep(held.clock, closeLimitMs)])),
  };
}

function hold(deps: OpenTelemetry): Held {
  const { clock, log, retention } = deps;
  const profile = { ...smallProfile, ...deps.profile };
  const store = createStore({ ...deps, folder: path.resolve(deps.folder, "telemetry"), profile });
  const waiting = createWaiting({ rows: profile.waitingRows, bytes: profile.waitingBytes });
  const firstKept = (table: TableName): number =>
    firstKeptMs(table, {
      retention: retention(),
      nowMs: clock.nowMs(),
      days: store.shelf.parts().map(({ day }) => day),
    });
  const appending = createAppending(store);
  const writer = createWriter({ store, appending, waiting, clock, log, profile, firstKeptMs: firstKept });
  const storedDays = new Map<DayNumber, number>();
  let sources: ReadonlyMap<string, number> = new Map();
  const keptDays = (): ReadonlyMap<string, DayNumber> =>
    firstKeptDays(sources, {
      logsMs: retention().logsMs,
      nowMs: clock.nowMs(),
      days: store.shelf.parts().map(({ day }) => day),
    });
  const logs = createLogStore({
    store,
    appending,
    clock,
    firstKeptMs: () => firstKept("logs"),
    firstKeptDays: keptDays,
    stored: (day) => storedDays.set(day, clock.monotonicMs()),
  });
  return {
    ...deps,
    profile,
    store,
    waiting,
    writer: { ...writer, lastStoredMs: (day) => latest(writer.lastStoredMs(day), storedDays.get(day)) },
    logs: { ...logs, keepSources: (keptMs) => void (sources = keptMs) },
    keptDays,
    openedAtMs: clock.monotonicMs(),
    lostRows: 0,
    sizeBytes: 0,
    tidying: null,
    closing: null,
  };
}

function latest(a: number | null, b: number | undefined): number | null {
  return a === null || b === undefined ? (a ?? b ?? null) : Math.max(a, b);
}

/** Opens in the background, tidies up, and again every so often; a folder that cannot be opened is tried again sooner. */
async function begin(held: Held): Promise<void> {
  const { store, log, clock, profile, writer } = held;
  const before = store.trouble();
  try {
    await store.lanes.writer.run(() => store.owned());
    if (before !== null) log.info("the folder of measurements can be opened again");
    await tidy({ ...held, quietSinceMs: (day) => writer.lastStoredMs(day) ?? held.openedAtMs });
    held.sizeBytes = await folderBytes(store.folder);
  } catch (thrown) {
    const trouble = troubleOf(thrown);
    if (before?.kind !== trouble.kind)
      log.error("the folder of measurements cannot be opened", { code: codeOf(trouble), reason: trouble.reason });
  }
  if (held.closing !== null) return;
  const againMs = store.trouble() === null ? profile.tidyEveryMs : Math.min(profile.tidyEveryMs, openAgainMs);
  held.tidying = clock.after(againMs, () => void begin(held));
}

function appendTo(held: Held): TelemetryAppend {
  function take(rowOf: () => Row | null): void {
    const row = held.closing === null ? tried(rowOf, held.log) : null;
    if (row === null) {
      held.lostRows += 1;
      return;
    }
    held.lostRows += held.waiting.add(row);
    held.writer.added();
  }
  return {
    observation: (observation) => take(() => observationRow(observation)),
    metric: (point) => take(() => metricRow(point)),
    log: (line) => take(() => logRow(line)),
  };
}

/** Whoever measures must not fail because what was measured cannot be written down. */
function tried(rowOf: () => Row | null, log: Log): Row | null {
  try {
    return rowOf();
  } catch (thrown) {
    log.warn("a measurement has no form that can be stored", { reason: troubleOf(thrown).reason });
    return null;
  }
}

async function close({ store, writer, waiting, tidying, log }: Held): Promise<void> {
  tidying?.cancel();
  await writer.flush();
  writer.stop();
  if (waiting.count() > 0) log.error("measurements that waited were lost with the end", { rows: waiting.count() });
  await store.end();
}
