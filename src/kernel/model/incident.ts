import type { Stamp } from "../clock.ts";
import type { ComponentId } from "./component.ts";
import type { ScopeVerdict } from "./scope.ts";
import type { Severity } from "./signal.ts";

export const incidentStates = [
  "investigating",
  "identified",
  "fixing",
  "monitoring",
  "resolved",
  "false-alarm",
] as const;
export type IncidentState = (typeof incidentStates)[number];

/** A component that is down or slow because of the subject, shown as affected and never paged for itself. */
export interface Affected {
  readonly component: ComponentId;
  /** what it is affected by */
  readonly because: ComponentId;
}

/** One event in the world: one incident, one page, however many signals it raised. */
export interface Incident {
  /** 1, 2, 3 …: what people say, `#241` */
  readonly id: number;
  readonly state: IncidentState;
  readonly severity: Severity;
  /** true: recorded and shown, nobody is woken */
  readonly quiet: boolean;
  /** true while it comes and goes; pages are held */
  readonly flapping: boolean;
  readonly subject: ComponentId;
  /** services that show it, the subject's own included */
  readonly services: readonly string[];
  readonly affected: readonly Affected[];
  readonly scope: ScopeVerdict;
  /** when it began, as far as we saw */
  readonly startedAt: Stamp;
  /** when it was confirmed */
  readonly detectedAt: Stamp;
  readonly acknowledgedAt: Stamp | null;
  /** person's key, or null */
  readonly acknowledgedBy: string | null;
  readonly assignedTo: string | null;
  readonly resolvedAt: Stamp | null;
  /** `auto` or a person's key */
  readonly resolvedBy: string | null;
}

export function isOpen(incident: Pick<Incident, "state">): boolean {
  return incident.state !== "resolved" && incident.state !== "false-alarm";
}
