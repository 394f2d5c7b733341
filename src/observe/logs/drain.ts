import { sleep, type Clock } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { StoredRecord } from "../../storage/spool/record.ts";
import type { Spool } from "../../storage/spool/spool.ts";
import type { LogStore, NumberedLine } from "../../storage/telemetry/telemetry.ts";
import type { KnownSource, KnownSources } from "./known-sources.ts";
import { readMeta } from "./meta.ts";

export interface DrainDeps {
  readonly spool: Spool;
  readonly store: LogStore;
  readonly known: KnownSources;
  readonly clock: Clock;
  readonly log: Log;
  /** Lines that can be found from now on, each told once; in the order they came. */
  stored(lines: readonly NumberedLine[]): void;
}

/** Makes what was accepted searchable: reads it, stores it, and only then lets the spool go of it. */
export interface Drain {
  start(): void;
  stop(): Promise<void>;
  /** lines made searchable since the start */
  lines(): number;
  /** what keeps lines from being stored; null while nothing does */
  blockedBy(): string | null;
}

const batchBytes = 2 * 1024 * 1024;
/** The hub does other things between so many lines: they take about 3 ms. */
const sliceBytes = 64 * 1024;
const firstRetryMs = 500;
const longestRetryMs = 30_000;
const markEveryMs = 5_000;

interface Held extends DrainDeps {
  readonly stopping: AbortController;
  wake: (() => void) | null;
  running: Promise<void> | null;
  lineCount: number;
  trouble: string | null;
}

export function createDrain(deps: DrainDeps): Drain {
  const held: Held = {
    ...deps,
    stopping: new AbortController(),
    wake: null,
    running: null,
    lineCount: 0,
    trouble: null,
  };
  deps.spool.onAppend(() => held.wake?.());
  return {
    start() {
      held.running ??= run(held);
    },
    async stop() {
      held.stopping.abort();
      held.wake?.();
      await held.running;
    },
    lines: () => held.lineCount,
    blockedBy: () => held.trouble,
  };
}

/** Reading goes ahead by so many batches, so that neither waits for the other while one folds its file or the other parses. */
const batchesAhead = 2;

async function run(held: Held): Promise<void> {
  const { spool, clock, stopping } = held;
  const ahead: Promise<Batch | null>[] = [];
  let markedMs = clock.monotonicMs();
  let reading: Promise<Batch | null> = readBatch(held, spool.drainedSeq());
  const readOn = (): void => {
    while (ahead.length < batchesAhead) {
      ahead.push(reading);
      reading = reading.then((last) => (last === null ? null : readBatch(held, last.nextSeq)));
    }
  };
  while (!stopping.signal.aborted) {
    readOn();
    const batch = (await ahead.shift()) ?? null;
    if (batch === null) {
      await woken(held);
      ahead.length = 0;
      reading = readBatch(held, spool.drainedSeq());
      continue;
    }
    readOn();
    if (!(await storeBatch(held, batch.lines))) break;
    spool.drained(batch.nextSeq);
    if (clock.monotonicMs() - markedMs < markEveryMs) continue;
    spool.mark();
    markedMs = clock.monotonicMs();
  }
  await reading;
}

/** Until something is appended, or a second has passed: what was appended just before is not missed then. */
function woken(held: Held): Promise<void> {
  return new Promise((resolve) => {
    const timer = held.clock.after(1_000, done);
    function done(): void {
      timer.cancel();
      held.wake = null;
      resolve();
    }
    held.wake = done;
    if (held.stopping.signal.aborted) done();
  });
}

interface Batch {
  readonly lines: readonly NumberedLine[];
  readonly nextSeq: number;
}

/** @returns null when nothing waits or the spool cannot be read now */
async function readBatch(held: Held, seq: number): Promise<Batch | null> {
  try {
    const records = await held.spool.read(seq, batchBytes);
    const last = records.at(-1);
    if (last === undefined) return null;
    const lines: NumberedLine[] = [];
    let bytes = 0;
    for (const record of records) {
      for (const line of readRecord(held, record)) lines.push(line);
      bytes += record.body.length;
      if (bytes < sliceBytes) continue;
      bytes = 0;
      await held.clock.breathe?.();
    }
    return { lines, nextSeq: last.nextSeq };
  } catch (thrown) {
    if (held.trouble === null) held.log.error("accepted log lines cannot be read back", { error: errorText(thrown) });
    held.trouble = errorText(thrown);
    return null;
  }
}

function readRecord({ known, log }: Held, record: StoredRecord): readonly NumberedLine[] {
  const meta = readMeta(record.meta);
  if (meta === null) {
    log.warn("log lines of another version are left out", { source: record.source });
    return [];
  }
  try {
    const source = known.get(record.source);
    const lines = source.reader.read(record, meta);
    noteLines(source, { lines, record });
    return lines;
  } catch (thrown) {
    // one record nobody can read must not keep all that follow from being found
    log.error("log lines cannot be read and are left out", { source: record.source, error: errorText(thrown) });
    return [];
  }
}

function noteLines(
  source: KnownSource,
  { lines, record }: { lines: readonly NumberedLine[]; record: StoredRecord },
): void {
  source.host = lines.at(-1)?.host ?? source.host;
  source.lines += lines.length;
  source.lastAtMs = Math.max(source.lastAtMs ?? 0, record.receivedAtMs);
}

/** @returns false when it was stopped before they could be stored: they are read again after the next start */
async function storeBatch(held: Held, lines: readonly NumberedLine[]): Promise<boolean> {
  const { store, clock, log, stopping } = held;
  for (let retryMs = firstRetryMs; ; retryMs = Math.min(retryMs * 2, longestRetryMs)) {
    try {
      const fresh = await store.store(lines);
      if (held.trouble !== null) log.info("log lines are stored again");
      held.trouble = null;
      held.lineCount += fresh.length;
      held.stored(fresh);
      return true;
    } catch (thrown) {
      if (held.trouble === null) log.error("log lines cannot be stored and wait", { error: errorText(thrown) });
      held.trouble = errorText(thrown);
    }
    await sleep(clock, retryMs, stopping.signal);
    if (stopping.signal.aborted) return false;
  }
}
