import { stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import { componentId, type ComponentId } from "../kernel/model/component.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { Service, Site } from "../kernel/model/site.ts";
import type {
  Attention,
  CheckStatus,
  ServiceStatus,
  SiteStatus,
  StateWord,
  VantageStatus,
} from "../kernel/model/status.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";

export interface StatusDeps {
  site(): Site;
  readonly clock: Clock;
  readonly ledger: Ledger;
  checks(): readonly CheckStatus[];
  vantages(): readonly VantageStatus[];
  attentions(): readonly Attention[];
  /** work is being done on it; left out: on nothing */
  isBeingWorkedOn?(component: ComponentId): boolean;
  /** milliseconds since the scheduler last ran */
  pulseAgeMs(): number;
}

const mostOpenIncidents = 1_000;
/** worst first: the order everything is listed in */
const stateOrder: readonly StateWord[] = ["down", "affected", "unknown", "warning", "maintenance", "paused", "ok"];

/** Reads the one answer Home, the API, the command line and the status page speak from. */
export async function readStatus(deps: StatusDeps): Promise<SiteStatus> {
  const site = deps.site();
  const openIncidents = await deps.ledger.read.incidents({ state: "open", limit: mostOpenIncidents });
  const byService = groupByService(deps.checks());
  const services = [...site.services.values()]
    .map((service) => serviceStatus(service, byService.get(service.key) ?? [], openIncidents))
    .map((status) => underWork(deps, status, openIncidents))
    .toSorted(worstFirst);
  const vantages = deps.vantages();
  const attentions = deps.attentions();
  return {
    at: stampNow(deps.clock),
    verdict: verdictOf(services, vantages, attentions),
    services,
    vantages,
    openIncidents,
    attentions,
    configHash: site.hash,
    pulseAgeMs: deps.pulseAgeMs(),
  };
}

function groupByService(checks: readonly CheckStatus[]): ReadonlyMap<string, readonly CheckStatus[]> {
  const groups = new Map<string, CheckStatus[]>();
  for (const check of checks) {
    const group = groups.get(check.service);
    if (group === undefined) groups.set(check.service, [check]);
    else group.push(check);
  }
  return groups;
}

function serviceStatus(
  service: Service,
  checks: readonly CheckStatus[],
  incidents: readonly Incident[],
): ServiceStatus {
  const id = componentId("service", service.key);
  const because = affectedBy(id, incidents);
  const own = worst(checks.map((check) => check.state));
  const broken = own === "down" || own === "warning";
  const state = because !== null && (broken || own === "ok") ? "affected" : own;
  return { key: service.key, name: service.name, state, because, since: sinceOf(checks, own), checks };
}

/** What an incident tells of goes before: its alarms were not held. Nor is it work when nobody can see the service. */
function underWork(
  { isBeingWorkedOn }: StatusDeps,
  status: ServiceStatus,
  incidents: readonly Incident[],
): ServiceStatus {
  const isTold = incidents.some(({ services }) => services.includes(status.key));
  if (isTold || status.state === "unknown" || isBeingWorkedOn?.(componentId("service", status.key)) !== true)
    return status;
  return { ...status, state: "maintenance" };
}

/** What another incident's root does to this service; null when it is well or is the root itself. */
function affectedBy(id: ComponentId, incidents: readonly Incident[]): ComponentId | null {
  for (const incident of incidents) {
    const found = incident.affected.find(({ component }) => component === id);
    if (found !== undefined && incident.subject !== id) return found.because;
  }
  return null;
}

/** A service without a single check, or without a reading, is unknown: never healthy by silence. */
function worst(states: readonly StateWord[]): StateWord {
  return stateOrder.find((state) => states.includes(state)) ?? "unknown";
}

function sinceOf(checks: readonly CheckStatus[], state: StateWord): Stamp | null {
  return (
    checks
      .filter((check) => check.state === state)
      .map((check) => check.since)
      .filter((since) => since !== null)
      .toSorted((a, b) => a.atMs - b.atMs)[0] ?? null
  );
}

function worstFirst(a: ServiceStatus, b: ServiceStatus): number {
  return stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state) || a.name.localeCompare(b.name, "ja");
}

function verdictOf(
  services: readonly ServiceStatus[],
  vantages: readonly VantageStatus[],
  attentions: readonly Attention[],
): SiteStatus["verdict"] {
  const has = (state: StateWord): boolean => services.some((service) => service.state === state);
  if (services.length === 0) return "empty";
  if (has("down") || has("affected") || attentions.some(({ level }) => level === "down")) return "down";
  if (has("unknown") || vantages.some(({ state }) => state === "blind")) return "unknown";
  return has("warning") || attentions.some(({ level }) => level === "warning") ? "warning" : "ok";
}
