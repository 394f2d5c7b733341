import { elapsedMs } from "../../kernel/clock.ts";
import { kindOf, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import { isHolding, windowStates, type Window, type WindowState } from "../../kernel/model/window.ts";
import { joined, stepMachines } from "./step-machines.ts";
import { windowEvent, type Kept, type Seen, type SeenUnit, type Stepped } from "./watch.ts";

/** From here before its beginning its alarms are held: work begins a little early as often as not. */
export const leadMs = 10 * 60_000;
/** A provider's word that it has begun, or is over, is believed this long before the planned time. */
export const believedBeforeMs = 60 * 60_000;
/** A snapshot that is still being taken keeps the work from counting as begun for this long. */
export const waitForSnapshotMs = 90_000;
/** What has just come back is asked about first; a gate that opens by itself wakes nobody. */
const verifiedWithinMs = 5 * 60_000;
/** Rounds of its checks in a row after which something counts as back. */
const roundsToBelieve = 3;

/** Carries a window on to where it stands by what is seen now. Without effects: the same input gives the same answer. */
export function step(kept: Kept, seen: Seen): Stepped {
  let next = stepUnits(stepMachines({ ...kept, events: [] }, seen), seen);
  // each state is passed through, also when the hub was away for all of it
  for (let count = 0; count < windowStates.length; count++) next = turn(next, seen) ?? next;
  return overdue(next, seen);
}

/** Losses and returns of the targets, as they are counted while it is held. */
function stepUnits(kept: Stepped, seen: Seen): Stepped {
  const { window, watch } = kept;
  const lost = [...seen.units].filter(([, unit]) => isLost(unit)).map(([id]) => id);
  const unclear = watch.lostNow.filter((id) => seen.units.get(id)?.reach === "unknown");
  const lostNow = [...new Set([...lost, ...unclear])];
  // a hub that was away finds a window planned whose time has come
  const isSoon = window.state === "planned" && seen.now.atMs >= window.startMs - leadMs;
  if (!isHolding(window) && !isSoon) return { ...kept, watch: { ...watch, lostNow } };
  const news = lostNow.filter((id) => !watch.lostNow.includes(id));
  const again = news.filter((id) => watch.downOnce.includes(id));
  const hosts = lost.filter((id) => kindOf(id) === "host").map(nameOf);
  const course = {
    ...window.course,
    wentDown: hosts.reduce<readonly string[]>(joined, window.course.wentDown),
    timesLostAgain: window.course.timesLostAgain + (again.length > 0 ? 1 : 0),
  };
  const events = again.length === 0 ? [] : [lostAgain(window, { again, times: course.timesLostAgain })];
  return {
    window: { ...window, course },
    watch: { ...watch, lostNow, downOnce: news.reduce<readonly ComponentId[]>(joined, watch.downOnce) },
    events: [...kept.events, ...events],
  };
}

function lostAgain(window: Window, { again, times }: { again: readonly ComponentId[]; times: number }) {
  return windowEvent("window.lost-again", window, { components: again, times });
}

/** More than one of its checks is met by nobody, or the only one. */
function isLost({ reach, lostChecks }: SeenUnit): boolean {
  return reach === "lost" || lostChecks > 1;
}

/** One change of state; null: it stays. */
const turns: Readonly<Record<WindowState, (kept: Stepped, seen: Seen) => Stepped | null>> = {
  planned: prepare,
  preparing: begin,
  open: returnOf,
  verifying: reopen,
  closed: () => null,
  cancelled: () => null,
};

function turn(kept: Stepped, seen: Seen): Stepped | null {
  return turns[kept.window.state](kept, seen);
}

function prepare(kept: Stepped, { now, isSaidToRun }: Seen): Stepped | null {
  const { window, watch } = kept;
  const lead = isSaidToRun ? believedBeforeMs : leadMs;
  if (now.atMs < window.startMs - lead) return null;
  const { hosts, services } = window;
  return to(kept, "preparing", {
    watch: { ...watch, holdsSince: now },
    event: windowEvent("window.preparing", window, { hosts, services }),
  });
}

function begin(kept: Stepped, seen: Seen): Stepped | null {
  const { window, watch } = kept;
  const { now } = seen;
  const isTime = now.atMs >= window.startMs;
  const waits = seen.isPreparing && now.atMs < window.startMs + waitForSnapshotMs;
  const by = watch.downOnce.length > 0 ? "lost" : seen.isSaidToRun ? "provider" : isTime && !waits ? "clock" : null;
  if (by === null) return null;
  return to(kept, "open", {
    window: { ...window, course: { ...window.course, startedAt: now } },
    event: windowEvent("window.started", window, { by, components: watch.downOnce }),
  });
}

function returnOf(kept: Stepped, seen: Seen): Stepped | null {
  const { window, watch } = kept;
  const { now } = seen;
  const units = [...seen.units];
  const isTime = now.atMs >= window.endMs;
  const isOver = isTime || seen.isSaidOver;
  const isEach = (is: (id: ComponentId, unit: SeenUnit) => boolean): boolean =>
    units.every(([id, unit]) => is(id, unit));
  const isBack = isOver
    ? isEach((_id, unit) => !unit.isWatched || unit.upRounds >= roundsToBelieve)
    : units.length > 0 &&
      watch.lostNow.length === 0 &&
      isEach((id, unit) => watch.downOnce.includes(id) && unit.wellRounds >= roundsToBelieve);
  if (!isBack) return null;
  const isEarly = window.course.isEarly || !isTime;
  const earlyMs = Math.max(0, window.endMs - now.atMs);
  const back = to(kept, "verifying", {
    window: { ...window, course: { ...window.course, backAt: now, isEarly } },
    watch: { ...watch, failing: null, isCritical: false },
    event: windowEvent("window.back", window, { early: !isTime, earlyMs, by: seen.isSaidOver ? "provider" : "seen" }),
  });
  const { wentDown, rebooted } = window.course;
  const isUntouched = wentDown.length === 0 && rebooted.length === 0 && watch.downOnce.length === 0;
  if (!isUntouched) return back;
  return { ...back, events: [...back.events, windowEvent("window.never-went-down", window)] };
}

/** Lost again before its end: the work goes on. After that it is a matter of its own. */
function reopen(kept: Stepped, { now }: Seen): Stepped | null {
  const { window, watch } = kept;
  const isWork = window.origin !== "reboot" && window.origin !== "recovery";
  if (!isWork || watch.lostNow.length === 0 || now.atMs >= window.endMs) return null;
  return to(kept, "open", {
    window: { ...window, course: { ...window.course, backAt: null } },
    watch: { ...watch, failing: null, isCritical: false },
    event: windowEvent("window.reopened", window, { components: watch.lostNow }),
  });
}

/** Later than it may be, with something not back or not as before: somebody is told, once. */
function overdue(kept: Stepped, { now }: Seen): Stepped {
  const { window, watch } = kept;
  const isAlive = window.state === "open" || window.state === "verifying";
  if (!isAlive || window.course.overrunAt !== null || now.atMs < window.endMs + watch.graceMs) return kept;
  const { backAt } = window.course;
  if (window.state === "verifying" && backAt !== null && elapsedMs(backAt, now) < verifiedWithinMs) return kept;
  const gate = window.state === "open" ? "not-back" : "shut";
  const facts = { gate, components: watch.lostNow, failing: watch.failing ?? [], lateMs: now.atMs - window.endMs };
  return {
    ...kept,
    window: { ...window, course: { ...window.course, overrunAt: now } },
    events: [...kept.events, windowEvent("window.overrun", window, facts)],
  };
}

interface Turn extends Partial<Kept> {
  readonly event: Stepped["events"][number];
}

function to(kept: Stepped, state: WindowState, { window = kept.window, watch = kept.watch, event }: Turn): Stepped {
  return { window: { ...window, state }, watch, events: [...kept.events, event] };
}
