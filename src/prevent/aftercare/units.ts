import type { Init } from "../../hands/service-commands.ts";
import type { AftercareInput } from "../../kernel/model/aftercare.ts";
import type { HostSnapshot } from "../../kernel/model/snapshot.ts";
import { keyed, look, type Section } from "./outcome.ts";

export interface UnitState {
  readonly active: string;
  readonly sub: string;
}

/** Daemons that set the clock, by program and by unit; asked about by the check of the time service alone. */
const timeDaemons = /^(?:chronyd?|ntpd?|ntpsec|openntpd|systemd-timesyncd|timesyncd)(?:\.service)?$/;
const cronDaemons = /^(?:crond?|cronie|anacron|atd|systemd-cron)(?:\.service)?$/;
const logDaemons = /^(?:rsyslogd?|syslogd?|syslog-ng|systemd-journald)(?:\.service|\.socket)?$/;

/** Those that begin and end by themselves, whoever asks for something. */
const comeAndGo =
  /^(?:user@|user-runtime-dir@|session-|run-|systemd-(?:hostnamed|timedated|localed|machined|importd|portabled|homed|coredump|fsck|ask-password|tmpfiles|update-|random-seed|quotacheck|networkd-wait)|packagekit|fwupd|udisks2|upower|polkit|accounts-daemon|geoclue|colord|realmd|rtkit|dpkg-db-backup|apt-|man-db|e2scrub|fstrim|logrotate|plocate|mlocate|motd-news|ua-|update-notifier|phpsessionclean|getty@|serial-getty@|NetworkManager-(?:dispatcher|wait)|cloud-|initrd-|dracut-|plymouth|emergency|rescue)/;

export function isTimeDaemon(name: string): boolean {
  return timeDaemons.test(name);
}

export function isCronDaemon(name: string): boolean {
  return cronDaemons.test(name);
}

export function isLogDaemon(name: string): boolean {
  return logDaemons.test(name);
}

export function hasOwnCheck(name: string): boolean {
  return isTimeDaemon(name) || isCronDaemon(name) || isLogDaemon(name);
}

/** What the host was started by; from whichever snapshot says so. */
export function initOf(...snapshots: readonly (HostSnapshot | null)[]): Init {
  for (const snapshot of snapshots) {
    const os = look(snapshot, "os", "after").section;
    if (os?.["systemd-booted"] === "yes") return "systemd";
    if (os?.["init"] === "upstart") return "upstart";
    const units = look(snapshot, "units", "after").section ?? {};
    if (Object.keys(units).some((key) => /^(?:unit|file) .+\.(?:service|target)$/.test(key))) return "systemd";
  }
  return "sysv";
}

/** `loaded active running`, `active running`, `active` */
export function unitState(value: string): UnitState {
  const words = value.split(/\s+/).filter((word) => !/^(?:loaded|not-found|masked|error|bad-setting)$/.test(word));
  return { active: words[0] ?? "", sub: words[1] ?? "" };
}

/** Services, sockets and timers with their state now; on an older host, what its init scripts are called. */
export function unitStates(units: Section): ReadonlyMap<string, UnitState> {
  const states = [...keyed(units, "unit")].filter(
    ([name]) => !/\.(?:mount|target|automount|swap|slice|scope|path|device)$/.test(name),
  );
  return new Map(states.map(([name, value]) => [name, unitState(value)]));
}

/** `enabled`, `disabled`, `masked`, `static` … by unit file; an instance has its template's where it has none of its own. */
export function fileState(units: Section, unit: string): string | null {
  const template = unit.replace(/@[^.]*\./, "@.");
  return units[`file ${unit}`] ?? units[`file ${template}`] ?? null;
}

export function startsAtBoot(state: string | null): boolean {
  return state !== null && /^(?:enabled|enabled-runtime|generated|linked|on)\b/.test(state);
}

/** It is meant to be there all the time: not by a timer, not on demand, not one of those that come and go. */
export function isLasting(units: Section, unit: string): boolean {
  if (comeAndGo.test(unit)) return false;
  const stem = unit.replace(/\.service$/, "");
  return !unit.endsWith(".service") || units[`unit ${stem}.timer`] === undefined;
}

/** The unit that most likely runs a program, of those that were active before. */
export function ownerOf(program: string, { before }: AftercareInput): string | null {
  const units = look(before, "units", "before").section;
  if (units === null || program === "") return null;
  const name = program.replace(/^(?:\()?([\w.@-]+).*$/, "$1");
  const active = [...unitStates(units)].filter(([, { active: state }]) => state === "active").map(([unit]) => unit);
  const wanted = [`${name}.service`, `${name.replace(/d$/, "")}.service`, ...(aliases[name] ?? []), name];
  return wanted.find((unit) => active.includes(unit)) ?? active.find((unit) => unit.startsWith(`${name}@`)) ?? null;
}

/** Programs whose unit is called otherwise. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  sshd: ["ssh.service"],
  mysqld: ["mysql.service", "mysqld.service", "mariadb.service"],
  mariadbd: ["mariadb.service", "mysql.service"],
  master: ["postfix.service"],
  named: ["bind9.service", "named.service"],
  "redis-server": ["redis.service", "redis-server.service"],
  postgres: ["postgresql.service"],
  apache2: ["httpd.service"],
};
