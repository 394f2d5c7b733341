import { stampNow } from "../kernel/clock.ts";
import type { Signal, SignalChange } from "../kernel/model/signal.ts";
import type { StateWord } from "../kernel/model/status.ts";
import { controlsAreFine, countCells, isFresh, pendingOf, votesOf } from "./cells.ts";
import { attemptsOf, decide, type Vote } from "./decide.ts";
import { believed } from "./doubt.ts";
import { flipsWithinHour, isFlapping, mayEndFlapping, recordFlip, settlesAtMs } from "./flapping.ts";
import type { Level } from "./run.ts";
import { changeKind, openSignal, severityOf, thresholdOf } from "./signals.ts";
import { staleAfterMs, type CheckWatch, type DetectorState } from "./state.ts";

/** A recovery that waits for its neighbours is looked at with every tick. */
const lookAgainMs = 1_000;

/** Looks at one check again, after a reading or when time alone may have changed something. */
export function review(state: DetectorState, watch: CheckWatch): readonly SignalChange[] {
  const nowMs = state.clock.monotonicMs();
  countCells(watch, nowMs);
  const votes = votesOf(watch, nowMs);
  const decided = decide({
    confirmed: watch.confirmed,
    votes,
    pending: pendingOf(watch, nowMs),
    witnesses: new Set(watch.signal?.failingFrom.filter((name) => watch.cells.has(name))),
    attempts: attemptsOf(watch.check.attempts),
    togetherMs: watch.check.everyMs + watch.check.timeoutMs,
  });
  const next = believed(state, watch, decided);
  const before = watch.signal;
  const changes = next === watch.confirmed ? [] : confirm(state, watch, { next, votes });
  // a signal that was closed just now is not opened again in the same look
  const more = changes.length > 0 || (before !== null && watch.signal === null) ? [] : watchOn(state, watch, votes);
  show(state, watch, votes);
  noteConfirming(state, watch, votes);
  watch.nextLookMs = nextLook(watch, nowMs);
  return [...changes, ...more];
}

function confirm(
  state: DetectorState,
  watch: CheckWatch,
  { next, votes }: { next: Level | null; votes: readonly Vote[] },
): readonly SignalChange[] {
  const was = watch.confirmed;
  watch.confirmed = next;
  state.log.info("check confirmed", { check: watch.check.id, was, now: next });
  if (next === null) return [];
  if (was !== null && (was === "up") !== (next === "up")) recordFlip(watch, state.clock.monotonicMs());
  return next === "up" ? confirmUp(state, watch) : confirmBad(state, watch, { kind: next, votes });
}

function confirmUp(state: DetectorState, watch: CheckWatch): readonly SignalChange[] {
  const { signal } = watch;
  if (signal === null || signal.kind === "partial") return [];
  if (!isFlapping(watch)) return [close(state, watch, signal)];
  if (signal.facts["flapping"] === true) return [];
  return [change(watch, { ...signal, facts: { ...signal.facts, flapping: true, flips: flipsWithinHour(watch) } })];
}

function confirmBad(
  state: DetectorState,
  watch: CheckWatch,
  { kind, votes }: { kind: "down" | "degraded"; votes: readonly Vote[] },
): readonly SignalChange[] {
  const { signal } = watch;
  if (signal === null) {
    const facts = isFlapping(watch) ? { flapping: true, flips: flipsWithinHour(watch) } : {};
    return [openSignal(state, watch, { kind, votes, facts })];
  }
  if (signal.kind === kind) return [];
  return [change(watch, changeKind(state, watch, { signal, kind, votes }))];
}

/** What changes while the confirmed level stays. */
function watchOn(state: DetectorState, watch: CheckWatch, votes: readonly Vote[]): readonly SignalChange[] {
  const { signal } = watch;
  if (signal === null) return watch.confirmed === "up" ? openPartial(state, watch, votes) : [];
  if (signal.kind === "partial") return endPartial(state, watch, { signal, votes });
  if (signal.facts["flapping"] === true && mayEndFlapping(watch, state.clock.monotonicMs()))
    return endFlapping(state, watch, signal);
  return watch.confirmed === "up" ? [] : followWitnesses(state, watch, { signal, votes });
}

function endFlapping(state: DetectorState, watch: CheckWatch, signal: Signal): readonly SignalChange[] {
  watch.flipsAtMs = [];
  const settled = { ...signal, facts: { ...signal.facts, flapping: false } };
  watch.signal = settled;
  if (watch.confirmed === "up") return [close(state, watch, settled)];
  return [change(watch, settled)];
}

