import { isIP } from "node:net";
import { checkConfigText } from "../config/index.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Site } from "../kernel/model/site.ts";
import { readTarget } from "./check-targets.ts";
import { toUrl } from "./target-url.ts";

/** One address as a site of its own: what a person would watch there, looked at from here. */
export function siteOfAddress(typed: string): { readonly site: Site; readonly service: string } {
  const url = toUrl(typed);
  const probe = readTarget(typed, null)[0]?.probe.kind ?? "http";
  const name = url.hostname.replace(/^\[|\]$/g, "") || url.pathname.replace(/^\/+/, "");
  const key = keyOf(name);
  const checks = [checkOf(probe, typed, url), ...beside(url, name)];
  const text = JSON.stringify({
    version: 1,
    hosts: { [key]: { address: name, collect: "none" } },
    services: { [key]: { name, on: key, checks } },
  });
  const { plan, findings } = checkConfigText(text, typed);
  if (plan === null) throw new KoboshiError("KB1001", { what: `${typed}: ${findings[0]?.message.en ?? ""}` });
  return { site: plan.site, service: key };
}

/** The probe's own form where it has one; else the address as it was typed. */
function checkOf(kind: string, typed: string, { protocol, host, pathname, search }: URL): Record<string, unknown> {
  if (kind === "http") return { http: `${protocol}//${host}${pathname}${search}`, every: "1m" };
  if (kind === "tcp") return { tcp: host, every: "1m" };
  const address = typed.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/)?/i, "");
  return { [kind]: address, every: "1m" };
}

/** What stands between a visitor and the page: the name, and the certificate. */
function beside({ protocol, port }: URL, name: string): readonly Record<string, unknown>[] {
  const named = isIP(name) === 0 && name.includes(".");
  const secure = protocol === "https:";
  return [
    ...(named ? [{ dns: name, every: "1m" }] : []),
    ...(secure && named ? [{ tls: `${name}:${port === "" ? "443" : port}`, every: "1m" }] : []),
  ];
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9.-]/g, "-");
}
