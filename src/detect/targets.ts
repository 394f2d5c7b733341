import type { Check } from "../kernel/model/check.ts";
import type { Site } from "../kernel/model/site.ts";

type Hosts = Pick<Site, "services" | "hosts">;

/** The machine a check looks at, as far as the file says: its service's host, else the name in its target. */
export function hostOf(site: Hosts, check: Check): string {
  return site.services.get(check.service)?.on ?? targetName(check.target);
}

/** True when the check never leaves its vantage: it can neither convict nor clear the vantage's own line. */
export function isLoopback(site: Hosts, check: Check): boolean {
  const name = targetName(check.target);
  return isLoopbackName(site.hosts.get(name)?.address ?? name);
}

/** The host in a target as people write it: `https://www.example.jp/x`, `web1:3306`, `[::1]:25`, `192.0.2.1`. */
function targetName(target: string): string {
  const authority = (target.replace(/^[a-z0-9+.-]+:\/\//i, "").split(/[/?#\s]/, 1)[0] ?? "").split("@").at(-1) ?? "";
  const bracketed = /^\[([^\]]*)\]/.exec(authority);
  if (bracketed !== null) return (bracketed[1] ?? "").toLowerCase();
  const bareIpv6 = authority.split(":").length > 2;
  return (bareIpv6 ? authority : (authority.split(":", 1)[0] ?? "")).toLowerCase();
}

function isLoopbackName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127\.\d+\.\d+\.\d+$/.test(name);
}
