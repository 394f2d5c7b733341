import { isIP } from "node:net";
import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import { addressOf } from "../addresses.ts";
import type { PartKind } from "../model.ts";
import { nearest, type Situation } from "./situation.ts";

/** A service of one machine. */
export interface HostedService {
  readonly id: ComponentId;
  readonly key: string;
  readonly kinds: readonly PartKind[];
  /** that its checks speak to on this machine */
  readonly ports: readonly number[];
}

const mostHosts = 4;

/** Machines near the subject that are looked into, nearest first. */
export function lookedInto(situation: Situation): readonly string[] {
  const { site } = situation;
  return nearest(situation, "host", situation.near.length)
    .filter((key) => (site.hosts.get(key)?.look ?? null) !== null)
    .slice(0, mostHosts);
}

/** Machines near the subject whose logs are followed or that are looked into, nearest first. */
export function heardFrom(situation: Situation): readonly string[] {
  const { site } = situation;
  return nearest(situation, "host", situation.near.length)
    .filter((key) => (site.hosts.get(key)?.look ?? null) !== null || (site.hosts.get(key)?.logs.length ?? 0) > 0)
    .slice(0, mostHosts);
}

/** What runs on a machine, the nearest to the subject first. */
export function servicesOn(situation: Situation, host: string): readonly HostedService[] {
  const { site, graph } = situation;
  return nearest(situation, "service", situation.near.length)
    .filter((key) => site.services.get(key)?.on === host)
    .map((key) => {
      const id = componentId("service", key);
      return { id, key, kinds: graph.parts.get(id)?.kinds ?? [], ports: portsOf(situation, host, key) };
    });
}

/** The service that is of one of these kinds, the first kind before the others. */
export function serviceOf(services: readonly HostedService[], kinds: readonly PartKind[]): HostedService | null {
  return kinds.flatMap((kind) => services.filter((one) => one.kinds.includes(kind)))[0] ?? null;
}

function portsOf(situation: Situation, host: string, service: string): readonly number[] {
  const own = situation.cells.filter((check) => check.service === service && speaksTo(situation, host, check));
  return [...new Set(own.flatMap((check) => addressOf(check)?.port ?? []))];
}

/** A name may lead anywhere, and is taken to lead to the service's own machine; another machine's address does not. */
function speaksTo({ site }: Situation, host: string, check: CheckStatus): boolean {
  const named = addressOf(check)?.host ?? null;
  if (named === null || check.kind === "icmp") return false;
  const others = [...site.hosts.values()].filter(({ key }) => key !== host);
  return !others.some(({ key, address }) => named === key.toLowerCase() || named === address?.toLowerCase());
}

/** Its check speaks to the machine's own address, with no proxy and no name between. */
export function isAimedAt({ site }: Situation, host: string, check: CheckStatus): boolean {
  const named = addressOf(check)?.host ?? null;
  if (named === null) return false;
  const { address = null } = site.hosts.get(host) ?? {};
  return named === address?.toLowerCase() || named === host.toLowerCase() || isLoopback(named);
}

function isLoopback(name: string): boolean {
  return name === "localhost" || (isIP(name) !== 0 && (name.startsWith("127.") || name === "::1"));
}

/** Programs and units by what they serve. Sources: the packages of Debian and Red Hat. */
const programs: Readonly<Partial<Record<PartKind, RegExp>>> = {
  web: /^(?:apache2?|httpd|nginx|lighttpd|caddy|haproxy|varnish)/,
  app: /^(?:php[\d.]*-fpm|tomcat|gunicorn|uwsgi|puma|unicorn|node|java|pm2)/,
  db: /^(?:postgres|mysql|mariadb|redis|mongod)/,
  mail: /^(?:postfix|master$|dovecot|exim|sendmail|smtpd|imap|pop3)/,
};
/** One machine's PostgreSQL has a unit of the package beside the ones of its clusters, which starts nothing. */
const wrappers = /^postgresql\.service$/;

/** Whether a unit or program is one of this service's: by its own name, else by what such services run on. */
export function isOfService({ key, kinds }: HostedService): (name: string) => boolean {
  return (name) => {
    if (wrappers.test(name)) return false;
    const bare = name.replace(/\.(?:service|socket)$/, "").toLowerCase();
    if (bare === key.toLowerCase()) return true;
    return kinds.some((kind) => programs[kind]?.test(bare) === true);
  };
}
