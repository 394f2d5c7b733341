import { stampNow, type Stamp } from "../kernel/clock.ts";
import { componentId } from "../kernel/model/component.ts";
import type { Facts, Observation } from "../kernel/model/observation.ts";
import type { Severity, Signal, SignalChange } from "../kernel/model/signal.ts";
import type { Vote } from "./decide.ts";
import type { Threshold } from "./run.ts";
import type { CheckWatch, DetectorState } from "./state.ts";

type CheckSignalKind = "down" | "degraded" | "partial";

/** The least important service's outage waits for the morning, an important one's does not. */
const criticalUpToPriority = 2;

export function severityOf(state: DetectorState, watch: CheckWatch, kind: CheckSignalKind): Severity {
  if (kind === "partial") return "info";
  if (kind === "degraded") return "warning";
  const priority = state.site.services.get(watch.check.service)?.priority ?? criticalUpToPriority;
  return priority <= criticalUpToPriority ? "critical" : "warning";
}

export function thresholdOf(kind: string): Threshold {
  return kind === "degraded" ? "bad" : "down";
}

export function openSignal(
  state: DetectorState,
  watch: CheckWatch,
  { kind, votes, facts }: { kind: CheckSignalKind; votes: readonly Vote[]; facts: Facts },
): SignalChange {
  const openedAt = stampNow(state.clock);
  const signal: Signal = {
    id: state.newId(),
    kind,
    subject: componentId("service", watch.check.service),
    checkId: watch.check.id,
    severity: severityOf(state, watch, kind),
    openedAt,
    startedAt: startOf(votes, kind) ?? openedAt,
    closedAt: null,
    ...whatDecided(watch, votes, kind),
    ...seenFrom(watch, votes, kind),
    facts: { ...decidingReading(watch, votes, kind)?.facts, ...facts },
  };
  watch.signal = signal;
  return { change: "opened", signal };
}

/** The open signal with another kind, and everything that follows from it. */
export function changeKind(
  state: DetectorState,
  watch: CheckWatch,
  { signal, kind, votes }: { signal: Signal; kind: CheckSignalKind; votes: readonly Vote[] },
): Signal {
  return {
    ...signal,
    kind,
    severity: severityOf(state, watch, kind),
    ...whatDecided(watch, votes, kind),
    ...seenFrom(watch, votes, kind),
    facts: { ...decidingReading(watch, votes, kind)?.facts, ...flappingFacts(signal) },
  };
}

function flappingFacts({ facts }: Signal): Facts {
  return facts["flapping"] === undefined ? {} : { flapping: facts["flapping"], flips: facts["flips"] ?? 0 };
}

function failing(votes: readonly Vote[], kind: CheckSignalKind): readonly Vote[] {
  return votes.filter((vote) => vote.run[thresholdOf(kind)].failing);
}

/** The earliest attempt of the rows that fail now. */
function startOf(votes: readonly Vote[], kind: CheckSignalKind): Stamp | null {
  const starts = failing(votes, kind).map((vote) => vote.run[thresholdOf(kind)].since);
  return starts.toSorted((a, b) => a.monotonicMs - b.monotonicMs)[0] ?? null;
}

/** The newest attempt that failed: what a person would see if they tried now. */
function decidingReading(watch: CheckWatch, votes: readonly Vote[], kind: CheckSignalKind): Observation | null {
  const readings = failing(votes, kind).flatMap((vote) => watch.cells.get(vote.vantage)?.reading ?? []);
  return readings.toSorted((a, b) => b.monotonicMs - a.monotonicMs)[0] ?? null;
}

function whatDecided(
  watch: CheckWatch,
  votes: readonly Vote[],
  kind: CheckSignalKind,
): Pick<Signal, "layer" | "error"> {
  const reading = decidingReading(watch, votes, kind);
  return { layer: reading?.layer ?? null, error: reading?.error ?? null };
}

function seenFrom(
  watch: CheckWatch,
  votes: readonly Vote[],
  kind: CheckSignalKind,
): Pick<Signal, "failingFrom" | "workingFrom"> {
  const seeing = new Set(failing(votes, kind).map((vote) => vote.vantage));
  const voting = new Set(votes.map((vote) => vote.vantage));
  return {
    failingFrom: [...watch.cells.keys()].filter((name) => seeing.has(name)),
    workingFrom: [...watch.cells.keys()].filter((name) => voting.has(name) && !seeing.has(name)),
  };
}
