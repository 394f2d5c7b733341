import { elapsedMs, type Stamp } from "../kernel/clock.ts";
import type { Graph } from "../kernel/graph.ts";
import { componentId, kindOf, nameOf, type ComponentId } from "../kernel/model/component.ts";
import type { Affected } from "../kernel/model/incident.ts";
import { severities } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import type { FoldedIncident, Folding, PlacedSignal } from "../kernel/ports.ts";
import { asidesOf, isBeside, outageOf } from "./besides.ts";
import { anchorOf, claimIncidents, membersByIncident, type Claim, type OpenIncident } from "./claims.ts";
import { clustersOf, type Clusters } from "./clusters.ts";
import { createDisjoint } from "./disjoint.ts";
import { byLineOf, type Ways } from "./lines.ts";
import { subjectOf } from "./subject.ts";
import {
  byOpening,
  compareStamps,
  earliest,
  pathsOf,
  sufferersOf,
  togetherMs,
  type JobHosts,
  type PathOf,
  type Sufferer,
} from "./sufferers.ts";

export interface FoldInput {
  readonly graph: Graph;
  /** those closed are left out */
  readonly signals: readonly PlacedSignal[];
  /** the open ones, as far as they have signals */
  readonly incidents: readonly OpenIncident[];
  readonly now: Stamp;
  /** services that have checks; without it every service counts as watched */
  readonly watched?: ReadonlySet<ComponentId>;
  /** whose line each vantage hangs on; without it no two share one */
  readonly ways?: Ways;
  /** where each job runs; without it a job is told by itself */
  readonly jobs?: JobHosts;
}

interface Ground extends FoldInput {
  readonly pathOf: PathOf;
}

/**
 * What says that a service does not work: our own probes, and another monitoring that speaks of a service our probes see
 * fail. What only the other one knows of is folded with what else it says.
 */
function loudOnes(open: readonly PlacedSignal[]): ReadonlySet<PlacedSignal> {
  const own = open.filter(({ kind }) => kind === "down" || kind === "degraded");
  const failing = new Set(own.map(({ subject }) => subject));
  return new Set([...own, ...open.filter(({ kind, subject }) => kind === "alert" && failing.has(subject))]);
}

interface Group {
  readonly signals: readonly PlacedSignal[];
  readonly subject: ComponentId;
  readonly affected: readonly Affected[];
  readonly quiet: boolean;
}

/**
 * One event, one incident: what needs a failed service hangs on it, what falls with its host is the host's. Pure: the
 * same open signals give the same groups, whatever the order in which they came, and running it again changes nothing.
 */
export function foldSignals(input: FoldInput): Folding {
  const open = input.signals.filter((signal) => signal.closedAt === null).toSorted(byOpening);
  const loudest = loudOnes(open);
  const { byLine, others } = foldByLine(
    input.ways,
    open.filter((signal) => loudest.has(signal)),
  );
  const ground = { ...input, pathOf: pathsOf(input.graph, input.jobs ?? new Map()) };
  const [atTargets, beside] = withAsides(ground.pathOf, foldLoud(ground, others), open.filter(isBeside));
  const loud = [...byLine, ...atTargets];
  const quiet = foldAlike(
    ground,
    open.filter(({ kind }) => kind === "partial"),
  );
  const rest = foldAlike(
    ground,
    open.filter((signal) => signal.kind !== "partial" && !isBeside(signal) && !loudest.has(signal)),
  );
  const taken = new Set<number>();
  const claims = [loud, quiet, beside, rest].flatMap((groups) => [...claimIncidents(groups, input.incidents, taken)]);
  const folded = claims.map(([group, claim]) => toIncident(group, claim));
  return {
    incidents: folded.toSorted((a, b) => compareStamps(a.detectedAt, b.detectedAt)),
    merged: claims.flatMap(([, { incidentId, merged }]) =>
      merged.map((id) => ({ incidentId: id, mergedInto: incidentId ?? id })),
    ),
  };
}

/** Services that have at least one check. */
export function watchedServices(site: Pick<Site, "checks">): ReadonlySet<ComponentId> {
  return new Set(site.checks.map((check) => componentId("service", check.service)));
}

/** What fails for all who hang on one line, and for nobody else, is one event on that line, whatever it hits. */
function foldByLine(
  ways: Ways | undefined,
  signals: readonly PlacedSignal[],
): { readonly byLine: readonly Group[]; readonly others: readonly PlacedSignal[] } {
  const lines = byLineOf(ways ?? new Map(), signals);
  const placed = new Set(lines.flat());
  const byLine = lines.flatMap((members): Group[] => {
    const [first] = members;
    return first === undefined ? [] : [{ signals: members, subject: first.subject, affected: [], quiet: false }];
  });
  return { byLine, others: signals.filter((signal) => !placed.has(signal)) };
}

