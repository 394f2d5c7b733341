import type { Incident } from "../kernel/model/incident.ts";
import type { PlacedSignal } from "../kernel/ports.ts";
import { groupedBy } from "./grouped.ts";
import { byOpening } from "./sufferers.ts";

export type OpenIncident = Pick<Incident, "id" | "subject" | "services">;

/** Which incident a group of signals carries on, and which ones end in it. */
export interface Claim {
  /** null: a new one */
  readonly incidentId: number | null;
  readonly merged: readonly number[];
}

interface Group {
  /** oldest first */
  readonly signals: readonly PlacedSignal[];
}

/**
 * Gives each incident to exactly one group: to the one that holds its subject's signal, else its oldest signal. A group
 * that gets several keeps the oldest.
 * @param taken incidents that are spoken for already; those given out here are added
 */
export function claimIncidents<G extends Group>(
  groups: readonly G[],
  incidents: readonly OpenIncident[],
  taken: Set<number>,
): ReadonlyMap<G, Claim> {
  const byIncident = membersByIncident(groups);
  const claims = new Map<G, number[]>();
  for (const { id, subject } of incidents) {
    const members = byIncident.get(id);
    if (members === undefined || taken.has(id)) continue;
    const anchor = anchorOf(members, subject);
    if (anchor === null) continue;
    taken.add(id);
    const list = claims.get(anchor);
    if (list === undefined) claims.set(anchor, [id]);
    else list.push(id);
  }
  return new Map(groups.map((group) => [group, claimOf(claims.get(group) ?? [])]));
}

function claimOf(ids: readonly number[]): Claim {
  const [incidentId = null, ...merged] = ids.toSorted((a, b) => a - b);
  return { incidentId, merged };
}

export interface Member<G> {
  readonly group: G;
  readonly signal: PlacedSignal;
}

/** The signals of each incident, with the group they are in now. */
export function membersByIncident<G extends Group>(groups: readonly G[]): ReadonlyMap<number, readonly Member<G>[]> {
  const members = groups.flatMap((group) => group.signals.map((signal) => ({ group, signal })));
  const placed = members.filter(({ signal }) => signal.incidentId !== null);
  return groupedBy(placed, ({ signal }) => signal.incidentId as number);
}

/** The group an incident stays with. @param members of the incident */
export function anchorOf<G extends Group>(members: readonly Member<G>[], subject: Incident["subject"]): G | null {
  const own = members.filter(({ signal }) => signal.subject === subject);
  let anchor: Member<G> | null = null;
  for (const member of own.length > 0 ? own : members) {
    if (anchor === null || byOpening(member.signal, anchor.signal) < 0) anchor = member;
  }
  return anchor?.group ?? null;
}
