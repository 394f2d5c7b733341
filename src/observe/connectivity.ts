import ipaddr from "ipaddr.js";
import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { ProbeResult } from "../kernel/model/observation.ts";
import type { Probe } from "../kernel/model/probe.ts";
import {
  answersArp,
  isDefault,
  isLoopbackHost,
  isOnTheWire,
  parseRoutes4,
  parseRoutes6,
  type Route,
} from "./network-facts.ts";
import { createNetworkReader, type NetworkReader } from "./network-reader.ts";

/** words/vantage.ts says each in both languages. */
export const connectivityReasons = [
  "no-interface",
  "no-default-route",
  "gateway-silent",
  "gateway-unknown",
  "hub-unreachable",
  "not-readable",
] as const;
export type ConnectivityReason = (typeof connectivityReasons)[number];

/** Can this machine look at all? `unknown` speaks neither for nor against it. */
export interface Sight {
  readonly state: "ok" | "blind" | "unknown";
  readonly reasons: readonly ConnectivityReason[];
}

export interface Connectivity {
  /** At most five seconds old. */
  read(): Promise<Sight>;
  /** The same probes, whose `down` becomes `unknown` while this machine is blind. Targets on loopback are left alone. */
  guard(probes: readonly Probe[]): readonly Probe[];
}

export interface ConnectivityDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly network?: NetworkReader;
  /** for a vantage elsewhere: did the hub answer lately; null: not known */
  readonly hubReachable?: () => boolean | null;
}

const keptMs = 5_000;
/** So many different targets failing since the last look is reason to look again. */
const suspiciousHosts = 2;

interface Look {
  readonly sight: Sight;
  readonly routes: readonly Route[];
  readonly atMs: number;
}

/** The check of one's own eyes: interface, default route, gateway, and for a vantage elsewhere the hub. */
export function createConnectivity(deps: ConnectivityDeps): Connectivity {
  const { clock, log, network = createNetworkReader(clock) } = deps;
  const failing = new Set<string>();
  let last: Look | null = null;
  let looking: Promise<Look> | null = null;

  async function look(): Promise<Look> {
    looking ??= lookAround(network, { hubReachable: deps.hubReachable?.() ?? null, isSuspicious: failing.size > 0 })
      .catch((thrown: unknown) => {
        log.warn("own connectivity could not be read", { text: errorText(thrown) });
        return { sight: { state: "unknown", reasons: ["not-readable"] } as const, routes: [] };
      })
      .then((found) => ({ ...found, atMs: clock.monotonicMs() }));
    const found = await looking;
    looking = null;
    if (last !== null && last.sight.state !== found.sight.state) {
      log.info("own connectivity changed", { state: found.sight.state, reasons: found.sight.reasons });
    }
    last = found;
    failing.clear();
    return found;
  }

  async function recent(): Promise<Look> {
    const fresh = last !== null && clock.monotonicMs() - last.atMs < keptMs && failing.size < suspiciousHosts;
    return last !== null && fresh ? last : look();
  }

  async function judge(hosts: readonly string[], result: ProbeResult): Promise<ProbeResult> {
    if (onLoopback(hosts, result)) return result;
    failing.add(hosts.join(" "));
    const { sight, routes } = await recent();
    const near =
      !sight.reasons.includes("no-interface") &&
      addressesOf(hosts, result).some((address) => isOnTheWire(routes, address));
    return sight.state === "blind" && !near ? blinded(result, sight) : result;
  }

  return {
    read: async () => (await recent()).sight,
    guard: (probes) =>
      probes.map((probe) => ({
        ...probe,
        run: async (spec, context) => {
          const result = await probe.run(spec, context);
          return result.outcome === "down" ? judge(probe.hosts(spec), result) : result;
        },
      })),
  };
}

interface Known {
  readonly hubReachable: boolean | null;
  /** targets fail: the gateway itself is asked, not only the table of neighbours */
  readonly isSuspicious: boolean;
}

async function lookAround(network: NetworkReader, { hubReachable, isSuspicious }: Known): Promise<Omit<Look, "atMs">> {
  const cannotHear: ConnectivityReason[] = hubReachable === false ? ["hub-unreachable"] : [];
  if (!network.addresses().some(leadsSomewhere)) return blind("no-interface", []);
  const routes4 = network.file("route");
  if (routes4 === null)
    return { sight: { state: cannotHear.length > 0 ? "unknown" : "ok", reasons: cannotHear }, routes: [] };
  const routes = [...parseRoutes4(routes4), ...parseRoutes6(network.file("ipv6_route") ?? "")];
  const ways = routes.filter(isDefault);
  if (ways.length === 0) return hubReachable === true ? { sight: seeing, routes } : blind("no-default-route", routes);
  if (hubReachable === true) return { sight: seeing, routes };
  const answers = await gatewayAnswers(network, ways, isSuspicious);
  if (answers === false) return blind("gateway-silent", routes);
  const reasons: ConnectivityReason[] = answers === null ? ["gateway-unknown", ...cannotHear] : cannotHear;
  return { sight: { state: reasons.length > 0 ? "unknown" : "ok", reasons }, routes };
}

const seeing: Sight = { state: "ok", reasons: [] };

function blind(reason: ConnectivityReason, routes: readonly Route[]): Omit<Look, "atMs"> {
  return { sight: { state: "blind", reasons: [reason] }, routes };
}

/** @returns null when no gateway can be asked: a point-to-point line, or one that drops what it does not know */
async function gatewayAnswers(network: NetworkReader, ways: readonly Route[], ask: boolean): Promise<boolean | null> {
  const gateways = ways
    .map(({ gateway }) => gateway)
    .filter((gateway) => gateway !== null && ipaddr.IPv4.isValid(gateway));
  const answers = await Promise.all(gateways.map((gateway) => answersOf(network, gateway ?? "", ask)));
  // a way without an IPv4 gateway may lead out while the others are silent
  if (answers.length < ways.length) answers.push(null);
  return answers.find((answer) => answer === true) ?? (answers.includes(null) ? null : false);
}

/** The table of neighbours is read after the knock, which makes the system ask for the gateway. */
async function answersOf(network: NetworkReader, gateway: string, ask: boolean): Promise<boolean | null> {
  if (!ask && answersArp(network.file("arp") ?? "", gateway) === true) return true;
  const knock = await network.knock(gateway);
  if (knock === "answers") return true;
  const heard = answersArp(network.file("arp") ?? "", gateway);
  return heard ?? (knock === "unreachable" ? false : null);
}

function leadsSomewhere(address: string): boolean {
  return ipaddr.isValid(address) && !["loopback", "linkLocal", "unspecified"].includes(ipaddr.process(address).range());
}

function onLoopback(hosts: readonly string[], result: ProbeResult): boolean {
  return addressesOf(hosts, result).some(isLoopbackHost);
}

/** The address used, else what the check names. */
function addressesOf(hosts: readonly string[], { address }: ProbeResult): readonly string[] {
  if (address === null || ipaddr.isValid(address)) return address === null ? hosts : [address];
  return [address.replace(/:\d+$/, "").replace(/^\[|\]$/g, "")];
}

function blinded(result: ProbeResult, { reasons }: Sight): ProbeResult {
  const { code, text } = result.error ?? { code: "", text: "" };
  return {
    ...result,
    outcome: "unknown",
    facts: { ...result.facts, blindBecause: [...reasons] },
    error: { code: "vantage-blind", text: `${code}: ${text}` },
  };
}
