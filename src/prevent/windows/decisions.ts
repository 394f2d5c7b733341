import type { Stamp } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Actor } from "../../kernel/event.ts";
import { isHolding, type Window } from "../../kernel/model/window.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { HeldSignal } from "../../storage/ledger/nouns/windows.ts";
import { summaryOf } from "./gate.ts";
import { leadMs } from "./step.ts";
import { windowEvent, type Kept, type Stepped } from "./watch.ts";

type Decided = Result<Stepped, KoboshiError>;

/** Nothing planned lasts longer; a year mistyped is the commonest mistake. */
const longestMs = 62 * 86_400_000;
/** Offered for work whose end was not said. */
const usualMs = 6 * 3_600_000;

/** KB7102 for times that make no sense, with the end that may be offered. */
export function refusedTimes(
  { startMs, endMs }: { startMs: number; endMs: number | null },
  nowMs: number,
): KoboshiError | null {
  const why = wrongTimes({ startMs, endMs }, nowMs);
  return why === null ? null : new KoboshiError("KB7102", { why, defaultEndMs: startMs + usualMs });
}

function wrongTimes({ startMs, endMs }: { startMs: number; endMs: number | null }, nowMs: number): string | null {
  if (endMs === null) return "no-end";
  if (!(endMs > startMs)) return "wrong-order";
  if (endMs - startMs > longestMs) return "too-long";
  return endMs <= nowMs ? "past" : null;
}

function late({ id, state }: Window): Result<never, KoboshiError> {
  return err(new KoboshiError("KB7103", { window: id, state }));
}

/**
 * Other times for it. Work under way can last longer or shorter; it can be put off while nothing was lost. A hold that is
 * no longer due ends.
 */
export function moved(
  { window, watch }: Kept,
  { startMs, endMs, actor, now }: { startMs: number; endMs: number; actor: Actor; now: Stamp },
): Decided {
  const refused = refusedTimes({ startMs, endMs }, now.atMs);
  if (refused !== null) return err(refused);
  const { state } = window;
  const canMove = state === "planned" || state === "preparing" || state === "open";
  const isPutOff = state !== "planned" && startMs - leadMs > now.atMs;
  if (!canMove || (isPutOff && watch.downOnce.length > 0)) return late(window);
  const times = { startMs, endMs, version: window.version + 1 };
  const before = { startMs: window.startMs, endMs: window.endMs, version: window.version };
  const events = [windowEvent("window.moved", window, { actor, before, after: times })];
  if (isPutOff || state === "planned") {
    const next: Window = { ...window, ...times, state: "planned", course: { ...window.course, startedAt: null } };
    return ok({ window: next, watch: { ...watch, holdsSince: null, pointsTaken: [] }, events });
  }
  const isStillLate = now.atMs >= endMs + watch.graceMs;
  const overrunAt = isStillLate ? window.course.overrunAt : null;
  return ok({ window: { ...window, ...times, course: { ...window.course, overrunAt } }, watch, events });
}

export function cancelled(
  { window, watch }: Kept,
  { reason, actor, now, held }: { reason: string; actor: Actor; now: Stamp; held: readonly HeldSignal[] },
): Decided {
  const { state } = window;
  if (state !== "planned" && state !== "preparing" && state !== "open") return late(window);
  const event = windowEvent("window.cancelled", window, { actor, reason, ...summaryOf(held) });
  return ok({ window: { ...window, state: "cancelled", closedAt: now }, watch, events: [event] });
}

/** Before its planned end this is an early end: what is down from now on is told. Twice is not an error. */
export function done({ window, watch }: Kept, { actor, now }: { actor: Actor; now: Stamp }): Decided {
  if (window.state === "verifying") return ok({ window, watch, events: [] });
  if (window.state !== "preparing" && window.state !== "open") return late(window);
  const isEarly = now.atMs < window.endMs;
  const course = { ...window.course, startedAt: window.course.startedAt ?? now, backAt: now, isEarly };
  const event = windowEvent("window.done", window, {
    actor,
    early: isEarly,
    earlyMs: Math.max(0, window.endMs - now.atMs),
  });
  return ok({
    window: { ...window, state: "verifying", course },
    watch: { ...watch, failing: null, isCritical: false },
    events: [event],
  });
}

/** @param waived everything that has not passed */
export function signed({ window, watch }: Kept, { reason, actor, now, waived, held }: Signing): Decided {
  if (window.state !== "verifying") return late(window);
  const signature = { by: actor, at: now, reason, waived };
  const facts = { actor, reason, waived };
  return ok({
    window: { ...window, state: "closed", closedAt: now, signature },
    watch,
    events: [
      windowEvent("window.signed", window, facts),
      windowEvent("window.closed", window, { actor, by: "signature", ...summaryOf(held) }),
    ],
  });
}

interface Signing {
  readonly reason: string;
  readonly actor: Actor;
  readonly now: Stamp;
  readonly waived: readonly string[];
  readonly held: readonly HeldSignal[];
}

/** True when alarms that waited before do not wait any more: what is still open is to be told. */
export function hasReleased(before: Window, after: Window): boolean {
  if (!isHolding(before)) return false;
  return !isHolding(after) || freesAvailability(before) !== freesAvailability(after);
}

function freesAvailability({ course }: Window): boolean {
  return course.isEarly || course.backAt !== null;
}
