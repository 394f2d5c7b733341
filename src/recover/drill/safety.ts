import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { MachineFacts } from "./facts.ts";

/** What is known of a machine of the site. */
export interface Known extends MachineFacts {
  /** key in the configuration */
  readonly host: string;
}

export const refusalCodes = [
  "not-declared",
  "production-marker",
  "no-drill-marker",
  "foreign-drill-marker",
  "same-machine",
  "same-host-key",
  "same-address",
  "named",
  "in-service",
  "egress-open",
  "mail-open",
  "names-reachable",
  "cron-live",
  "clock-wrong",
  "writable-credential",
  "not-claimed",
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** Why a drill must not run there. `unknown`: it could not be shown that it may. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly unknown: boolean;
  /** what was seen, safe to show */
  readonly seen: string;
}

export interface DrillTarget {
  /** `localhost` (an isolated place on this machine) or `host:KEY` */
  readonly name: string;
  readonly plan: BackupPlan;
}

function refusal(code: RefusalCode, seen: string): readonly Refusal[] {
  return [{ code, unknown: false, seen }];
}

function untold(code: RefusalCode, what: string): readonly Refusal[] {
  return [{ code, unknown: true, seen: what }];
}

/** Before anything is connected to: what the configuration says of the target. */
export function declaredSafe(site: Site, { name, plan }: DrillTarget): readonly Refusal[] {
  if (name === "localhost") return [];
  const key = name.replace(/^host:/, "");
  const plans = [...(site.backups?.values() ?? [plan]), plan];
  const source = plans.find(({ host }) => host === key);
  if (source !== undefined) return refusal("not-declared", `backups.${source.key}.of.host`);
  const service = [...site.services.values()].find(({ on }) => on === key);
  if (service !== undefined) return refusal("not-declared", `services.${service.key}.on`);
  if (plan.drill?.host !== key) return refusal("not-declared", `backups.${plan.key}.drill.restore_to.host`);
  if (site.hosts.get(key)?.role !== "drill") return refusal("not-declared", `hosts.${key}.role`);
  return named(site, { key, names: [], addresses: [] });
}

/** Another entry of the file that means the same machine. */
function named(
  site: Site,
  is: { readonly key: string | null; readonly names: readonly string[]; readonly addresses: readonly string[] },
): readonly Refusal[] {
  const own = is.key === null ? null : (site.hosts.get(is.key)?.address ?? is.key);
  for (const host of site.hosts.values()) {
    if (host.key === is.key) continue;
    const address = (host.address ?? host.key).toLowerCase();
    if (address === own || is.names.includes(address) || is.names.includes(host.key) || is.addresses.includes(address))
      return refusal("named", `hosts.${host.key}`);
  }
  return [];
}

/** Of what the target shows of itself, read before and again after connecting. */
export function machineSafe(
  { site, siteId, target, known }: { site: Site; siteId: string; target: DrillTarget; known: readonly Known[] },
  facts: MachineFacts,
): readonly Refusal[] {
  const others = known.filter(({ host }) => `host:${host}` !== target.name);
  return [
    ...markers(siteId, facts),
    ...(target.name === "localhost" ? itself(others, facts) : sameAs(others, facts, target.plan)),
    ...pinned(site, target, facts),
    ...(target.name === "localhost" ? [] : namedBy(site, target, facts)),
    ...(target.name === "localhost" ? [] : inService(site, target.plan, { facts, known: others })),
  ];
}

function markers(siteId: string, { isProduction, drillMarker }: MachineFacts): readonly Refusal[] {
  return [
    ...(isProduction === true ? refusal("production-marker", "/etc/koboshi-production") : []),
    ...(isProduction === null ? untold("production-marker", "/etc/koboshi-production") : []),
    ...(drillMarker === null ? untold("no-drill-marker", "/etc/koboshi-drill") : []),
    ...(drillMarker === "" ? refusal("no-drill-marker", "/etc/koboshi-drill") : []),
    ...(drillMarker !== null && drillMarker !== "" && drillMarker !== siteId
      ? refusal("foreign-drill-marker", drillMarker.slice(0, 80))
      : []),
  ];
}

/** The isolated place shares this machine's addresses by nature; only a known host that is this very machine counts. */
function itself(known: readonly Known[], { machineId }: MachineFacts): readonly Refusal[] {
  if (machineId === null) return untold("same-machine", "machine-id");
  const twin = known.find((other) => other.machineId === machineId);
  return twin === undefined ? [] : refusal("same-machine", twin.host);
}

/** Each identity of its own: a clone shares some of them and not others. */
function sameAs(known: readonly Known[], facts: MachineFacts, plan: BackupPlan): readonly Refusal[] {
  const shared = (
    code: RefusalCode,
    pick: (machine: MachineFacts) => readonly string[] | null,
    what: string,
  ): readonly Refusal[] => {
    const mine = pick(facts);
    if (mine === null) return untold(code, what);
    const twin = known.find((other) => pick(other)?.some((one) => mine.includes(one)) === true);
    if (twin !== undefined) return refusal(code, twin.host);
    const source = known.find(({ host }) => host === plan.host);
    return source === undefined || pick(source) === null ? untold(code, `${plan.host}: ${what}`) : [];
  };
  return [
    ...shared("same-machine", ({ machineId }) => (machineId === null ? null : [machineId]), "machine-id"),
    ...shared("same-host-key", ({ hostKeys }) => hostKeys, "ssh"),
    ...shared("same-address", ({ addresses }) => addresses, "IP"),
    ...shared("same-address", ({ macs }) => macs, "MAC"),
  ];
}

