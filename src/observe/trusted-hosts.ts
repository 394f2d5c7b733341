import type { Check } from "../kernel/model/check.ts";
import type { Probe } from "../kernel/model/probe.ts";
import type { Site } from "../kernel/model/site.ts";

type Named = Pick<Site, "checks" | "hosts" | "url">;

/** The hosts the configuration itself names, lower case: a redirect may lead there even when the address is private. */
export function trustedHosts(site: Named, probes: readonly Probe[]): ReadonlySet<string> {
  const addresses = [...site.hosts.values()].flatMap(({ key, address }) => [
    key,
    ...(address === null ? [] : [address]),
  ]);
  const own = site.url === null ? [] : [new URL(site.url).hostname];
  return new Set([...hostsOf(site.checks, probes), ...addresses, ...own].map((host) => host.toLowerCase()));
}

/** The hosts the checks look at. */
export function hostsOf(checks: readonly Check[], probes: readonly Probe[]): readonly string[] {
  const probeOf = new Map(probes.map((probe) => [probe.kind, probe]));
  return checks.flatMap((check) => probeOf.get(check.kind)?.hosts(check.spec) ?? []);
}
