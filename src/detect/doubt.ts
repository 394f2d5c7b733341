import { votesOf } from "./cells.ts";
import type { Level } from "./run.ts";
import type { CheckWatch, DetectorState } from "./state.ts";

/** What fails together with it fails within this time, and after this time a recovery is believed whatever its host does. */
const doubtMs = 60_000;

/**
 * A service that answers again is not well while others of its host begin to fail: on a full line they take turns, and each
 * would be told as an outage that came and went. Such a recovery waits until they are decided, a minute at the most.
 * @returns what counts as confirmed now
 */
export function believed(state: DetectorState, watch: CheckWatch, next: Level | null): Level | null {
  const { signal, confirmed } = watch;
  const recovers = next === "up" && confirmed !== "up" && signal !== null && signal.kind !== "partial";
  if (!recovers) {
    watch.wellSinceMs = null;
    return next;
  }
  const nowMs = state.clock.monotonicMs();
  watch.wellSinceMs ??= nowMs;
  const waits = nowMs - watch.wellSinceMs < doubtMs && isInDoubt(state, watch, nowMs);
  if (!waits) watch.wellSinceMs = null;
  return waits ? confirmed : next;
}

/** Another check of the host was well and has begun to fail; one that has failed for long from one place alone is known. */
function isInDoubt({ byHost }: DetectorState, watch: CheckWatch, nowMs: number): boolean {
  return (byHost.get(watch.host) ?? []).some(
    (other) =>
      other !== watch &&
      other.confirmed === "up" &&
      votesOf(other, nowMs).some(({ run }) => run.bad.failing && nowMs - run.bad.since.monotonicMs < doubtMs),
  );
}
