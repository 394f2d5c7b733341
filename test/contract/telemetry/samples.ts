import type { Observation, Outcome } from "../../../src/kernel/model/observation.ts";
import type { LogLine, MetricPoint } from "../../../src/storage/telemetry/telemetry.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** noon UTC of the day before the fake clock's */
export const noon = Date.UTC(2026, 10, 20, 12);

export function observation(atMs: number, given: Partial<Observation> = {}): Observation {
  return {
    checkId: "shop/http:www.example.jp",
    vantage: "here",
    attempt: 1,
    atMs,
    monotonicMs: 1_000,
    outcome: "up",
    layer: null,
    timings: { totalMs: 20 },
    address: "203.0.113.10:443",
    facts: { status: 200 },
    error: null,
    ...given,
  };
}

/** One attempt a minute from `fromMs` on, one for each word. */
export function minutely(
  fromMs: number,
  outcomes: readonly Outcome[],
  given: Partial<Observation> = {},
): readonly Observation[] {
  return outcomes.map((outcome, nth) => observation(fromMs + nth * 60_000, { outcome, ...given }));
}

export function metric(atMs: number, given: Partial<MetricPoint> = {}): MetricPoint {
  return { name: "diskFreeBytes", subject: "host:web1", labels: {}, value: 1, atMs, ...given };
}

export function logLine(atMs: number, given: Partial<LogLine> = {}): LogLine {
  return { atMs, source: "/var/log/app.log", host: "web1", severity: 3, text: "out of memory", ...given };
}
