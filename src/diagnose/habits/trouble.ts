import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import { isOpen, type Incident } from "../../kernel/model/incident.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Window } from "../../kernel/model/window.ts";
import { situationOf } from "../gather/situation.ts";
import type { PartGraph } from "../model.ts";

export interface TroubleInput {
  readonly now: Stamp;
  readonly site: Site;
  readonly graph: PartGraph;
  readonly incidents: readonly Incident[];
  /** work that is being done, or verified */
  readonly windows: readonly Window[];
}

/** What is over so shortly may not be over. */
export const settledMs = 30 * 60_000;
/** What nobody is woken for and what goes on for so long is how things are. */
const chronicMs = 24 * 3_600_000;

/** Everything that something may be wrong with now: what it looks like teaches nothing of healthy days. */
export function troubledParts({ now, site, graph, incidents, windows }: TroubleInput): ReadonlySet<ComponentId> {
  const subjects = [
    ...incidents.filter((incident) => counts(incident, now)).flatMap(partsOfIncident),
    ...windows.flatMap(({ targets, hosts, services }) => [
      ...targets,
      ...hosts.map((host) => componentId("host", host)),
      ...services.map((service) => componentId("service", service)),
    ]),
  ];
  const concerned = new Set<ComponentId>();
  for (const subject of new Set(subjects)) {
    const situation = situationOf({ subject, startedAtMs: now.atMs, nowMs: now.atMs, site, cells: [], graph });
    for (const part of situation.concerned) concerned.add(part);
  }
  return concerned;
}

function counts(incident: Incident, now: Stamp): boolean {
  if (incident.state === "false-alarm") return false;
  if (!isOpen(incident)) return incident.resolvedAt !== null && elapsedMs(incident.resolvedAt, now) < settledMs;
  return !incident.quiet || elapsedMs(incident.startedAt, now) < chronicMs;
}

function partsOfIncident({ subject, services, affected }: Incident): readonly ComponentId[] {
  return [
    subject,
    ...services.map((service) => componentId("service", service)),
    ...affected.map(({ component }) => component),
  ];
}
