import type { HostReading } from "../kernel/model/host-reading.ts";
import { rfc3339 } from "../words/format.ts";

/** Names of times: `lastRunAtMs` is told as `lastRunAt`, `notAfterMs` as `notAfter`, in the site's zone. */
const timeName = /^(.+(?:At|After))Ms$/;
/** Year 9999. */
const longestMs = 253_402_300_799_000;

/** A reading as programs read it: the keys of the model, times as RFC 3339. */
export function readingView(reading: HostReading, timeZone: string): Record<string, unknown> {
  return withTimes({ ...reading }, timeZone) as Record<string, unknown>;
}

function withTimes(value: unknown, timeZone: string): unknown {
  if (Array.isArray(value)) return value.map((one) => withTimes(one, timeZone));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const match = timeName.exec(name);
      if (match === null || (inner !== null && typeof inner !== "number")) return [name, withTimes(inner, timeZone)];
      // a time a broken machine says may be none that can be written
      const isTime = inner !== null && Math.abs(inner) <= longestMs;
      return [match[1] ?? name, isTime ? rfc3339(inner, timeZone) : null];
    }),
  );
}
