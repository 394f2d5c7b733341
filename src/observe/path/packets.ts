import type { PathPackets } from "../../kernel/ports-paths.ts";

/** What one short burst of echoes found. */
export interface Burst {
  readonly atMonotonicMs: number;
  readonly sent: number;
  readonly received: number;
  /** in the order they came back */
  readonly roundTripMs: readonly number[];
}

/** What is told of loss and delay covers this long. */
export const windowMs = 300_000;

/** The bursts that still count. */
export function recent(bursts: readonly Burst[], nowMonotonicMs: number): readonly Burst[] {
  return bursts.filter(({ atMonotonicMs }) => nowMonotonicMs - atMonotonicMs < windowMs);
}

/** @returns null without a burst */
export function summarise(bursts: readonly Burst[]): PathPackets | null {
  const sent = sum(bursts.map((burst) => burst.sent));
  if (sent === 0) return null;
  const received = sum(bursts.map((burst) => burst.received));
  const times = bursts.flatMap(({ roundTripMs }) => roundTripMs);
  const steps = bursts.flatMap(({ roundTripMs }) =>
    roundTripMs.slice(1).map((ms, at) => Math.abs(ms - (roundTripMs[at] ?? ms))),
  );
  const has = times.length > 0;
  return {
    sent,
    lossRatio: round(1 - received / sent),
    minMs: has ? Math.min(...times) : null,
    meanMs: has ? round(sum(times) / times.length) : null,
    maxMs: has ? Math.max(...times) : null,
    jitterMs: steps.length === 0 ? null : round(sum(steps) / steps.length),
  };
}

const lossOpensAt = 0.05;
/** Fewer echoes than this say nothing of 5 %. */
const fewestSent = 20;

/**
 * Is loss to be told? Begins above 5 % of five minutes, ends when all came back. A target from which nothing comes back at
 * all does not answer ping, or is down: its checks say which.
 */
export function lossPersists(packets: PathPackets | null, wasTold: boolean): boolean {
  if (packets === null || packets.sent < fewestSent) return wasTold;
  if (wasTold) return packets.lossRatio > 0;
  return packets.lossRatio > lossOpensAt && packets.lossRatio < 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
