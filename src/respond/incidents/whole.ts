import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import type { LedgerEvent } from "../../kernel/event.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import { severities } from "../../kernel/model/signal.ts";

/** What an incident is called by, and who it hit. */
export type Shape = Pick<Incident, "subject" | "services" | "affected" | "severity" | "scope">;

interface Era {
  readonly shape: Shape;
  readonly lastedMs: number;
}

/**
 * An incident as it was over its whole life. While it ends, its parts recover one after another and what is left has
 * another name; people remember it by what it was for most of the time, and by everything it hit.
 */
export function shapeAsAWhole(incident: Incident, timeline: readonly LedgerEvent[], endedAt: Stamp): Shape {
  const eras = erasOf(timeline, endedAt);
  if (eras.length === 0) return incident;
  const lastedMs = new Map<string, number>();
  for (const era of eras) {
    lastedMs.set(era.shape.subject, (lastedMs.get(era.shape.subject) ?? 0) + era.lastedMs);
  }
  const [subject] = [...lastedMs].reduce((longest, one) => (one[1] > longest[1] ? one : longest));
  const own = eras.filter(({ shape }) => shape.subject === subject).map(({ shape }) => shape);
  const widest = own.reduce((wide, shape) => (reachOf(shape) >= reachOf(wide) ? shape : wide));
  const shapes = eras.map(({ shape }) => shape);
  const services = [...new Set([...widest.services, ...shapes.flatMap((shape) => shape.services)])];
  const affected = shapes
    .flatMap((shape) => shape.affected)
    .filter((one, nth, all) => all.findIndex(({ component }) => component === one.component) === nth);
  const severity = shapes.reduce<Shape["severity"]>(
    (worst, shape) => (severities.indexOf(shape.severity) < severities.indexOf(worst) ? shape.severity : worst),
    widest.severity,
  );
  return { subject: widest.subject, services, affected, severity, scope: widest.scope };
}

function reachOf({ services, affected }: Shape): number {
  return services.length + affected.length;
}

/** The shapes it went through, from the events that tell of them. */
function erasOf(timeline: readonly LedgerEvent[], endedAt: Stamp): readonly Era[] {
  const told = timeline.filter(({ kind }) => shapeEvents.has(kind));
  let shape: Shape | null = null;
  return told.flatMap((event, nth) => {
    shape = { ...shape, ...event.data } as Shape;
    const isWhole = Array.isArray(shape.services) && Array.isArray(shape.affected);
    const until = told[nth + 1]?.at ?? endedAt;
    return isWhole ? [{ shape, lastedMs: elapsedMs(event.at, until) }] : [];
  });
}

const shapeEvents: ReadonlySet<string> = new Set(["incident.opened", "incident.updated", "incident.flapping"]);
