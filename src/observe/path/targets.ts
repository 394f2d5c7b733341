import ipaddr from "ipaddr.js";
import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { Check } from "../../kernel/model/check.ts";
import type { Probe } from "../../kernel/model/probe.ts";
import type { Site } from "../../kernel/model/site.ts";
import { isLoopbackHost } from "../network-facts.ts";

/** One machine the checks of one vantage look at, as they name it. */
export interface Target {
  /** who looks */
  readonly vantage: string;
  /** lower case */
  readonly host: string;
  readonly subject: ComponentId;
  readonly services: readonly string[];
  readonly checkIds: readonly string[];
  /** where a TCP trace knocks */
  readonly port: number;
}

export interface Targets {
  readonly watched: readonly Target[];
  readonly leftOut: number;
}

/** Kinds whose host is a name that is asked about, not the machine that answers. */
const aboutNames: ReadonlySet<string> = new Set(["domain", "dns", "command"]);
/** One burst a minute each: 200 are three short pings a second. */
const mostTargets = 200;
/** A vantage elsewhere has less to look at, and its own line to spare. */
const mostElsewhere = 50;

/** The distinct machines that checks look at from each vantage, in the order of the file; not the vantage itself. */
export function targetsOf(site: Pick<Site, "checks" | "hosts">, probes: readonly Probe[]): Targets {
  const vantages = [...new Set(["here", ...site.checks.flatMap((check) => check.vantages)])];
  const each = vantages.map((vantage) => targetsFrom(vantage, site, probes));
  return {
    watched: each.flatMap(({ watched }) => watched),
    leftOut: each.reduce((sum, { leftOut }) => sum + leftOut, 0),
  };
}

function targetsFrom(vantage: string, site: Pick<Site, "checks" | "hosts">, probes: readonly Probe[]): Targets {
  const probeOf = new Map(probes.map((probe) => [probe.kind, probe]));
  const found = new Map<string, Check[]>();
  for (const check of site.checks) {
    if (!check.vantages.includes(vantage) || aboutNames.has(check.kind)) continue;
    const host = probeOf.get(check.kind)?.hosts(check.spec)[0]?.toLowerCase().replace(/\.$/, "");
    if (host === undefined || host === "" || isLoopbackHost(host) || isLinkLocal(host)) continue;
    found.set(host, [...(found.get(host) ?? []), check]);
  }
  const all = [...found].map(([host, checks]) => targetOf(vantage, { host, checks }, site));
  const most = vantage === "here" ? mostTargets : mostElsewhere;
  return { watched: all.slice(0, most), leftOut: Math.max(0, all.length - most) };
}

function targetOf(
  vantage: string,
  { host, checks }: { readonly host: string; readonly checks: readonly Check[] },
  { hosts }: Pick<Site, "hosts">,
): Target {
  const machine = [...hosts.values()].find(
    ({ key, address }) => key.toLowerCase() === host || address?.toLowerCase() === host,
  );
  const [first] = checks;
  const services = [...new Set(checks.map(({ service }) => service))];
  return {
    vantage,
    host,
    subject: machine === undefined ? componentId("service", first?.service ?? host) : componentId("host", machine.key),
    services,
    checkIds: checks.map(({ id }) => id),
    port: portOf(first?.target ?? ""),
  };
}

function portOf(target: string): number {
  if (URL.canParse(target)) {
    const { port, protocol } = new URL(target);
    if (port !== "") return Number(port);
    if (protocol === "http:" || protocol === "ws:") return 80;
  }
  const written = Number(/:(\d{1,5})$/.exec(target)?.[1] ?? 443);
  return written > 0 && written < 65_536 ? written : 443;
}

function isLinkLocal(host: string): boolean {
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "linkLocal";
}
