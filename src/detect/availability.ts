import type { Clock } from "../kernel/clock.ts";
import { componentId } from "../kernel/model/component.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Availability, AvailabilityReader, DayBar } from "../kernel/ports.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { Telemetry } from "../storage/telemetry/telemetry.ts";
import { createCoverage } from "./availability-coverage.ts";
import { recentDays, type CalendarDay } from "./availability-days.ts";
import { createOutages, type Outages } from "./availability-outages.ts";
import { filled, lengthOf, union, within, without, type Span } from "./availability-spans.ts";

export interface AvailabilityDeps {
  /** with `onCommit`, news of a signal is in the next reading at once */
  readonly ledger: Pick<Ledger, "read"> & Partial<Pick<Ledger, "onCommit">>;
  readonly telemetry: Pick<Telemetry, "read">;
  readonly clock: Clock;
  site(): Site;
}

/** Long enough that a list and its pages are of one reading, short enough that nobody waits for news. */
const keptMs = 30_000;
const mostDays = 400;

interface Kept {
  readonly readMs: number;
  readonly value: Availability;
}

/**
 * Works out how well services did from what was confirmed (the ledger's signals) and from when anybody looked (the
 * telemetry's coverage). A service is down while any of its checks is; time nobody looked at counts neither way.
 */
export function createAvailability(deps: AvailabilityDeps): AvailabilityReader {
  const { clock, site } = deps;
  const coverage = createCoverage(deps);
  const outages = createOutages(deps.ledger);
  let kept = new Map<string, Kept>();
  let keptFor: Site | null = null;
  deps.ledger.onCommit?.((events) => {
    if (events.some(({ kind }) => kind.startsWith("signal."))) kept = new Map();
  });

  async function readNow(services: readonly string[], count: number): Promise<readonly Availability[]> {
    const nowMs = clock.nowMs();
    const days = recentDays({ nowMs, timeZone: site().timeZone, count });
    const range = { fromMs: days[0]?.fromMs ?? nowMs, toMs: nowMs };
    await outages.refresh(range.fromMs, nowMs);
    const watched = await coverage.of(services, days);
    return services.map((service) =>
      availabilityOf(service, { days, range, outages, watched: watched.get(service) ?? [] }),
    );
  }

  return {
    async read({ services, days }) {
      const count = Math.min(mostDays, Math.max(1, Math.floor(days)));
      const key = (service: string): string => `${count} ${service}`;
      if (keptFor !== site()) kept = new Map();
      keptFor = site();
      const nowMs = clock.monotonicMs();
      const old = services.filter((service) => nowMs - (kept.get(key(service))?.readMs ?? -Infinity) > keptMs);
      for (const value of old.length === 0 ? [] : await readNow(old, count)) {
        kept.set(key(value.service), { readMs: nowMs, value });
      }
      return services.flatMap((service) => kept.get(key(service))?.value ?? []);
    },
  };
}

interface Past {
  readonly days: readonly CalendarDay[];
  readonly range: Span;
  readonly outages: Outages;
  /** as `union` gives them */
  readonly watched: readonly Span[];
}

function availabilityOf(service: string, { days, range, outages, watched }: Past): Availability {
  const phases = outages.of(componentId("service", service), range.toMs);
  const down = within(union(phases.down), range);
  const degraded = without(within(union(phases.degraded), range), down);
  const known = union([...watched, ...down, ...degraded]);
  const unknown = without([range], within(known, range));
  const slots = days.map((day) => ({ fromMs: day.fromMs, toMs: Math.min(day.toMs, range.toMs) }));
  const [downs, degradeds, unknowns] = [filled(slots, down), filled(slots, degraded), filled(slots, unknown)];
  const bars = slots.map((slot, index): DayBar => ({
    date: days[index]?.date ?? "",
    downMs: downs[index] ?? 0,
    degradedMs: degradeds[index] ?? 0,
    unknownMs: unknowns[index] ?? 0,
    lengthMs: slot.toMs - slot.fromMs,
  }));
  const [downMs, unknownMs] = [lengthOf(down), lengthOf(unknown)];
  const watchedMs = range.toMs - range.fromMs - unknownMs;
  return {
    service,
    days: bars,
    downMs,
    unknownMs,
    ratio: watchedMs <= 0 ? null : 1 - downMs / watchedMs,
    outages: down.length,
  };
}
