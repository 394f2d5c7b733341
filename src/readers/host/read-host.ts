import type { HostClock, HostReading } from "../../kernel/model/host-reading.ts";
import { offsetOf, ownWord, serviceOf, type Exchange } from "./clock.ts";
import { countersOf, type HostCounters } from "./counters.ts";
import { cronOf } from "./cron.ts";
import { disksOf } from "./disks.ts";
import { firstTagged, splitFrame, type HostFrame } from "./frame.ts";
import { killsOf } from "./kills.ts";
import { listenersOf } from "./listeners.ts";
import { zoneName, type LogClock } from "./log-time.ts";
import { identityOf, loadOf, memoryOf, systemOf, wasRoot } from "./machine.ts";
import { cpuOf, ioOf, networkOf, processesOf, spanOf } from "./rates.ts";
import { unitsOf } from "./units.ts";
import { certificatesOf, updatesOf } from "./upkeep.ts";

export interface HostLookText extends Exchange {
  /** what the host script printed, whole or as far as it came */
  readonly text: string;
  /** of the look before, for rates; null: those of this look alone, if it sampled twice */
  readonly previous: HostCounters | null;
  /** whoever looks runs on the machine itself, so their clocks are one: its time service is asked instead */
  readonly isThisMachine?: boolean;
}

/** Which section tells of which part of the reading, where their names differ. */
const sectionOf: Readonly<Record<string, string>> = {
  identity: "ident",
  load: "counters",
  cpu: "counters",
  io: "counters",
  network: "counters",
  swap: "memory",
  processes: "counters",
  listeners: "ports",
  oomKills: "oom",
  certificates: "certs",
};

/**
 * What one look found. Never throws: the text is foreign, and whatever of it cannot be read is `unobserved` with the reason:
 * `not-a-look`, `cut-off`, `not-asked`, `needs-root`, `not-installed`, `timeout`, `too-long`, `one-look` (a rate needs two),
 * `not-read`. A part that is there and not whole has its reason under `PART.part`.
 */
export function readHost(input: HostLookText): HostReading {
  const frame = splitFrame(input.text);
  const lines = (name: string): readonly string[] | null => frame.sections.get(name)?.lines ?? null;
  const rates = ratesOf(frame, input.previous);
  const clock = logClock(frame, input);
  const names = rates.now === null ? null : new Set(rates.now.processes.map(({ name }) => name));
  const units = read(lines("units"), (rows) => unitsOf(rows, names));
  const system = read(lines("system"), systemOf);
  const parts = {
    identity: read(lines("ident"), identityOf),
    system,
    load: read(lines("counters"), loadOf),
    ...rates.parts,
    memory: read(lines("memory"), (rows) => memoryOf(rows).memory),
    swap: read(lines("memory"), (rows) => memoryOf(rows).swap),
    disks: read(lines("disks"), (rows) => emptyIsNull(disksOf([...rows, ...(lines("netdisks") ?? [])]))),
    clock: clockOf(frame, { input, units, processNames: names, zone: clock.timeZone }),
    units,
    listeners: read(lines("ports"), listenersOf),
    oomKills: read(lines("oom"), (rows) => killsOf(rows, clock, system?.uptimeSeconds ?? null)),
    updates: read(lines("updates"), updatesOf),
    certificates: frame.sections.get("certs")?.unseen === null ? read(lines("certs"), certificatesOf) : null,
    cron: read(lines("cron"), (rows) => cronOf(rows, clock, names)),
  };
  return { takenAtMs: takenAt(frame, input), unobserved: unobservedOf(frame, parts), ...parts };
}

function read<T>(lines: readonly string[] | null, reader: (lines: readonly string[]) => T | null): T | null {
  return lines === null ? null : reader(lines);
}

function emptyIsNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}

interface Rates {
  readonly now: HostCounters | null;
  readonly parts: Pick<HostReading, "cpu" | "io" | "network" | "processes">;
}

