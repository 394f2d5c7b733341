import { kindOf, type ComponentId } from "../kernel/model/component.ts";
import type { SignalKind } from "../kernel/model/signal.ts";
import type { PlacedSignal } from "../kernel/ports.ts";
import { createDisjoint } from "./disjoint.ts";
import { apartMs, togetherMs, type PathOf } from "./sufferers.ts";

/** What is seen beside the probes: inside a host, of its hardware, on the way to it, and by people. */
const besideKinds: ReadonlySet<SignalKind> = new Set([
  "vital",
  "clock-off",
  "host-key",
  "missed",
  "log",
  "hardware",
  "path",
  "people",
  "backup",
  "window",
]);

export function isBeside({ kind }: PlacedSignal): boolean {
  return besideKinds.has(kind);
}

/** Signals of one home that belong together: it is their host, or the service itself where no host is known. */
export interface Aside {
  readonly home: ComponentId;
  /** oldest first */
  readonly signals: readonly PlacedSignal[];
}

/**
 * One aside for each home and each burst of five minutes, so that a disk that fills up tonight is not told as part of
 * yesterday's late job; what the ledger holds as one incident stays one.
 * @param signals oldest first
 */
export function asidesOf(signals: readonly PlacedSignal[], pathOf: PathOf): readonly Aside[] {
  const sets = createDisjoint(signals);
  const newest = new Map<string, PlacedSignal>();
  const byIncident = new Map<string, PlacedSignal>();
  for (const signal of signals) {
    const home = homeOf(signal, pathOf);
    const before = newest.get(home);
    if (before !== undefined && apartMs(before.openedAt, signal.openedAt) <= togetherMs) sets.join(before, signal);
    newest.set(home, signal);
    const known = `${home} #${signal.incidentId}`;
    const first = byIncident.get(known);
    if (signal.incidentId !== null && first !== undefined) sets.join(first, signal);
    else byIncident.set(known, signal);
  }
  return sets.sets().flatMap((members): Aside[] => {
    const [first] = members;
    return first === undefined ? [] : [{ home: homeOf(first, pathOf), signals: members }];
  });
}

function homeOf({ subject }: PlacedSignal, pathOf: PathOf): ComponentId {
  return kindOf(subject) === "service" ? (pathOf(subject)[0] ?? subject) : subject;
}

interface Loud {
  readonly subject: ComponentId;
  readonly signals: readonly PlacedSignal[];
}

/**
 * The outage an aside belongs to: of its host or of what runs there, begun within five minutes of it, or one it was part
 * of before. Null: it is told by itself.
 */
export function outageOf<G extends Loud>({ home, signals }: Aside, loud: readonly G[], pathOf: PathOf): G | null {
  const known = new Set(signals.flatMap(({ incidentId }) => incidentId ?? []));
  const touches = ({ subject, signals: own }: G): boolean =>
    subject === home || own.some((one) => one.subject === home || pathOf(one.subject).includes(home));
  const isNear = (group: G): boolean =>
    group.signals.some(
      (one) =>
        (one.incidentId !== null && known.has(one.incidentId)) ||
        signals.some((aside) => apartMs(aside.openedAt, one.openedAt) <= togetherMs),
    );
  return loud.find((group) => touches(group) && isNear(group)) ?? null;
}
