import { isIP } from "node:net";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Site } from "../../kernel/model/site.ts";

const name = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+$/;

/** Names the configuration reaches production by: hosts, what checks look at, the hub itself. Lower case, without addresses. */
export function productionNames(site: Site): readonly string[] {
  const texts = [
    ...[...site.hosts.values()].map(({ address }) => address ?? ""),
    ...site.checks.flatMap(({ target, spec }) => [target, JSON.stringify(spec)]),
    site.url ?? "",
    ...[...(site.backups?.values() ?? [])].flatMap(({ databases, to }) => [
      ...databases.map(({ host }) => host ?? ""),
      ...to.map(({ repo }) => repo ?? ""),
    ]),
  ];
  return namesIn(texts);
}

/** Names the plan's own services answer to: these lead to the restored machine in the rehearsed switch. */
export function planNames(site: Site, plan: BackupPlan): readonly string[] {
  const services = new Set([...site.services.values()].flatMap(({ key, on }) => (on === plan.host ? [key] : [])));
  const checks = site.checks.filter(({ service }) => services.has(service));
  return namesIn([
    site.hosts.get(plan.host)?.address ?? "",
    ...checks.flatMap(({ target, spec }) => [target, JSON.stringify(spec)]),
  ]);
}

function namesIn(texts: readonly string[]): readonly string[] {
  const found = texts.flatMap((text) => text.toLowerCase().match(/[a-z0-9_][a-z0-9_.-]*[a-z0-9_]/g) ?? []);
  return [...new Set(found)].filter((one) => name.test(one) && isIP(one) === 0 && !/^\d+(?:\.\d+)*$/.test(one)).sort();
}