function ratesOf(frame: HostFrame, previous: HostCounters | null): Rates {
  const first = countersOf(frame, "counters");
  const again = countersOf(frame, "again");
  const now = again ?? first;
  const span = spanOf(previous, now) ?? spanOf(first, again);
  const owners = frame.sections.get("procs")?.lines ?? [];
  return {
    now,
    parts: {
      cpu: span === null ? null : cpuOf(span),
      io: span === null ? null : ioOf(span),
      network: span === null ? null : networkOf(span),
      processes: now === null || now.processes.length === 0 ? null : processesOf(now, span, owners),
    },
  };
}

function logClock(frame: HostFrame, { receivedAtMs }: Exchange): LogClock {
  const lines = frame.sections.get("clock")?.lines ?? [];
  const linked = firstTagged(lines, "localtime")?.replace(/^.*zoneinfo\/(?:posix\/)?/, "") ?? null;
  const said = [linked, firstTagged(lines, "timezone")];
  return {
    nowMs: frame.began?.atMs ?? receivedAtMs,
    timeZone: zoneName(said, frame.began?.zoneOffsetMs ?? 0),
  };
}

interface ClockFacts {
  readonly input: HostLookText;
  readonly units: HostReading["units"];
  readonly processNames: ReadonlySet<string> | null;
  readonly zone: string;
}

function clockOf(frame: HostFrame, { input, units, processNames, zone }: ClockFacts): HostClock | null {
  const lines = frame.sections.get("clock")?.lines;
  if (frame.began === null || lines === undefined) return null;
  const measured = offsetOf(frame.began, input);
  const own = input.isThisMachine === true ? ownWord(lines) : null;
  return { ...(own ?? measured), zone, service: serviceOf({ lines, units, processNames }) };
}

/** The look lasted as long as the machine's monotonic clock says, from when it was asked for. */
function takenAt({ sections }: HostFrame, { sentAtMs, receivedAtMs }: Exchange): number {
  const ends = [...sections.values()].map(({ endedAtSeconds }) => endedAtSeconds);
  const begins = [...sections.values()].map(({ beganAtSeconds }) => beganAtSeconds);
  const lastedMs = ends.length === 0 ? 0 : (Math.max(...ends) - Math.min(...begins)) * 1_000;
  return Math.round((sentAtMs + Math.max(receivedAtMs, sentAtMs + Math.max(0, lastedMs))) / 2);
}

type Parts = Omit<HostReading, "takenAtMs" | "unobserved">;

function unobservedOf(frame: HostFrame, parts: Parts): HostReading["unobserved"] {
  const reasons: Record<string, string> = {};
  for (const [part, value] of Object.entries(parts)) {
    const name = sectionOf[part] ?? part;
    const section = frame.sections.get(name);
    if (value === null) reasons[part] = reasonOf(frame, part, name);
    else if (section !== undefined && section.unseen !== null) reasons[`${part}.part`] = section.unseen;
    else if (section?.isTooLong === true) reasons[`${part}.part`] = "too-long";
  }
  return { ...reasons, ...hiddenOf(frame, parts) };
}

/** What only root would have seen of a part. */
function hiddenOf({ sections }: HostFrame, { processes, certificates }: Parts): HostReading["unobserved"] {
  const says = (section: string, tag: string): boolean =>
    sections.get(section)?.lines.some((line) => line.startsWith(`${tag} `)) === true;
  const isRoot = wasRoot(sections.get("system")?.lines ?? []);
  // the system shows everyone their own processes only
  const isBlind = processes !== null && says("procs", "m") && isRoot === false;
  return {
    ...(isBlind ? { "processes.part": "needs-root" } : {}),
    ...(certificates !== null && says("certs", "unread") ? { "certificates.part": "needs-root" } : {}),
  };
}

function reasonOf(frame: HostFrame, part: string, name: string): string {
  if (frame.began === null) return "not-a-look";
  const section = frame.sections.get(name);
  if (section === undefined) return frame.cutOff.includes(name) || !frame.isWhole ? "cut-off" : "not-asked";
  if (section.unseen !== null) return section.unseen;
  if (part === "cpu" || part === "io" || part === "network") return "one-look";
  return "not-read";
}
