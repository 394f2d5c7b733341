import type { Outcome } from "../kernel/model/observation.ts";

/** What one vantage holds of one check, and the quick attempts that follow when an attempt contradicts it. */
export interface Confirming {
  /** what is believed; a check nothing is known of counts as up */
  readonly settled: Exclude<Outcome, "unknown">;
  /** contrary outcomes in a row, unknown ones left out */
  readonly contrary: number;
  /** null while no change is being confirmed */
  readonly burst: Burst | null;
}

interface Burst {
  /** when the attempt that began it ended, monotonic */
  readonly beganMs: number;
  /** attempts made, the first included */
  readonly made: number;
  /** when the next quick attempt starts, monotonic */
  readonly nextMs: number;
}

export const atRest: Confirming = { settled: "up", contrary: 0, burst: null };

/** Between the end of one attempt and the next quick one: long enough for a single lost packet or a restart to pass. */
const gapMs = 1_000;

/** The number the next attempt is given: 1 at rest, counting on while a change is being confirmed. */
export function nextAttempt({ burst }: Confirming): number {
  return (burst?.made ?? 0) + 1;
}

/**
 * Takes one outcome in. A change is settled by `attempts` contrary outcomes in a row; a burst ends when it is settled,
 * contradicted, or its attempts are used up. Unknown outcomes neither begin a burst nor count.
 */
export function take(before: Confirming, attempt: { outcome: Outcome; endedMs: number; attempts: number }): Confirming {
  const { outcome, endedMs, attempts } = attempt;
  if (outcome === "unknown") return { ...before, burst: continued(before.burst, attempt) };
  if (outcome === before.settled) return { settled: before.settled, contrary: 0, burst: null };
  const contrary = before.contrary + 1;
  if (contrary >= attempts) return { settled: outcome, contrary: 0, burst: null };
  const burst =
    before.burst === null ? { beganMs: endedMs, made: 1, nextMs: endedMs + gapMs } : continued(before.burst, attempt);
  return { settled: before.settled, contrary, burst };
}

function continued(burst: Burst | null, { endedMs, attempts }: { endedMs: number; attempts: number }): Burst | null {
  if (burst === null || burst.made + 1 >= attempts) return null;
  const made = burst.made + 1;
  return { ...burst, made, nextMs: Math.max(burst.beganMs + quickOffsetMs(made), endedMs + gapMs) };
}

/** After `made` attempts: 1 s, 2 s, then every 2 s after the first one's end. */
function quickOffsetMs(made: number): number {
  return made < 2 ? gapMs : (made - 1) * 2 * gapMs;
}
