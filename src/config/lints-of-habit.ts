import type { Check } from "../kernel/model/check.ts";
import type { Site } from "../kernel/model/site.ts";
import { note, type Draft } from "./finding.ts";
import type { Machine } from "./machine.ts";
import type { RootConfig } from "./schema.ts";

/** Posts into a chat wake nobody. */
export function nightLints(site: Site): Draft[] {
  const steps = site.notify.escalate.get("default") ?? [];
  if (steps.length === 0 || steps.some(({ tell }) => tell !== null)) return [];
  return [note("nobody-at-night", ["notify"], [(w) => w.nobodyAtNight, (w) => w.nobodyAtNightHint])];
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

interface Selves {
  readonly config: RootConfig;
  readonly site: Site;
  readonly machine: Pick<Machine, "hostName">;
}

/** Services that are seen only from where they run: what takes the one takes the other. */
export function selfLints({ config, site, machine }: Selves): Draft[] {
  return [...site.services.values()].flatMap((service) => {
    const checks = site.checks.filter((check) => check.service === service.key);
    const path = ["services", service.key];
    const own = checks.length > 0 && checks.every((check) => seesItself(check, machine.hostName));
    if (own) {
      return [note("through-itself", path, [(w) => w.throughItself(service.key), (w) => w.throughItselfHint])];
    }
    const place = service.on === null ? undefined : config.hosts[service.on]?.at;
    const inside = checks.every(({ vantages }) => vantages.every((name) => site.vantages.get(name)?.at === place));
    if (place === undefined || checks.length === 0 || !inside) return [];
    return [note("beside-itself", path, [(w) => w.besideItself(service.key, place), (w) => w.throughItselfHint])];
  });
}

/** The hub looks at the machine it runs on, and nobody else does. */
function seesItself({ target, vantages }: Check, ownName: string): boolean {
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(\[[^\]]+\]|[^/:]+)/i.exec(target)?.[1] ?? "";
  return vantages.every((name) => name === "here") && (loopback.test(host) || host.toLowerCase() === ownName);
}

export function backupLints(config: RootConfig): Draft[] {
  return Object.entries(config.backups ?? {}).flatMap(([key, backup]) => {
    const path = ["backups", key];
    const found: Draft[] = [];
    if (backup.to.length > 0 && backup.to.every(({ at }) => sharesAccount(config, backup.of.host, at))) {
      const { host } = backup.of;
      found.push(note("shared-account", [...path, "to"], [(w) => w.sharedAccount(host), (w) => w.sharedAccountHint]));
    }
    if (backup.with !== "external" && backup.drill?.every === undefined) {
      found.push(note("drill-never", path, [(w) => w.drillNever(key), (w) => w.drillNeverHint]));
    }
    return found;
  });
}

/** The copy's place is the host's own, or one of the same account. */
function sharesAccount({ hosts, places }: RootConfig, host: string, copyAt: string): boolean {
  const liveAt = hosts[host]?.at;
  if (liveAt === undefined) return false;
  if (liveAt === copyAt) return true;
  const [live, copy] = [places[liveAt], places[copyAt]];
  return live?.account !== undefined && live.account === copy?.account && live.provider === copy.provider;
}
