import { firstTagged, tagged, type HostSection } from "../host/frame.ts";
import { unitsOf } from "../host/units.ts";
import { entries, facts, type Entries } from "./entries.ts";

type Pairs = readonly (readonly [string, string])[];

/** Made and taken away by logins, mounts and single commands. */
const passing =
  /^(?:run-|session-|user@|user-|user-runtime-dir@|machine-|docker-|libpod-|crio-|init\.scope|snap-|systemd-coredump@|sshd@|var-lib-(?:docker|containers)-|run-(?:user|docker|netns|credentials)-|run-u\d|sys-(?:fs|kernel)-|proc-sys-fs-)/;
/** End by themselves when nobody has asked for a while. */
const onDemand =
  /^(?:systemd-(?:hostnamed|timedated|localed|importd|portabled|homed|oomd-kill|tmpfiles-[a-z]+|journal-flush|udev-settle)|packagekit|fwupd|fprintd|geoclue|realmd|colord|udisks2|upower|accounts-daemon|systemd-initctl|NetworkManager-dispatcher|dpkg-db-backup|motd-news|ua-timer|apt-daily(?:-upgrade)?|man-db|logrotate|fstrim|e2scrub_\w+|plocate-updatedb|mlocate-updatedb)\.service$/;
export function unitEntries({ lines }: HostSection): Entries {
  const isSystemd = lines.some((line) => line.startsWith("u "));
  const target = firstTagged(lines, "default-target");
  // a container has none, and `runlevel` says «unknown»
  const runlevel = /\b[\dS]$/.exec(firstTagged(lines, "runlevel") ?? "")?.[0] ?? null;
  return entries([
    ...facts({ "default-target": target, runlevel }),
    ...(isSystemd ? systemdUnits(lines) : scriptUnits(lines)),
  ]);
}

function systemdUnits(lines: readonly string[]): Pairs {
  const rows = tagged(lines, "u").map((row) => row.trim().split(/\s+/));
  const timed = new Set(rows.map(([name = ""]) => name).filter((name) => name.endsWith(".timer")));
  const states = rows.flatMap(([name = "", load = "", active = "", sub = ""]): Pairs => {
    if (load === "not-found" || !name.includes(".") || passing.test(name) || isOwnMount(name)) return [];
    const isTimed = name.endsWith(".service") && timed.has(name.replace(/\.service$/, ".timer"));
    const isResting = isTimed || onDemand.test(name);
    return [[`unit ${name}`, stateOf({ active, sub, isResting, isTimer: name.endsWith(".timer") })]];
  });
  const files = tagged(lines, "f").flatMap((row): Pairs => {
    const [name = "", state = ""] = row.trim().split(/\s+/);
    return state === "" || state === "transient" || passing.test(name) ? [] : [[`file ${name}`, state]];
  });
  return [...states, ...files];
}

/** Mounts stand in a part of their own, with what is mounted. */
function isOwnMount(name: string): boolean {
  return name.endsWith(".mount") || name.endsWith(".automount") || name.endsWith(".swap");
}

interface UnitRow {
  readonly active: string;
  readonly sub: string;
  readonly isResting: boolean;
  readonly isTimer: boolean;
}

/** What runs now and then is at rest unless it failed, whenever one looks. */
function stateOf({ active, sub, isResting, isTimer }: UnitRow): string {
  if (active === "failed") return "failed failed";
  if (isResting) return "inactive dead";
  if (active === "reloading") return "active running";
  // a timer that is just starting its service, and one that has no further time, are timers that wait
  return isTimer && active === "active" ? "active waiting" : `${active} ${sub}`;
}

/** Init scripts and upstart's jobs. */
function scriptUnits(lines: readonly string[]): Pairs {
  const running = tagged(lines, "name").map((row) => row.trim());
  const { states } = unitsOf(lines, new Set(running));
  return Object.entries(states).flatMap(([unit, { active, enabled }]): Pairs => [
    [`unit ${unit}`, active],
    [`file ${unit}`, enabled === true ? "enabled" : "disabled"],
  ]);
}
