import { componentId, type ComponentId } from "../kernel/model/component.ts";
import type { Check } from "../kernel/model/check.ts";
import type { Host, Place, Service, ServiceKind, Site, VantageSpec } from "../kernel/model/site.ts";
import { addressOf, domainOf } from "./addresses.ts";
import type { Part, PartGraph, PartKind } from "./model.ts";
import { kindOfService } from "./service-kind.ts";

const partKindOf: Readonly<Record<ServiceKind, PartKind>> = {
  web: "web",
  app: "app",
  db: "db",
  mail: "mail",
  // a name server of one's own is a program like any other
  dns: "app",
  ext: "extdep",
};

interface Growing {
  readonly kinds: Set<PartKind>;
  readonly needs: Set<ComponentId>;
}

/**
 * Everything that can be broken, and what cannot do without what. Every edge is an `all` edge: the file knows no other.
 * A vantage stands on its LAN and its line, not on the place it is in: where a place fails, its targets tell.
 */
export function partsOf(site: Site): PartGraph {
  const parts = new Map<ComponentId, Growing>();
  const part = (id: ComponentId, kind: PartKind): Growing => {
    const known = parts.get(id) ?? { kinds: new Set(), needs: new Set() };
    known.kinds.add(kind);
    parts.set(id, known);
    return known;
  };
  const grow: Grow = {
    part,
    link(from, to, kind) {
      part(to, kind);
      parts.get(from)?.needs.add(to);
    },
  };
  for (const place of site.places.values()) growPlace(grow, place);
  for (const host of site.hosts.values()) growHost(grow, host);
  growVantages(grow, [...site.vantages.values()]);
  const needed = new Set([...site.services.values()].flatMap(({ needs }) => needs));
  const domains = knownDomains(site.checks);
  const checksOf = byService(site.checks);
  for (const service of site.services.values()) {
    const checks = checksOf.get(service.key) ?? [];
    growService(grow, service, { kind: kindOfService(service, checks, needed.has(service.key)), checks, domains });
  }
  for (const name of domains) part(componentId("domain", name), "domain");
  for (const name of site.backupNames ?? []) growBackup(grow, name, site);
  return {
    parts: new Map([...parts].map(([id, one]) => [id, partFrom(id, one)])),
    behind: programsBehind(site, parts),
  };
}

/**
 * Programs on a web server's machine that are no need of its own: they are reached through it, as a shop's pages are through Apache.
 * Where the server is said to need them, that says it already.
 */
function programsBehind(
  site: Site,
  parts: ReadonlyMap<ComponentId, Growing>,
): ReadonlyMap<ComponentId, readonly ComponentId[]> {
  const services = [...site.services.values()].map(({ key, on }) => {
    const id = componentId("service", key);
    return { id, on, kinds: parts.get(id)?.kinds, needs: parts.get(id)?.needs };
  });
  const programs = services.filter(({ kinds }) => kinds?.has("app") === true);
  return new Map(
    services
      .filter(({ kinds, on }) => on !== null && kinds?.has("web") === true && !kinds.has("app"))
      .map((server) => [
        server.id,
        programs.filter((one) => one.on === server.on && server.needs?.has(one.id) !== true).map(({ id }) => id),
      ]),
  );
}

interface Grow {
  /** makes the part, or gives it one more kind */
  part(id: ComponentId, kind: PartKind): Growing;
  /** `from` cannot do without `to`, which is made when there is none yet */
  link(from: ComponentId, to: ComponentId, kind: PartKind): void;
}

function partFrom(id: ComponentId, { kinds, needs }: Growing): Part {
  return { id, kinds: [...kinds], dependsOn: [...needs].map((to) => ({ to, mode: "all" })) };
}

function growPlace({ part, link }: Grow, { key, provider, account }: Place): void {
  const id = componentId("place", key);
  part(id, "site");
  if (provider !== null) link(id, componentId("provider", provider), "provider");
  if (account === null) return;
  link(id, componentId("account", account), "account");
  // an account is held with somebody
  if (provider !== null) link(componentId("account", account), componentId("provider", provider), "provider");
}

function growHost({ part, link }: Grow, { key, segment, at }: Host): void {
  const id = componentId("host", key);
  part(id, "host");
  if (segment !== null) link(id, componentId("segment", segment), "segment");
  if (at === null) return;
  link(id, componentId("place", at), "site");
  if (segment !== null) link(componentId("segment", segment), componentId("place", at), "site");
}

/** A vantage whose LAN others share is a client like them: it alone may be wrong while its LAN works. */
function growVantages({ part, link }: Grow, vantages: readonly VantageSpec[]): void {
  const behind = (lan: string): number => vantages.filter((one) => one.lan === lan).length;
  for (const { name, lan, isp } of vantages) {
    const id = componentId("vantage", name);
    part(id, "vantage");
    if (lan !== null && behind(lan) > 1) part(id, "client");
    if (lan !== null) link(id, componentId("lan", lan), "lan");
    if (isp !== null) link(id, componentId("isp", isp), "isp");
  }
}

function byService(checks: readonly Check[]): ReadonlyMap<string, readonly Check[]> {
  const found = new Map<string, Check[]>();
  for (const check of checks) {
    const list = found.get(check.service);
    if (list === undefined) found.set(check.service, [check]);
    else list.push(check);
  }
  return found;
}

interface Standing {
  readonly kind: ServiceKind;
  /** its own */
  readonly checks: readonly Check[];
  readonly domains: ReadonlySet<string>;
}

function growService({ part, link }: Grow, service: Service, { kind, checks, domains }: Standing): void {
  const id = componentId("service", service.key);
  part(id, partKindOf[kind]);
  if (service.on !== null) link(id, componentId("host", service.on), "host");
  for (const need of service.needs) {
    const to = componentId("service", need);
    part(id, partKindOf[kind]).needs.add(to);
  }
  for (const check of checks) {
    for (const name of namesOf(check, domains)) link(id, componentId("domain", name), "domain");
    const address = addressOf(check);
    if (address?.isSecure === true) link(id, componentId("cert", address.host), "cert");
  }
}

function growBackup({ part, link }: Grow, name: string, site: Site): void {
  const id = componentId("repository", name);
  part(id, "backup");
  const host = site.backupHosts?.get(name);
  if (host !== undefined) link(id, componentId("host", host), "host");
}

/** Domains that checks are about. */
function knownDomains(checks: readonly Check[]): ReadonlySet<string> {
  return new Set(checks.flatMap(({ kind, target }) => (kind === "domain" ? [target.toLowerCase()] : [])));
}

/** Domains a check cannot do without: the one it asks about, or the one its target's name is in. */
function namesOf(check: Check, known: ReadonlySet<string>): readonly string[] {
  const host = check.kind === "domain" ? check.target.toLowerCase() : askedName(check);
  const domain = host === null ? null : domainOf(host, known);
  return domain === null ? [] : [domain];
}

/** The host name that is resolved for a check; a list of blocked senders is asked about an address, not a name. */
export function askedName({ kind, target }: Pick<Check, "kind" | "target">): string | null {
  if (kind !== "dns") return addressOf({ kind, target })?.host ?? null;
  const name = (target.split(" @")[0] ?? "").toLowerCase().replace(/\.$/, "");
  return isBlockListName(name) ? null : name;
}

/** `2.0.0.127.zen.example.org`: an address, backwards, before a list's own name. */
export function isBlockListName(name: string): boolean {
  return /^(?:\d{1,3}\.){4}[a-z]/i.test(name) && !name.endsWith(".arpa");
}
