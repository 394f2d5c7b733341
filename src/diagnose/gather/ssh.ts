import { stampNow } from "../../kernel/clock.ts";
import { nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { ReadableEvidence, Reading } from "../evidence/evidence.ts";
import { apSrc } from "../evidence/ap-src.ts";
import { apWork } from "../evidence/ap-work.ts";
import { hsBoot } from "../evidence/hs-boot.ts";
import { hsBw } from "../evidence/hs-bw.ts";
import { hsClk } from "../evidence/hs-clk.ts";
import { hsCpu } from "../evidence/hs-cpu.ts";
import { hsCron } from "../evidence/hs-cron.ts";
import { hsDisk } from "../evidence/hs-disk.ts";
import { hsDlat } from "../evidence/hs-dlat.ts";
import { hsFw } from "../evidence/hs-fw.ts";
import { hsIno } from "../evidence/hs-ino.ts";
import { hsIow } from "../evidence/hs-iow.ts";
import { hsLim } from "../evidence/hs-lim.ts";
import { hsLoad } from "../evidence/hs-load.ts";
import { hsMem } from "../evidence/hs-mem.ts";
import { hsNic } from "../evidence/hs-nic.ts";
import { hsNtp } from "../evidence/hs-ntp.ts";
import { hsOom } from "../evidence/hs-oom.ts";
import { hsProc } from "../evidence/hs-proc.ts";
import { hsRo } from "../evidence/hs-ro.ts";
import { hsSsh } from "../evidence/hs-ssh.ts";
import { hsSteal } from "../evidence/hs-steal.ts";
import { hsSwap } from "../evidence/hs-swap.ts";
import { hsTop } from "../evidence/hs-top.ts";
import { hsUnit } from "../evidence/hs-unit.ts";
import { reasonOf, type HostInside, type HostMoment } from "../evidence/inside.ts";
import { changedFiles, changeTells } from "./changed-files.ts";
import { nothing, together, type Gathered, type Gatherer } from "./gatherer.ts";
import { hostId, lookInside } from "./host-inside.ts";
import { isOfService, lookedInto, servicesOn, type HostedService } from "./host-services.ts";
import { momentOf, momentsIn, worstOf } from "./moments.ts";
import { noted, stampAt } from "./noted.ts";
import type { Situation } from "./situation.ts";

/** Figures that are kept, so that the worst of the window is known. */
const ofMoments = [hsLoad, hsCpu, hsSteal, hsIow, hsDlat, hsDisk, hsIno, hsClk];
/** What only this look tells. */
const ofLooks = [hsBoot, hsSwap, hsOom, hsRo, hsLim, hsNic, hsNtp, hsTop];
const ofHosts = [...ofMoments, ...ofLooks, hsMem, hsBw, hsCron, hsUnit, hsFw];
const sections = ["vmstat", "limits", "nic", "fw", "procs", "units", "changed"] as const;

/** What machines say of themselves in one look, and how they were in the window. */
export function createHostGatherer(sources: InsideSources): Gatherer {
  return {
    id: "ssh",
    bundle: "ssh",
    offers: (situation) =>
      lookedInto(situation).map((host) => {
        const target = hostId(host);
        const bySsh = situation.site.hosts.get(host)?.look?.by === "ssh";
        const tells = [
          ...[...(bySsh ? [hsSsh] : []), ...ofHosts].map(({ id }) => ({ evidence: id, target, vantage: null })),
          ...servicesOn(situation, host).map(({ id }) => ({ evidence: hsProc.id, target: id, vantage: null })),
          ...changeTells(target, servicesOn(situation, host)),
        ];
        return { bundle: "ssh", target, tells, expectedSeconds: 3 };
      }),
    gather: (offer, situation, signal) =>
      offer.target === null
        ? Promise.resolve(nothing)
        : look(sources, { host: nameOf(offer.target), situation, signal }),
  };
}

interface Asked {
  readonly host: string;
  readonly situation: Situation;
  readonly signal: AbortSignal;
}

async function look(sources: InsideSources, { host, situation, signal }: Asked): Promise<Gathered> {
  const window = { host, fromMs: situation.fromMs, toMs: sources.clock.nowMs() + 1 };
  const [inside, earlier] = await Promise.all([
    lookInside(sources, { host, situation, sections, wantsReading: true, signal }),
    momentsIn(sources, window),
  ]);
  const machine: Machine = { sources, situation, host, inside, earlier, services: servicesOn(situation, host) };
  const changes = changedFiles({ ...machine, at: stampNow(sources.clock) });
  const told = [...figures(machine), ...looks(machine), ...processes(machine), ...waitingAtDoors(machine)];
  return together([...ownWord(machine), ...told, ...changes]);
}

interface Machine {
  readonly sources: InsideSources;
  readonly situation: Situation;
  readonly host: string;
  readonly inside: HostInside;
  readonly earlier: readonly HostMoment[];
  readonly services: readonly HostedService[];
}

function about(machine: Machine, evidence: string, target?: ComponentId): Parameters<typeof noted>[0] {
  return { evidence, target: target ?? hostId(machine.host), vantage: null, at: stampNow(machine.sources.clock) };
}

function ownWord(machine: Machine): readonly Gathered[] {
  const bySsh = machine.situation.site.hosts.get(machine.host)?.look?.by === "ssh";
  return bySsh ? [noted(about(machine, hsSsh.id), hsSsh.read(machine.inside))] : [];
}

function figures(machine: Machine): readonly Gathered[] {
  const { sources, situation, host, inside, earlier } = machine;
  const looked = inside.reading === null ? null : momentOf(inside.reading, inside.nowMs);
  const moment = atThisSecond(looked ?? unlooked(inside.nowMs), inside);
  // the look itself tells of all the time since the one before it
  const before = looked === null ? earlier : [...earlier, looked];
  const cards = inside.answers.nic;
  const bitsPerSecond = situation.site.hosts.get(host)?.bandwidthBitsPerSecond ?? null;
  const silent = silenceOf(machine);
  const tell = <Found>(
    evidence: ReadableEvidence<Found>,
    of: (moment: HostMoment, isNow: boolean) => Found,
  ): Gathered => {
    const read = moment === null ? silent : evidence.read(of(moment, true));
    // of what a busy machine had no time to tell nothing is known
    const reading = looked === null && read === "not-configured" ? silent : read;
    const past = before.map((one) => ({ atMs: one.atMs, found: of(one, false) }));
    const told = worstOf(evidence, { reading, atMs: inside.nowMs }, past);
    return noted({ ...about(machine, evidence.id), ...told, at: stampAt(sources.clock, told.atMs) }, told.reading);
  };
  return [
    ...ofMoments.map((evidence) => tell(evidence, (one) => one)),
    tell(hsMem, (one, isNow) => ({ moment: one, inside: isNow ? inside : null })),
    tell(hsBw, (one, isNow) => ({ moment: one, bitsPerSecond, cards: isNow ? cards : noShapers(cards) })),
  ];
}

/** A machine that answered nothing but a few counters. */
function unlooked(atMs: number): HostMoment {
  return {
    atMs,
    loadPerCore: null,
    cpuBusyRatio: null,
    stealRatio: null,
    ioWaitRatio: null,
    memoryAvailableRatio: null,
    disks: [],
    io: [],
    ioHeldRatio: null,
    lineBytesPerSecond: null,
    clockOffsetSeconds: null,
  };
}

/**
 * What began a moment ago hardly shows in the minute since the look before: the second looked at tells it. Null: neither is known.
 */
function atThisSecond(moment: HostMoment, { answers, reading }: HostInside): HostMoment | null {
  const cpu = answers.vmstat?.cpu ?? null;
  if (cpu === null) return reading === null ? null : moment;
  const { busyRatio: cpuBusyRatio, stealRatio, ioWaitRatio } = cpu;
  return { ...moment, loadPerCore: queueOf(moment, { answers, reading }), cpuBusyRatio, stealRatio, ioWaitRatio };
}

/** The load is the mean of a minute; what waits for a processor now may be more. */
function queueOf(
  { loadPerCore }: HostMoment,
  { answers, reading }: Pick<HostInside, "answers" | "reading">,
): number | null {
  const cores = reading?.load?.cores ?? null;
  const running = answers.vmstat?.running ?? null;
  if (loadPerCore === null || cores === null || running === null) return loadPerCore;
  return Math.max(loadPerCore, running / Math.max(1, cores));
}

/** What a shaper throws away now says nothing of then. */
function noShapers(cards: HostInside["answers"]["nic"]): HostInside["answers"]["nic"] {
  return (
    cards?.map((card) => ({ ...card, shapers: card.shapers.map((one) => ({ ...one, droppedPerSecond: 0 })) })) ?? null
  );
}

/** Why nothing is known of it now. */
function silenceOf({ sources, host, inside }: Machine): MissingReason {
  const status = sources.hosts.host(host);
  const asked = status?.by === "ssh" ? inside.answers.silence : null;
  return reasonOf(asked ?? status?.silence?.reason ?? "timeout");
}

function looks(machine: Machine): readonly Gathered[] {
  const { sources, host, inside, services } = machine;
  const at = (evidence: string, reading: Reading | MissingReason): Gathered => noted(about(machine, evidence), reading);
  const jobs = sources.jobs().filter(({ on }) => on === host);
  const ports = [...new Set(services.flatMap((service) => service.ports))];
  return [
    ...ofLooks.map((evidence) => at(evidence.id, evidence.read(inside))),
    at(hsCron.id, hsCron.read({ inside, jobs })),
    at(hsUnit.id, hsUnit.read({ inside, own: ownUnits(machine) })),
    at(hsFw.id, hsFw.read({ inside, ports, vantages: sources.vantages() })),
  ];
}

/** Whoever waits at a server's door finds nobody free to let them in; who holds the door and does not say what for keeps others out. */
function waitingAtDoors(machine: Machine): readonly Gathered[] {
  const { queues, unfinished } = machine.inside.answers.limits ?? { queues: null, unfinished: [] };
  return machine.services.flatMap((service): Gathered[] => {
    const ports = [...ownPorts(machine, service), ...doorsBehind(machine, service)];
    const doors = new Set(ports.some((port) => webDoors.includes(port)) ? [...ports, ...webDoors] : ports);
    const waiting = apWork.readQueues((queues ?? []).filter(({ local }) => doors.has(Number(local.split(":").at(-1)))));
    const isWeb = service.kinds.includes("web");
    const holding = isWeb ? apSrc.readHeld(unfinished.filter(({ port }) => doors.has(port))) : null;
    return [
      ...(waiting === null ? [] : [noted(about(machine, apWork.id, service.id), waiting)]),
      ...(holding === null ? [] : [noted(about(machine, apSrc.id, service.id), holding)]),
    ];
  });
}

/** Checked or not, one server has both, and the same workers behind them. */
const webDoors: readonly number[] = [80, 443];

/** Units that are told of as a service's own. */
function ownUnits({ inside, services }: Machine): ReadonlySet<string> {
  const failed = [
    ...(inside.answers.units?.failed.map(({ name }) => name) ?? []),
    ...(inside.reading?.units?.failed ?? []),
  ];
  return new Set(failed.filter((name) => services.some((service) => isOfService(service)(name))));
}

/** A service's processes belong to the service: what kills them sits there, or in what it stands on. */
function processes(machine: Machine): readonly Gathered[] {
  const { inside, services } = machine;
  return services.map((service) => {
    const ports = [...ownPorts(machine, service), ...doorsBehind(machine, service)];
    const found = hsProc.read({ inside, ports, isOfService: isOfService(service) });
    return noted(about(machine, hsProc.id, service.id), found);
  });
}

/** Of a program that is reached through a web server of the same machine: who listens there is the web server. */
function ownPorts({ services }: Machine, service: HostedService): readonly number[] {
  if (!service.kinds.includes("app")) return service.ports;
  const inFront = services.filter((other) => other !== service && other.kinds.includes("web"));
  const shared = new Set(inFront.flatMap(({ ports }) => ports));
  return service.ports.filter((port) => !shared.has(port));
}

/** A program behind a web server listens where no check knocks: at a door of the machine's that is no other service's. */
function doorsBehind({ inside, services }: Machine, service: HostedService): readonly number[] {
  const programs = services.filter(({ kinds }) => kinds.includes("app"));
  if (programs.length !== 1 || programs[0] !== service) return [];
  const known = new Set(services.flatMap(({ ports }) => ports));
  return (inside.usual?.listeners ?? [])
    .filter(({ protocol, port }) => protocol === "tcp" && port >= firstOfUsers && port < firstPassing)
    .map(({ port }) => port)
    .filter((port) => !known.has(port));
}

/** Doors of programs that people install lie between those of the system and those given for a moment. */
const firstOfUsers = 1_024;
const firstPassing = 32_768;
