import { stampNow } from "../kernel/clock.ts";
import { componentId } from "../kernel/model/component.ts";
import type { Signal, SignalChange } from "../kernel/model/signal.ts";
import { votesOf } from "./cells.ts";
import { attemptsOf } from "./decide.ts";
import type { CheckWatch, DetectorState, VantageWatch } from "./state.ts";

/** Why a vantage counts as blind. */
type BlindReason = "own-connectivity" | "all-targets-fail" | "silent";

/** one host may be down for everybody; two that only this vantage misses are the vantage's own fault */
const hostsToConvict = 2;

/** Opens or closes the vantage's own signal as its sight demands. */
export function reviewVantage(state: DetectorState, vantage: VantageWatch): readonly SignalChange[] {
  const reason = blindReason(state, vantage);
  const { signal } = vantage;
  if (reason !== null) {
    vantage.sighted = false;
    return signal === null ? [openBlind(state, vantage, reason)] : [];
  }
  if (signal === null || !vantage.sighted) return [];
  vantage.signal = null;
  state.log.info("vantage sees again", { vantage: vantage.name });
  return [{ change: "closed", signal: { ...signal, closedAt: stampNow(state.clock) } }];
}

function blindReason(state: DetectorState, vantage: VantageWatch): BlindReason | null {
  if (vantage.declared === "blind") return "own-connectivity";
  if (vantage.inferredBlind) return "all-targets-fail";
  return isSilent(state, vantage) ? "silent" : null;
}

/** Not one reading for six times its shortest interval; a vantage that never joined has nothing to be silent about. */
function isSilent(state: DetectorState, vantage: VantageWatch): boolean {
  if (vantage.declared === "never-joined") return false;
  const fromMs = Math.max(vantage.lastReadingMs, state.listeningSinceMs);
  return state.clock.monotonicMs() - fromMs > vantage.silentAfterMs;
}

/** Somebody else looks in its stead: nobody is woken for one window among several that is shut. */
function isSeenFor({ vantages }: DetectorState, { name }: VantageWatch): boolean {
  if (name === "here") return false;
  return [...vantages.values()].some(
    (other) => other.name !== name && other.declared === "ok" && other.signal === null,
  );
}

function openBlind(state: DetectorState, vantage: VantageWatch, reason: BlindReason): SignalChange {
  const openedAt = stampNow(state.clock);
  const behindMs = Math.max(0, openedAt.monotonicMs - vantage.lastReadingMs);
  const startedAt =
    reason === "silent"
      ? { ...openedAt, atMs: openedAt.atMs - behindMs, monotonicMs: openedAt.monotonicMs - behindMs }
      : openedAt;
  const signal: Signal = {
    id: state.newId(),
    kind: "blind",
    subject: componentId("vantage", vantage.name),
    checkId: null,
    severity: isSeenFor(state, vantage) ? "info" : "warning",
    openedAt,
    startedAt,
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: [vantage.name],
    workingFrom: [],
    facts: { reason },
  };
  vantage.signal = signal;
  state.log.warn("vantage is blind", { vantage: vantage.name, reason });
  return { change: "opened", signal };
}

/** Everything fails for it, and at least two of these hosts are seen working by others. */
export function seesNothingOthersSee(state: DetectorState, vantage: VantageWatch): boolean {
  if (vantage.workingCells > 0 || vantage.hosts.size < hostsToConvict) return false;
  const nowMs = state.clock.monotonicMs();
  const seenByOthers = new Set<string>();
  for (const watch of vantage.checks) {
    if (watch.loopback || !missesAlone(watch, vantage, nowMs)) continue;
    seenByOthers.add(watch.host);
    if (seenByOthers.size >= hostsToConvict) return true;
  }
  return false;
}

function missesAlone(watch: CheckWatch, vantage: VantageWatch, nowMs: number): boolean {
  const own = watch.cells.get(vantage.name)?.run?.down;
  if (own === undefined || !own.failing || own.length < attemptsOf(watch.check.attempts)) return false;
  return votesOf(watch, nowMs).some((vote) => vote.vantage !== vantage.name && !vote.run.down.failing);
}

/** A target answered it often enough to be no accident. */
export function seesAgain(vantage: VantageWatch): boolean {
  if (vantage.workingCells === 0) return false;
  return vantage.checks.some((watch) => {
    const down = watch.cells.get(vantage.name)?.run?.down;
    return !watch.loopback && down?.failing === false && down.length >= attemptsOf(watch.check.attempts);
  });
}

/** What a blind vantage failed to see says nothing: its rows begin anew when it sees again. */
export function forgetFailures(vantage: VantageWatch): void {
  for (const watch of vantage.checks) {
    const cell = watch.cells.get(vantage.name);
    if (cell?.run?.bad.failing === true) cell.run = null;
  }
}