/** A vantage joins or leaves the witnesses only when its own attempts in a row say so. */
function followWitnesses(
  state: DetectorState,
  watch: CheckWatch,
  { signal, votes }: { signal: Signal; votes: readonly Vote[] },
): readonly SignalChange[] {
  const threshold = thresholdOf(signal.kind);
  const attempts = attemptsOf(watch.check.attempts);
  const sure = votes.filter((vote) => vote.run[threshold].length >= attempts);
  const seeing = new Set(signal.failingFrom.filter((name) => watch.cells.has(name)));
  for (const { vantage, run } of sure) {
    if (run[threshold].failing) seeing.add(vantage);
    else seeing.delete(vantage);
  }
  const failingFrom = [...watch.cells.keys()].filter((name) => seeing.has(name));
  const severity = severityOf(state, watch, signal.kind === "degraded" ? "degraded" : "down");
  if (failingFrom.length === 0 || (failingFrom.join() === signal.failingFrom.join() && severity === signal.severity))
    return [];
  const workingFrom = votes.filter((vote) => !vote.run[threshold].failing).map((vote) => vote.vantage);
  return [change(watch, { ...signal, severity, failingFrom, workingFrom })];
}

/** One vantage alone has failed for three intervals, sees other hosts, and the others see this one. */
function openPartial(state: DetectorState, watch: CheckWatch, votes: readonly Vote[]): readonly SignalChange[] {
  const failing = votes.filter((vote) => vote.run.down.failing);
  const [alone] = failing;
  if (alone === undefined || failing.length !== 1 || votes.length < 2) return [];
  const cell = watch.cells.get(alone.vantage);
  const forMs = state.clock.monotonicMs() - alone.run.down.since.monotonicMs;
  const lasting = alone.run.down.length >= attemptsOf(watch.check.attempts) && forMs >= 3 * watch.check.everyMs;
  if (cell === undefined || !lasting || !controlsAreFine(cell, watch.host)) return [];
  return [openSignal(state, watch, { kind: "partial", votes, facts: {} })];
}

/** Over when its vantage sees the target again, or cannot see anything at all. */
function endPartial(
  state: DetectorState,
  watch: CheckWatch,
  { signal, votes }: { signal: Signal; votes: readonly Vote[] },
): readonly SignalChange[] {
  const attempts = attemptsOf(watch.check.attempts);
  const remains = signal.failingFrom.some((name) => {
    const cell = watch.cells.get(name);
    if (cell === undefined || cell.vantage.signal !== null) return false;
    const vote = votes.find((other) => other.vantage === name);
    return vote === undefined || vote.run.down.failing || vote.run.down.length < attempts;
  });
  return remains ? [] : [close(state, watch, signal)];
}

function change(watch: CheckWatch, signal: Signal): SignalChange {
  watch.signal = signal;
  return { change: "changed", signal };
}

function close(state: DetectorState, watch: CheckWatch, signal: Signal): SignalChange {
  watch.signal = null;
  return { change: "closed", signal: { ...signal, closedAt: stampNow(state.clock) } };
}

/** What is shown: without a vote nothing is known, whatever was confirmed before. */
function show(state: DetectorState, watch: CheckWatch, votes: readonly Vote[]): void {
  const word = stateWord(watch, votes);
  if (word !== watch.shown.state) watch.shown = { state: word, since: stampNow(state.clock) };
}

function stateWord(watch: CheckWatch, votes: readonly Vote[]): StateWord {
  if (votes.length === 0 || watch.confirmed === null) return "unknown";
  if (watch.confirmed === "down") return "down";
  if (watch.confirmed === "degraded" || watch.signal?.facts["flapping"] === true) return "warning";
  return "ok";
}

/** Quick attempts help while a vantage contradicts what is confirmed and its row is not yet long enough. */
function noteConfirming(state: DetectorState, watch: CheckWatch, votes: readonly Vote[]): void {
  const attempts = attemptsOf(watch.check.attempts);
  const open = votes.some(({ run }) => {
    if (watch.confirmed === "down") return !run.down.failing && run.down.length < attempts;
    if (watch.confirmed === "degraded") return run.down.failing === run.bad.failing && rowLength(run) < attempts;
    return run.bad.failing && run.bad.length < attempts;
  });
  if (open) state.confirming.add(watch.check.id);
  else state.confirming.delete(watch.check.id);
}

function rowLength(run: Vote["run"]): number {
  return run.down.failing ? run.down.length : run.bad.length;
}

/** The next moment at which time alone may change something. */
function nextLook(watch: CheckWatch, nowMs: number): number {
  const moments = [
    settlesAtMs(watch),
    watch.pendingUntilMs,
    watch.wellSinceMs === null ? Infinity : nowMs + lookAgainMs,
  ];
  for (const cell of watch.cells.values()) {
    if (cell.reading === null) continue;
    if (isFresh(watch, cell, nowMs)) moments.push(cell.reading.monotonicMs + staleAfterMs(watch.check) + 1);
    if (cell.run?.down.failing === true)
      moments.push(cell.run.down.since.monotonicMs + 3 * watch.check.everyMs, nowMs + watch.check.everyMs);
  }
  return Math.min(...moments.filter((momentMs) => momentMs > nowMs));
}
