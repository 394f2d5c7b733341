import type { HostSnapshot, SnapshotSection } from "../kernel/model/snapshot.ts";
import type { Init } from "./service-commands.ts";

/** A program that keeps a clock right, as its process is called. */
export type TimeDaemon = "chronyd" | "ntpd" | "systemd-timesyncd";
/** What a host's snapshot says of its clock. Names are of the lists in this file, never the host's own. */
export interface ClockHost {
  readonly init: Init;
  /** the one to repair; null: none is installed */
  readonly daemon: TimeDaemon | "openntpd" | null;
  readonly isRunning: boolean;
  /** as the init system calls it, without a suffix */
  readonly unit: string;
  readonly startsAtBoot: boolean;
  /** path of its configuration */
  readonly configuration: string | null;
  /** names or addresses its configuration asks; foreign text of a checked form */
  readonly servers: readonly string[];
  /** another time daemon that listens on UDP 123, and how it is stopped; null: none of those known */
  readonly holder: { readonly program: TimeDaemon | "openntpd"; readonly unit: string } | null;
  /** unit of cron while it runs; null: it does not */
  readonly cronUnit: string | null;
  readonly hasRtc: boolean;
  /** what the host runs in, when its clock is not its own */
  readonly container: string | null;
}

type Known = TimeDaemon | "openntpd";

/** What each is called by the systems that ship it, the likelier name first. */
const unitNames: Readonly<Record<Known, readonly string[]>> = {
  chronyd: ["chronyd", "chrony"],
  ntpd: ["ntpsec", "ntpd", "ntp"],
  "systemd-timesyncd": ["systemd-timesyncd"],
  openntpd: ["openntpd"],
};
const known = ["chronyd", "ntpd", "openntpd", "systemd-timesyncd"] as const;
const cronNames = ["cron", "crond", "cronie"] as const;
const configurations: Readonly<Record<Known, readonly string[]>> = {
  chronyd: ["/etc/chrony.conf", "/etc/chrony/chrony.conf"],
  ntpd: ["/etc/ntp.conf", "/etc/ntpsec/ntp.conf"],
  "systemd-timesyncd": [],
  openntpd: [],
};
const containers =
  /^(?:docker|podman|lxc|lxc-libvirt|openvz|systemd-nspawn|container-other|wsl|rkt|proot|pouch|kubernetes)$/;

type Section = Readonly<Record<string, string>>;

/** The parts of both snapshots that matter here; empty when there is none. */
interface Seen {
  readonly clock: Section;
  /** of before */
  readonly clockWas: Section;
  readonly units: Section;
  /** also those of before that are gone */
  readonly allUnits: Section;
  readonly os: Section;
  readonly after: HostSnapshot;
}

/** Null: the host was not looked into, so nothing can be said of its time service. */
export function clockHostOf(before: HostSnapshot | null, after: HostSnapshot): ClockHost | null {
  const clock = after.sections.clock ?? null;
  if (clock === null) return null;
  const units = sectionOf(after, "units");
  const seen: Seen = {
    clock,
    clockWas: sectionOf(before, "clock"),
    units,
    allUnits: { ...sectionOf(before, "units"), ...units },
    os: { ...sectionOf(before, "os"), ...sectionOf(after, "os") },
    after,
  };
  return seenHost(seen, { ...sectionOf(before, "ident"), ...sectionOf(after, "ident") });
}

function seenHost(seen: Seen, { virt = "" }: Section): ClockHost {
  const { clock, units } = seen;
  const daemon = chosen(seen);
  const unit = unitOf(daemon ?? "chronyd", seen);
  const configuration = daemon === null ? null : configurationOf(daemon, seen);
  return {
    init: isSystemd(seen) ? "systemd" : "sysv",
    daemon,
    isRunning: daemon !== null && runs(daemon, unit, seen),
    unit,
    startsAtBoot: isEnabled(units, unit),
    configuration,
    servers: configuration === null ? [] : serversIn(fileText(configuration, seen)),
    holder: holderOf(daemon, seen),
    cronUnit: cronOf(seen),
    hasRtc: clock["rtc"] !== undefined && clock["rtc"] !== "no",
    container: containers.test(virt) ? virt : null,
  };
}

function sectionOf(snapshot: HostSnapshot | null, name: SnapshotSection): Section {
  return snapshot?.sections[name] ?? {};
}

function isSystemd({ os, allUnits }: Seen): boolean {
  return os["systemd-booted"] === "yes" || Object.keys(allUnits).some((key) => key.endsWith(".service"));
}

