import { isIP } from "node:net";
import { stampNow } from "../../kernel/clock.ts";
import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { Host } from "../../kernel/model/site.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import { addressOf } from "../addresses.ts";
import { addressIn, nothingUsual } from "../evidence/attempts.ts";
import { vpIcmp } from "../evidence/vp-icmp.ts";
import { vpTcp } from "../evidence/vp-tcp.ts";
import type { Watched } from "./attempts.ts";
import { together, type Gathered } from "./gatherer.ts";
import { noted, orAborted } from "./noted.ts";
import { machineOf } from "./readings.ts";
import { nearest, type Situation } from "./situation.ts";

/** The subject's own machine and its neighbours: those of its segment, and one beyond it, tell how far a failure reaches. */
const mostHosts = 8;
const lookMs = 2_000;
const echoes = { own: 5, other: 3 } as const;
/** Hosts that answered a ping from the hub within half an hour before the window are known to answer. */
const pingedMs = 30 * 60_000;

export interface HostLooks {
  readonly sources: DiagnosisSources;
  readonly situation: Situation;
  /** vantages that can be asked, by name */
  readonly vantages: readonly string[];
  readonly signal: AbortSignal;
}

interface Machine {
  readonly id: ComponentId;
  readonly host: Host;
  readonly address: string;
}

/** Machines near the subject that can be addressed, nearest first. */
export function machinesNear(situation: Situation): readonly Machine[] {
  const { site } = situation;
  return nearest(situation, "host", mostHosts).flatMap((key): Machine[] => {
    const host = site.hosts.get(key);
    const address = host === undefined ? null : addressOfHost(host, situation);
    return host === undefined || address === null ? [] : [{ id: componentId("host", key), host, address }];
  });
}

/** As the file says, else where its checks found it, else its own name where that can be resolved. */
function addressOfHost({ key, address }: Host, { cells, site }: Situation): string | null {
  if (address !== null) return address;
  const own = cells.filter((check) => machineOf(check, site) === componentId("host", key));
  const found = own.flatMap((check) =>
    check.cells.flatMap(({ last }) => (last === null ? [] : (addressIn(last) ?? []))),
  );
  return found[0] ?? (key.includes(".") ? key : null);
}

/** Pings every machine near, and knocks where it is logged in to, as no check may do. */
export async function hostEvidence(looks: HostLooks, watched: Promise<readonly Watched[]>): Promise<Gathered> {
  const { sources, situation } = looks;
  const machines = machinesNear(situation);
  const { fromMs } = situation;
  const [pings, knocks, answering] = await Promise.all([
    Promise.all(
      machines.flatMap((machine, place) => looks.vantages.map((vantage) => ping(looks, { machine, place, vantage }))),
    ),
    Promise.all(machines.filter(({ host }) => host.look?.by === "ssh").map((machine) => knock(looks, machine))),
    sources.pinged({ fromMs: fromMs - pingedMs, toMs: fromMs }),
  ]);
  const checked = await watched;
  return together([...pingEvidence(pings, { looks, checked, answering }), ...knocks]);
}

interface Ping {
  readonly machine: Machine;
  readonly vantage: string;
  readonly result: ProbeResult | null;
}

async function ping(
  { sources, signal }: HostLooks,
  { machine, place, vantage }: Omit<Ping, "result"> & { readonly place: number },
): Promise<Ping> {
  const keys = { icmp: machine.address, count: place === 0 ? echoes.own : echoes.other };
  const look = sources.look(vantage, { kind: "icmp", keys, timeoutMs: lookMs });
  return { machine, vantage, result: await orAborted(look, signal, null) };
}

/** From where it is logged in to: elsewhere the port may be closed on purpose. */
async function knock({ sources, signal }: HostLooks, { id, host, address }: Machine): Promise<Gathered> {
  const tcp = `${isIP(address) === 6 ? `[${address}]` : address}:${host.port}`;
  const result = await orAborted(sources.look("here", { kind: "tcp", keys: { tcp }, timeoutMs: lookMs }), signal, null);
  const about = { evidence: vpTcp.id, target: id, vantage: "here", at: stampNow(sources.clock) };
  return noted(about, result === null ? "timeout" : vpTcp.read({ kind: "tcp", result, usual: nothingUsual }));
}

interface Judging {
  readonly looks: HostLooks;
  readonly checked: readonly Watched[];
  /** what answered a ping before */
  readonly answering: ReadonlySet<string>;
}

/**
 * Many machines never answer a ping. Silence counts only where an answer is usual: it answered before, or answers
 * somebody else now.
 */
function pingEvidence(pings: readonly Ping[], { looks, checked, answering }: Judging): readonly Gathered[] {
  const { sources, situation } = looks;
  const watchedBy = new Set(
    checked
      .filter(({ check }) => check.kind === "icmp")
      .map(({ check, vantage }) => `${machineOf(check, situation.site)} ${vantage}`),
  );
  const usual = new Set(
    pings
      .filter(({ machine }) => namesOf(machine, checked, situation).some((name) => answering.has(name)))
      .map(({ machine }) => machine.id),
  );
  const heard = new Set(pings.filter(({ result }) => isAnswer(result)).map(({ machine }) => machine.id));
  return pings
    .filter(({ machine, vantage }) => !watchedBy.has(`${machine.id} ${vantage}`))
    .map(({ machine, vantage, result }) => {
      const about = { evidence: vpIcmp.id, target: machine.id, vantage, at: stampNow(sources.clock) };
      if (result === null) return noted(about, "timeout");
      const usualPing = { ...nothingUsual, roundTripP95Ms: usualRoundTripMs(machine, vantage, { looks, checked }) };
      const found = vpIcmp.read({ kind: "icmp", result, usual: usualPing });
      const isSilent = typeof found !== "string" && found.state === "down";
      return noted(about, isSilent && !usual.has(machine.id) && !heard.has(machine.id) ? "denied" : found);
    });
}

/** To connect takes one round trip: how long that is usually, by the checks of what runs there; null: nobody connects. */
function usualRoundTripMs(
  { id }: Machine,
  vantage: string,
  { looks, checked }: Pick<Judging, "looks" | "checked">,
): number | null {
  const site = looks.situation.site;
  const known = checked
    .filter((one) => one.vantage === vantage && machineOf(one.check, site) === id)
    .flatMap(({ usual }) => usual.connectP95Ms ?? []);
  return known.length === 0 ? null : Math.min(...known);
}

function isAnswer(result: ProbeResult | null): boolean {
  return result !== null && result.layer !== "dns" && result.outcome !== "down" && result.outcome !== "unknown";
}

/** What checks call this machine. */
function namesOf({ id, host, address }: Machine, checked: readonly Watched[], { site }: Situation): readonly string[] {
  const named = checked
    .filter(({ check }) => machineOf(check, site) === id)
    .flatMap(({ check }) => addressOf(check)?.host ?? []);
  return [host.key, address, ...named].map((name) => name.toLowerCase());
}
