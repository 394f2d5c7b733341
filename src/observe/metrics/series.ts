import type { Clock } from "../../kernel/clock.ts";

/** The series each sender has, so that none of them fills the store with ever new ones. */
export interface SeriesBook {
  /** May this value be taken? A series known already always may. */
  admit(sender: string, series: string): boolean;
  /** Adds what a sender said was added; the sum since the hub began to hear of it. */
  accumulate(sender: string, series: string, added: number): number;
  countOf(sender: string): number;
}

export interface SeriesLimits {
  readonly perSender: number;
  readonly inAll: number;
}

interface Known {
  total: number;
  seenAtMs: number;
}

export const seriesLimits: SeriesLimits = { perSender: 10_000, inAll: 100_000 };
/** A series not heard of for a day makes room. */
const forgottenAfterMs = 86_400_000;
const sweepEveryMs = 60_000;

export function createSeriesBook(clock: Clock, { perSender, inAll }: SeriesLimits = seriesLimits): SeriesBook {
  const senders = new Map<string, Map<string, Known>>();
  let count = 0;
  let sweptAtMs = clock.monotonicMs();

  function sweep(): void {
    const nowMs = clock.monotonicMs();
    if (nowMs - sweptAtMs < sweepEveryMs) return;
    sweptAtMs = nowMs;
    for (const [sender, all] of senders) {
      for (const [series, { seenAtMs }] of all) {
        if (nowMs - seenAtMs < forgottenAfterMs) continue;
        all.delete(series);
        count -= 1;
      }
      if (all.size === 0) senders.delete(sender);
    }
  }

  return {
    admit(sender, series) {
      const all = senders.get(sender) ?? new Map<string, Known>();
      const known = all.get(series);
      if (known !== undefined) {
        known.seenAtMs = clock.monotonicMs();
        return true;
      }
      if (all.size >= perSender || count >= inAll) sweep();
      if (all.size >= perSender || count >= inAll) return false;
      all.set(series, { total: 0, seenAtMs: clock.monotonicMs() });
      senders.set(sender, all);
      count += 1;
      return true;
    },
    accumulate(sender, series, added) {
      const known = senders.get(sender)?.get(series);
      if (known === undefined) return added;
      known.total += added;
      return known.total;
    },
    countOf: (sender) => senders.get(sender)?.size ?? 0,
  };
}

/** Name and labels as one key. */
export function seriesKey(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([name, pairs]);
}