/** What runs now; else what ran or was meant to run before; else what is there. */
function chosen(seen: Seen): Known | null {
  const { clock, clockWas, allUnits } = seen;
  const running = known.filter((name) => clock[`daemon ${name}`] !== undefined);
  const ran = known.filter((name) => clockWas[`daemon ${name}`] !== undefined);
  const wanted = [...running.filter((name) => ran.includes(name)), ...running, ...ran];
  const found =
    wanted[0] ??
    known.find((name) => unitNames[name].some((unit) => isEnabled(allUnits, unit))) ??
    known.find((name) => clock[`installed ${name}`] !== undefined) ??
    known.find((name) => unitNames[name].some((unit) => fileOf(allUnits, unit) !== null)) ??
    null;
  return found === "ntpd" && isOpenNtpd(seen) ? "openntpd" : found;
}

/** Its process is called ntpd, too. */
function isOpenNtpd(seen: Seen): boolean {
  const { allUnits } = seen;
  const hasNtp = unitNames.ntpd.some((unit) => stateOf(allUnits, unit) !== null || fileOf(allUnits, unit) !== null);
  const hasOpen = stateOf(allUnits, "openntpd") !== null || fileText("/etc/openntpd/ntpd.conf", seen) !== "";
  return hasOpen && !hasNtp;
}

function runs(daemon: Known, unit: string, { clock, units }: Seen): boolean {
  return clock[`daemon ${daemon}`] !== undefined || isActive(units, unit);
}

function isActive(units: Section, unit: string): boolean {
  return /^active\b/.test(stateOf(units, unit) ?? "");
}

function isEnabled(units: Section, unit: string): boolean {
  return /^(?:enabled|on)\b/.test(fileOf(units, unit) ?? "");
}

function stateOf(units: Section, unit: string): string | null {
  return units[`unit ${unit}.service`] ?? units[`unit ${unit}`] ?? null;
}

function fileOf(units: Section, unit: string): string | null {
  return units[`file ${unit}.service`] ?? units[`file ${unit}`] ?? null;
}

/** As the host lists it; where it lists none, as its family of systems calls it. An alias leads to the same service. */
function unitOf(daemon: Known, { allUnits, os }: Seen): string {
  const names = unitNames[daemon];
  const listed = names.find(
    (name) => stateOf(allUnits, name) !== null || !/^(?:alias|none)$/.test(fileOf(allUnits, name) ?? "none"),
  );
  const isDebian = os["release"] === undefined && /debian|ubuntu|raspbian/i.test(os["os"] ?? "");
  const usual = { chronyd: isDebian ? "chrony" : "chronyd", ntpd: isDebian ? "ntpsec" : "ntpd" };
  return listed ?? (daemon === "chronyd" || daemon === "ntpd" ? usual[daemon] : daemon);
}

function fileText(path: string, { clock, clockWas }: Seen): string {
  return clock[`file ${path}`] ?? clockWas[`file ${path}`] ?? "";
}

function configurationOf(daemon: Known, { clock, clockWas }: Seen): string | null {
  const paths = configurations[daemon];
  return paths.find((path) => clock[`file ${path}`] !== undefined || clockWas[`file ${path}`] !== undefined) ?? null;
}

/** `server ntp.nict.jp iburst`, `pool 2.debian.pool.ntp.org iburst`; what is no name or address is left out. */
function serversIn(file: string): readonly string[] {
  const found = [...file.matchAll(/^\s*(?:server|pool|peer)\s+(?:-[46]\s+)?([\w.:-]{1,253})(?:\s|$)/gm)];
  return found
    .map(([, name = ""]) => name)
    .filter((name) => /^[a-z0-9]/i.test(name) && !name.startsWith("127.127."))
    .slice(0, 4);
}

function holderOf(daemon: Known | null, seen: Seen): ClockHost["holder"] {
  const programs = Object.entries(sectionOf(seen.after, "ports"))
    .filter(([key]) => /^port udp6? \S+:123$/.test(key))
    .map(([, program]) => program);
  const holder = known.find((name) => name !== daemon && programs.some((program) => program.startsWith(name)));
  return holder === undefined ? null : { program: holder, unit: unitOf(holder, seen) };
}

function cronOf({ after, units, allUnits }: Seen): string | null {
  const cron = sectionOf(after, "cron");
  const isUp = cronNames.some((name) => cron[`daemon ${name}`] !== undefined || isActive(units, name));
  if (!isUp) return null;
  return (
    cronNames.find((name) => stateOf(allUnits, name) !== null) ??
    cronNames.find((name) => fileOf(allUnits, name) !== null) ??
    cronNames.find((name) => cron[`daemon ${name}`] !== undefined) ??
    null
  );
}
