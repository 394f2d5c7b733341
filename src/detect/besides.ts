import type { ComponentId } from "../kernel/model/component.ts";
import type { SignalKind } from "../kernel/model/signal.ts";
import type { PlacedSignal } from "../kernel/ports.ts";
import { createDisjoint, type Disjoint } from "./disjoint.ts";
import { groupedBy } from "./grouped.ts";
import { beganTogether, isOfJob, isOneFault, isRun } from "./jobs.ts";
import { apartMs, compareStamps, togetherMs, type PathOf } from "./sufferers.ts";

/** What is seen beside the probes: inside a host, of its hardware, on the way to it, by people, by its jobs and by whoever opened an incident. */
const besideKinds: ReadonlySet<SignalKind> = new Set([
  "vital",
  "clock-off",
  "host-key",
  "missed",
  "late",
  "failed",
  "log",
  "hardware",
  "path",
  "people",
  "backup",
  "window",
  "reported",
]);

export function isBeside({ kind }: PlacedSignal): boolean {
  return besideKinds.has(kind);
}

/** Signals of one home that belong together. */
export interface Aside {
  /** the host it is about, or the subject itself where no host is known */
  readonly home: ComponentId;
  /** what it is called by when it is told by itself: its home, or the one job, or what a person named, that all of it is about */
  readonly subject: ComponentId;
  /** oldest first */
  readonly signals: readonly PlacedSignal[];
}

/**
 * One aside for each home and each burst of five minutes, so that a disk that fills up tonight is not told as part of
 * yesterday's late job; a late run is told with what kept it from running. What the ledger holds as one incident stays one.
 * @param signals oldest first
 */
export function asidesOf(signals: readonly PlacedSignal[], pathOf: PathOf): readonly Aside[] {
  const sets = createDisjoint(signals);
  for (const ofHome of groupedBy(signals, (signal) => homeOf(signal, pathOf)).values()) {
    joinBursts(sets, ofHome);
    joinRuns(sets, ofHome);
    for (const [id, known] of groupedBy(ofHome, ({ incidentId }) => incidentId)) if (id !== null) sets.joinAll(known);
  }
  return sets.sets().flatMap((members): Aside[] => {
    const [first] = members;
    if (first === undefined) return [];
    const home = homeOf(first, pathOf);
    // a job is told by its name, and what a person named stays named so
    const isNamed = isOfJob(first) || first.kind === "reported";
    const isOne = isNamed && members.every(({ subject }) => subject === first.subject);
    return [{ home, subject: isOne ? first.subject : home, signals: members }];
  });
}

function homeOf({ subject }: PlacedSignal, pathOf: PathOf): ComponentId {
  return pathOf(subject)[0] ?? subject;
}

/** Each within five minutes of the one before. */
function joinBursts(sets: Disjoint<PlacedSignal>, ofHome: readonly PlacedSignal[]): void {
  let before: PlacedSignal | null = null;
  for (const signal of ofHome.filter((one) => !isRun(one))) {
    if (before !== null && apartMs(before.openedAt, signal.openedAt) <= togetherMs) sets.join(before, signal);
    before = signal;
  }
}

function joinRuns(sets: Disjoint<PlacedSignal>, ofHome: readonly PlacedSignal[]): void {
  for (const run of ofHome.filter(isRun))
    for (const other of ofHome) if (other !== run && isOneFault(run, other)) sets.join(other, run);
}

interface Loud {
  readonly subject: ComponentId;
  readonly signals: readonly PlacedSignal[];
}

/**
 * The outage an aside belongs to: of its host, of what runs there or of what holds it, begun within five minutes of it, or
 * one it was part of before. Null: it is told by itself.
 */
export function outageOf<G extends Loud>({ home, signals }: Aside, loud: readonly G[], pathOf: PathOf): G | null {
  const known = new Set(signals.flatMap(({ incidentId }) => incidentId ?? []));
  const around = new Set([home, ...pathOf(home)]);
  const touches = ({ subject, signals: own }: G): boolean =>
    around.has(subject) || own.some((one) => one.subject === home || pathOf(one.subject).includes(home));
  const isNear = (group: G): boolean =>
    group.signals.some(
      (one) =>
        (one.incidentId !== null && known.has(one.incidentId)) || signals.some((aside) => beganTogether(aside, one)),
    );
  // nothing runs on what is down as a whole, and no job there can report
  const keepsFromRunning = (group: G): boolean =>
    around.has(group.subject) && signals.every(isRun) && signals.some((run) => beganBefore(group, run));
  return loud.find((group) => touches(group) && (isNear(group) || keepsFromRunning(group))) ?? null;
}

function beganBefore({ signals }: Loud, run: PlacedSignal): boolean {
  return signals.some(({ openedAt }) => compareStamps(openedAt, run.openedAt) <= 0);
}