function foldLoud(ground: Ground, signals: readonly PlacedSignal[]): readonly Group[] {
  const { graph, pathOf, watched = null } = ground;
  const clusters = clustersOf({ graph, pathOf, watched }, sufferersOf(signals));
  keepTogether(ground, clusters);
  return clusters.sets.sets().map((members) => toGroup(clusters, members, pathOf));
}

/**
 * What the ledger already holds as one incident stays one, also when its root recovers first. What failed within the
 * last minutes may still leave, for a root outside it or because nothing in it has recovered and it fits better alone.
 */
function keepTogether({ incidents, now }: FoldInput, { sets, causes }: Clusters): void {
  const groups = sets.sets().map((members) => ({ members, signals: members.flatMap((member) => member.signals) }));
  const byIncident = membersByIncident(groups);
  for (const incident of incidents) {
    const members = byIncident.get(incident.id) ?? [];
    const anchor = anchorOf(members, incident.subject);
    const failing = new Set(members.map(({ signal }) => nameOf(signal.subject)));
    const isWhole = incident.services.every((service) => failing.has(service));
    for (const { group } of members) {
      if (anchor === null || group === anchor || leaves(incident.id, group.members, isWhole)) continue;
      const [a, b] = [anchor.members[0], group.members[0]];
      if (a !== undefined && b !== undefined) sets.join(a, b);
    }
  }

  function leaves(id: number, members: readonly Sufferer[], isWhole: boolean): boolean {
    const own = members.filter((member) => member.signals.some((signal) => signal.incidentId === id));
    const isYoung = own.every(({ openedAt }) => elapsedMs(openedAt, now) <= togetherMs);
    return isYoung && (isWhole || members.some((member) => !causes.has(member) && !own.includes(member)));
  }
}

/** Outages with what was seen beside the probes about them, and the rest of that by itself; what only informs wakes nobody. */
function withAsides(
  pathOf: PathOf,
  loud: readonly Group[],
  signals: readonly PlacedSignal[],
): [readonly Group[], readonly Group[]] {
  const placed = asidesOf(signals, pathOf).map((aside) => ({ aside, outage: outageOf(aside, loud, pathOf) }));
  const grown = loud.map((group) => {
    const more = placed.filter(({ outage }) => outage === group).flatMap(({ aside }) => aside.signals);
    return more.length === 0 ? group : { ...group, signals: [...group.signals, ...more].toSorted(byOpening) };
  });
  const alone = placed.filter(({ outage }) => outage === null);
  return [
    grown,
    alone.map(({ aside }) => ({
      signals: aside.signals,
      subject: aside.subject,
      affected: [],
      quiet: aside.signals.every(({ severity }) => severity === "info"),
    })),
  ];
}

function toGroup(clusters: Clusters, members: readonly Sufferer[], pathOf: PathOf): Group {
  const { subject, affected } = subjectOf(clusters, members, pathOf);
  return { signals: members.flatMap((member) => member.signals).toSorted(byOpening), subject, affected, quiet: false };
}

/** Signals of one path (the same vantages, the same subject), or about the same vantage or channel. */
function foldAlike({ pathOf, incidents }: Ground, signals: readonly PlacedSignal[]): readonly Group[] {
  const sets = createDisjoint(signals);
  const known = new Set(incidents.map(({ id }) => id));
  const firsts = new Map<string, PlacedSignal>();
  for (const signal of signals) {
    const target = pathOf(signal.subject)[0] ?? signal.subject;
    const keys = [`${signal.kind} ${signal.failingFrom.join()} ${target}`];
    if (signal.incidentId !== null && known.has(signal.incidentId)) keys.push(`${signal.kind} #${signal.incidentId}`);
    for (const key of keys) {
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, signal);
      else sets.join(first, signal);
    }
  }
  return sets.sets().flatMap((members): Group[] => {
    const [first] = members;
    return first === undefined
      ? []
      : [{ signals: members, subject: first.subject, affected: [], quiet: first.kind === "partial" }];
  });
}

function toIncident({ signals, subject, affected, quiet }: Group, { incidentId }: Claim): FoldedIncident {
  const services = signals.filter((signal) => kindOf(signal.subject) === "service");
  const probed = signals.filter((signal) => !isBeside(signal));
  return {
    incidentId,
    signalIds: signals.map((signal) => signal.id),
    subject,
    services: [...new Set(services.map((signal) => nameOf(signal.subject)))],
    affected,
    severity: severities.find((severity) => signals.some((signal) => signal.severity === severity)) ?? "info",
    quiet,
    flapping: probed.length > 0 && probed.every((signal) => signal.facts["flapping"] === true),
    startedAt: earliest(signals.map((signal) => signal.startedAt)),
    detectedAt: earliest(signals.map((signal) => signal.openedAt)),
  };
}