/** The key the file pins for another host must not be this machine's. */
function pinned(site: Site, target: DrillTarget, { hostKeys }: MachineFacts): readonly Refusal[] {
  if (target.name === "localhost" || hostKeys === null) return [];
  for (const host of site.hosts.values())
    if (`host:${host.key}` !== target.name && host.hostKey !== null && hostKeys.includes(host.hostKey))
      return refusal("same-host-key", host.key);
  return [];
}

function namedBy(site: Site, target: DrillTarget, { names, addresses }: MachineFacts): readonly Refusal[] {
  if (names === null) return untold("named", "hostname");
  return named(site, { key: target.name.replace(/^host:/, ""), names, addresses: addresses ?? [] });
}

const databaseServers: Readonly<Record<string, readonly string[]>> = {
  postgres: ["postgres", "postmaster"],
  mysql: ["mysqld", "mariadbd"],
  mariadb: ["mysqld", "mariadbd"],
  sqlite: [],
};

/** It must not already do the work it is to take over. */
function inService(
  site: Site,
  plan: BackupPlan,
  { facts, known }: { facts: MachineFacts; known: readonly Known[] },
): readonly Refusal[] {
  const { processes, openPorts, volumes } = facts;
  if (processes === null || openPorts === null || volumes === null) return untold("in-service", "ports, mounts");
  const servers = new Set(plan.databases.flatMap(({ engine }) => databaseServers[engine] ?? []));
  const running = processes.find((process) => servers.has(process));
  if (running !== undefined) return refusal("in-service", running);
  const ports = servicePorts(site, plan);
  const port = openPorts.find((one) => ports.has(one));
  if (port !== undefined) return refusal("in-service", `:${port}`);
  const source = known.find(({ host }) => host === plan.host);
  const volume = volumes.find((one) => !one.startsWith("/dev/") && source?.volumes?.includes(one) === true);
  return volume === undefined ? [] : refusal("in-service", volume);
}

const usualPorts: Readonly<Record<string, number>> = { postgres: 5432, mysql: 3306, mariadb: 3306 };

/** Ports of the services that stand on the plan's host, as their checks' addresses name them, and of its databases. */
export function servicePorts(site: Site, plan: BackupPlan): ReadonlySet<number> {
  const here = new Set([...site.services.values()].flatMap(({ key, on }) => (on === plan.host ? [key] : [])));
  const text = site.checks
    .filter(({ service }) => here.has(service))
    .map(({ target, spec }) => `"${target}" ${JSON.stringify(spec)}`)
    .join("\n");
  const ports = new Set<number>();
  for (const [, scheme] of text.matchAll(/"(https?):\/\//g)) ports.add(scheme === "https" ? 443 : 80);
  for (const [, port] of text.matchAll(/[\w\].]:(\d{2,5})\b/g)) ports.add(Number(port));
  for (const [, port] of text.matchAll(/"port":(\d{1,5})/g)) ports.add(Number(port));
  for (const { engine, port } of plan.databases) {
    const usual = port ?? usualPorts[engine];
    if (usual !== undefined) ports.add(usual);
  }
  return ports;
}

/** What the closed room shows from inside. Null: it could not be told. */
export interface RoomFacts {
  /** a connection to an address outside was refused */
  readonly egressClosed: boolean | null;
  /** mail ends in the sink, or is refused where none can run */
  readonly mailClosed: boolean | null;
  /** names of production that do not lead into the black hole */
  readonly namesReachable: readonly string[] | null;
  readonly cronMasked: boolean | null;
  /** the machine's clock against ours, milliseconds */
  readonly clockOffsetMs: number | null;
  /** id in the claim of the target root */
  readonly claim: string | null;
}

export const clockToleranceMs = 60_000;

/** Of the isolation itself: read from inside before the first byte is restored. */
export function roomSafe(room: RoomFacts, drillId: string): readonly Refusal[] {
  const must = (code: RefusalCode, holds: boolean | null): readonly Refusal[] =>
    holds === null ? untold(code, code) : holds ? [] : refusal(code, code);
  return [
    ...must("egress-open", room.egressClosed),
    ...must("mail-open", room.mailClosed),
    ...(room.namesReachable === null ? untold("names-reachable", "/etc/hosts") : []),
    ...(room.namesReachable?.slice(0, 1).flatMap((name) => refusal("names-reachable", name)) ?? []),
    ...must("cron-live", room.cronMasked),
    ...(room.clockOffsetMs === null ? untold("clock-wrong", "date") : []),
    ...(room.clockOffsetMs !== null && Math.abs(room.clockOffsetMs) > clockToleranceMs
      ? refusal("clock-wrong", `${Math.round(room.clockOffsetMs / 1000)} s`)
      : []),
    ...(room.claim === drillId ? [] : refusal("not-claimed", room.claim ?? "—")),
  ];
}

/** The key a drill reads with must not be able to write. */
export function credentialSafe(canWrite: boolean | null, place: string): readonly Refusal[] {
  if (canWrite === null) return untold("writable-credential", place);
  return canWrite ? refusal("writable-credential", place) : [];
}
