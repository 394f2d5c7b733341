import type { CheckWatch } from "./state.ts";

const hourMs = 3_600_000;
/** three outages within the hour: then it is one unstable service and not a series of incidents */
const flipsToFlap = 6;
const settledAfterMs = 1_800_000;

export function recordFlip(watch: CheckWatch, nowMs: number): void {
  watch.flipsAtMs = [...watch.flipsAtMs.filter((flipMs) => nowMs - flipMs < hourMs), nowMs];
}

export function flipsWithinHour(watch: CheckWatch): number {
  return watch.flipsAtMs.length;
}

/** True from the sixth flip within an hour on, until half an hour passed without one. */
export function isFlapping(watch: CheckWatch): boolean {
  return watch.signal?.facts["flapping"] === true || watch.flipsAtMs.length >= flipsToFlap;
}

export function mayEndFlapping(watch: CheckWatch, nowMs: number): boolean {
  return nowMs >= settlesAtMs(watch);
}

/** Infinity while the check does not flap. */
export function settlesAtMs(watch: CheckWatch): number {
  return watch.signal?.facts["flapping"] === true ? (watch.flipsAtMs.at(-1) ?? 0) + settledAfterMs : Infinity;
}
