import ipaddr from "ipaddr.js";
import type { Check } from "../kernel/model/check.ts";
import type { Site } from "../kernel/model/site.ts";
import type { ReachService } from "./pages/reach.tsx";

/** The services of the public page, each with the address a visitor's browser may try. */
export function reachServices(site: Pick<Site, "services" | "checks" | "statusPage">): readonly ReachService[] {
  return (site.statusPage?.show ?? []).flatMap((key) => {
    const service = site.services.get(key);
    if (service === undefined) return [];
    const urls = site.checks.filter((check) => check.service === key).flatMap(publicOrigin);
    return [{ key, name: service.name, url: urls[0] ?? null }];
  });
}

/** Scheme and host of a check of the web, without path, query or password, and only when everyone may know the host. */
function publicOrigin({ kind, spec }: Check): readonly string[] {
  const written = kind === "http" ? (spec as { http?: unknown }).http : undefined;
  if (typeof written !== "string" || !URL.canParse(written)) return [];
  const { origin, hostname } = new URL(written);
  return isPublicName(hostname.replace(/^\[(.*)\]$/, "$1")) ? [`${origin}/`] : [];
}

/** Endings no visitor can resolve. Source: RFC 6761, RFC 6762, RFC 8375, ICANN's .internal */
const inside = /\.(?:local|localhost|internal|intranet|lan|home|corp|home\.arpa|test|invalid|example)$/i;

function isPublicName(host: string): boolean {
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() === "unicast";
  return host.includes(".") && !inside.test(host);
}
