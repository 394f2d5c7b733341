import { sleep, type Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Availability } from "../kernel/ports.ts";
import type { SeriesStep, StoredObservation } from "../storage/telemetry/telemetry.ts";
import type { WebDeps } from "./deps.ts";

/** A reading of the past that no page waits long for: still being read, not readable, or there. */
export type Reading<T> =
  | { readonly state: "ready"; readonly value: T }
  | { readonly state: "loading" }
  | { readonly state: "failed" };

/** What pages show of the past. Each answers within a moment; what takes longer goes on for the next who asks. */
export interface Past {
  availability(services: readonly string[], days: number): Promise<Reading<ReadonlyMap<string, Availability>>>;
  /** the last 24 hours, in steps of half an hour */
  series(checkIds: readonly string[]): Promise<Reading<readonly SeriesStep[]>>;
  /** attempts that could see, within the last 24 hours */
  attempts(checkIds: readonly string[]): Promise<Reading<number>>;
  /** when each was last seen good within 30 days, Unix epoch UTC; absent: not within them */
  lastGood(checkIds: readonly string[]): Promise<Reading<ReadonlyMap<string, number>>>;
  /** the newest of one check, newest first; not kept */
  observations(checkId: string, limit: number): Promise<Reading<readonly StoredObservation[]>>;
}

export const dayMs = 86_400_000;
export const stepMs = 1_800_000;
/** What a person does not notice as waiting, with the rest of the page to be made. */
const patienceMs = 700;
const keptMs = 30_000;
const observationsMs = 30 * dayMs;

interface Kept {
  readonly atMs: number;
  readonly value: Promise<Reading<unknown>>;
}

export function createPast({ availability, telemetry, clock, log }: PastDeps): Past {
  const kept = new Map<string, Kept>();

  /** The same question within half a minute is asked once. */
  async function ask<T>(key: string, read: () => Promise<T>): Promise<Reading<T>> {
    const nowMs = clock.monotonicMs();
    for (const [old, { atMs }] of kept) if (nowMs - atMs > keptMs) kept.delete(old);
    const known = kept.get(key);
    const value = (known?.value as Promise<Reading<T>> | undefined) ?? attempt(log, read);
    if (known === undefined) kept.set(key, { atMs: nowMs, value });
    return inTime(clock, value);
  }

  return {
    availability: (services, days) =>
      ask(JSON.stringify(["availability", days, services]), async () => {
        const found = await availability.read({ services, days });
        return new Map(found.map((one) => [one.service, one]));
      }),
    series: (checkIds) =>
      ask(JSON.stringify(["series", checkIds]), () => telemetry.read.series(dayOf(clock, checkIds))),
    attempts: (checkIds) =>
      ask(JSON.stringify(["attempts", checkIds.length, checkIds[0]]), async () => {
        const steps = await telemetry.read.coverage({ ...dayOf(clock, checkIds), stepMs: dayMs });
        return steps.reduce((total, step) => total + step.sighted, 0);
      }),
    lastGood: (checkIds) =>
      ask(JSON.stringify(["good", checkIds]), async () => {
        const toMs = clock.nowMs() + 1;
        const range = { fromMs: toMs - observationsMs, toMs, outcomes: ["up"], limit: 1 } as const;
        const found = await Promise.all(
          checkIds.map((id) => telemetry.read.observations({ ...range, checkIds: [id] })),
        );
        return new Map(found.flat().map(({ checkId, atMs }) => [checkId, atMs]));
      }),
    observations: (checkId, limit) =>
      inTime(
        clock,
        attempt(log, () => {
          const toMs = clock.nowMs() + 1;
          return telemetry.read.observations({ checkIds: [checkId], fromMs: toMs - observationsMs, toMs, limit });
        }),
      ),
  };
}

type PastDeps = Pick<WebDeps, "availability" | "telemetry"> & { readonly clock: Clock; readonly log: Log };

/** The last 24 hours in whole steps, so that everyone who asks within one asks the same. */
function dayOf(clock: Clock, checkIds: readonly string[]): Parameters<WebDeps["telemetry"]["read"]["series"]>[0] {
  const toMs = Math.ceil((clock.nowMs() + 1) / stepMs) * stepMs;
  return { checkIds, fromMs: toMs - dayMs, toMs, stepMs };
}

async function attempt<T>(log: Log, read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { state: "ready", value: await read() };
  } catch (thrown) {
    log.error("the past cannot be read", { error: errorText(thrown) });
    return { state: "failed" };
  }
}

async function inTime<T>(clock: Clock, reading: Promise<Reading<T>>): Promise<Reading<T>> {
  const enough = new AbortController();
  const waited = sleep(clock, patienceMs, enough.signal).then((): Reading<T> => ({ state: "loading" }));
  const answer = await Promise.race([reading, waited]);
  enough.abort();
  return answer;
}
