import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Known, MachineFacts } from "./facts.ts";
import { refusal, untold, type Refusal } from "./refusal.ts";

const databaseServers: Readonly<Record<string, readonly string[]>> = {
  postgres: ["postgres", "postmaster"],
  mysql: ["mysqld", "mariadbd"],
  mariadb: ["mysqld", "mariadbd"],
  sqlite: [],
};

/** It must not already do the work it is to take over. */
export function inService(
  site: Site,
  plan: BackupPlan,
  { facts, known }: { facts: MachineFacts; known: readonly Known[] },
): readonly Refusal[] {
  const { processes, openPorts, volumes } = facts;
  if (processes === null || openPorts === null || volumes === null) return untold("in-service", "ports, mounts");
  const servers = new Set(plan.databases.flatMap(({ engine }) => databaseServers[engine] ?? []));
  const ports = servicePorts(site, plan);
  const source = known.find(({ host }) => host === plan.host);
  const seen = [
    ...processes.filter((process) => servers.has(process)),
    ...new Set(openPorts.filter((port) => ports.has(port)).map((port) => `:${port}`)),
    ...volumes.filter((one) => !one.startsWith("/dev/") && source?.volumes?.includes(one) === true),
  ];
  return seen.flatMap((one) => refusal("in-service", one));
}

const usualPorts: Readonly<Record<string, number>> = { postgres: 5432, mysql: 3306, mariadb: 3306 };

/** Ports of the services that stand on the plan's host, as their checks' addresses name them, and of its databases. */
function servicePorts(site: Site, plan: BackupPlan): ReadonlySet<number> {
  const here = new Set([...site.services.values()].flatMap(({ key, on }) => (on === plan.host ? [key] : [])));
  const text = site.checks
    .filter(({ service }) => here.has(service))
    .map(({ target, spec }) => `"${target}" ${JSON.stringify(spec)}`)
    .join("\n");
  const ports = new Set<number>();
  for (const [, scheme, authority = ""] of text.matchAll(/"(https?):\/\/([^/"\s]*)/g))
    if (!/:\d+$/.test(authority)) ports.add(scheme === "https" ? 443 : 80);
  for (const [, port] of text.matchAll(/[\w\].]:(\d{2,5})\b/g)) ports.add(Number(port));
  for (const [, port] of text.matchAll(/"port":(\d{1,5})/g)) ports.add(Number(port));
  for (const { engine, port } of plan.databases) {
    const usual = port ?? usualPorts[engine];
    if (usual !== undefined) ports.add(usual);
  }
  return ports;
}
