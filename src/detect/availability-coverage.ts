import type { Check } from "../kernel/model/check.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CoverageStep, Telemetry } from "../storage/telemetry/telemetry.ts";
import type { CalendarDay } from "./availability-days.ts";
import { union, within, type Span } from "./availability-spans.ts";
import type { Clock } from "../kernel/clock.ts";

/** When somebody looked at each service. */
export interface Coverage {
  /** @returns by service, stretches as `union` gives them */
  of(services: readonly string[], days: readonly CalendarDay[]): Promise<ReadonlyMap<string, readonly Span[]>>;
}

const hourMs = 3_600_000;
/** A vantage that was cut off brings its readings later; a day this long over changes no more. */
const settledMs = 2 * 24 * hourMs;
/** One question asks for about this many answers at most, so that no other reader waits long. */
const mostSteps = 100_000;

/**
 * Asks the measurements by the hour. What they say of days long over is kept, since it does not change; a check that looks
 * less often than once an hour covers three of its intervals.
 */
export function createCoverage({
  telemetry,
  clock,
  site,
}: {
  readonly telemetry: Pick<Telemetry, "read">;
  readonly clock: Clock;
  site(): Site;
}): Coverage {
  /** by service and its checks, then by day */
  const settled = new Map<string, Map<string, readonly Span[]>>();
  let line: Promise<unknown> = Promise.resolve();

  async function load(
    services: readonly string[],
    days: readonly CalendarDay[],
  ): Promise<Map<string, readonly Span[]>> {
    const nowMs = clock.nowMs();
    const checks = byService(site().checks);
    const checksOf = (service: string): readonly Check[] => checks.get(service) ?? [];
    const known = new Map(services.map((service) => [service, settledOf(settled, service, checksOf(service))]));
    const found = new Map<string, Span[]>();
    for (const [service, past] of known)
      found.set(
        service,
        days.flatMap((day) => past.get(day.date) ?? []),
      );
    for (const chunk of chunksOf(days, known, checks)) {
      const steps = await telemetry.read.coverage({
        checkIds: chunk.services.flatMap((service) => checksOf(service).map(({ id }) => id)),
        fromMs: chunk.fromMs,
        toMs: Math.min(chunk.toMs, nowMs),
        stepMs: hourMs,
      });
      const spans = spansOf(steps, checks);
      for (const service of chunk.services) {
        const own = spans.get(service) ?? [];
        found.get(service)?.push(...own);
        for (const day of chunk.days)
          if (nowMs - day.toMs > settledMs) known.get(service)?.set(day.date, within(own, day));
      }
    }
    return new Map([...found].map(([service, spans]) => [service, union(spans)]));
  }

  return {
    // one after the other: what the first has found the second need not ask for
    of(services, days) {
      const answer = line.then(() => load(services, days));
      line = answer.catch(() => undefined);
      return answer;
    },
  };
}

function byService(checks: readonly Check[]): ReadonlyMap<string, readonly Check[]> {
  const groups = new Map<string, Check[]>();
  for (const check of checks) {
    const group = groups.get(check.service);
    if (group === undefined) groups.set(check.service, [check]);
    else group.push(check);
  }
  return groups;
}

/** A service with other checks than before begins anew. */
function settledOf(
  settled: Map<string, Map<string, readonly Span[]>>,
  service: string,
  checks: readonly Check[],
): Map<string, readonly Span[]> {
  const key = JSON.stringify([service, ...checks.map(({ id, everyMs }) => `${id} ${everyMs}`)]);
  const known = settled.get(key) ?? new Map<string, readonly Span[]>();
  settled.set(key, known);
  return known;
}

interface Chunk extends Span {
  readonly days: readonly CalendarDay[];
  readonly services: readonly string[];
}

/** Days next to each other of which the same services lack something, in pieces that are answered quickly. */
function chunksOf(
  days: readonly CalendarDay[],
  known: ReadonlyMap<string, ReadonlyMap<string, readonly Span[]>>,
  checks: ReadonlyMap<string, readonly Check[]>,
): readonly Chunk[] {
  const chunks: (Chunk & { readonly key: string; readonly steps: number })[] = [];
  for (const day of days) {
    const services = [...known].flatMap(([service, past]) =>
      past.has(day.date) || !checks.has(service) ? [] : [service],
    );
    if (services.length === 0) continue;
    const key = services.join(" ");
    const steps = 24 * services.reduce((sum, service) => sum + (checks.get(service)?.length ?? 0), 0);
    const last = chunks.at(-1);
    if (last?.key === key && last.toMs === day.fromMs && last.steps + steps <= mostSteps) {
      chunks[chunks.length - 1] = { ...last, days: [...last.days, day], toMs: day.toMs, steps: last.steps + steps };
    } else chunks.push({ days: [day], services, fromMs: day.fromMs, toMs: day.toMs, key, steps });
  }
  return chunks;
}

function spansOf(
  steps: readonly CoverageStep[],
  checks: ReadonlyMap<string, readonly Check[]>,
): ReadonlyMap<string, readonly Span[]> {
  const byId = new Map([...checks.values()].flat().map((check) => [check.id, check]));
  const spans = new Map<string, Span[]>();
  for (const { checkId, atMs, sighted } of steps) {
    const check = byId.get(checkId);
    if (check === undefined || sighted === 0) continue;
    const span = { fromMs: atMs, toMs: atMs + hourMs + 3 * check.everyMs + check.timeoutMs };
    const own = spans.get(check.service);
    if (own === undefined) spans.set(check.service, [span]);
    else own.push(span);
  }
  return new Map([...spans].map(([service, own]) => [service, union(own)]));
}
