import { stampNow } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { randomId } from "../../kernel/ids.ts";
import { componentId, kindOf, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import type { Signal } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { IncidentVerbs } from "../../kernel/ports.ts";
import { err, ok } from "../../kernel/result.ts";
import type { IncidentDeps, IncidentKeeper } from "./keep.ts";

/** One line of a page; what is longer belongs into a note. */
const longestTextChars = 500;
const mostOpenIncidents = 1_000;

export interface OpenDeps extends Pick<IncidentDeps, "ledger" | "clock" | "site"> {
  readonly take: IncidentKeeper["take"];
  readonly note: IncidentVerbs["note"];
}

/** The word of a person is a signal like any other, but for its end: a person says that, too. */
export function createOpening({ ledger, clock, site, take, note }: OpenDeps): IncidentVerbs["open"] {
  return async ({ subject, actor, text: written, severity }) => {
    const text = written.trim().slice(0, longestTextChars);
    if (!isThere(site(), subject)) return err(new KoboshiError("KB1002", { what: subject }));
    if (text === "") return err(new KoboshiError("KB1001", { what: "text" }));
    const incidents = await ledger.read.incidents({ state: "open", limit: mostOpenIncidents });
    const known = incidents.find((incident) => isAbout(incident, subject));
    if (known !== undefined) return note({ incidentId: known.id, actor, text });
    const now = stampNow(clock);
    const place = { checkId: null, layer: null, error: null, failingFrom: [], workingFrom: [] };
    const times = { openedAt: now, startedAt: now, closedAt: null };
    const facts = { text, by: actor };
    const signal: Signal = { id: randomId(), kind: "reported", subject, severity, ...times, ...place, facts };
    await take([{ change: "opened", signal }]);
    const stored = (await ledger.read.openSignals()).find(({ id }) => id === signal.id);
    const incident = await ledger.read.incident(stored?.incidentId ?? 0);
    return incident === null ? err(new KoboshiError("KB1002", { what: subject })) : ok(incident);
  };
}

function isThere({ services, hosts }: Site, subject: ComponentId): boolean {
  const [kind, name] = [kindOf(subject), nameOf(subject)];
  return (kind === "service" && services.has(name)) || (kind === "host" && hosts.has(name));
}

function isAbout({ subject, services, affected }: Incident, asked: ComponentId): boolean {
  const touched = [
    subject,
    ...services.map((name) => componentId("service", name)),
    ...affected.map(({ component }) => component),
  ];
  return touched.includes(asked);
}
