import type { HostSnapshot } from "../../kernel/model/snapshot.ts";
import { zoneName } from "../../readers/host/log-time.ts";
import { spanMs } from "../../readers/host/timers.ts";
import { stampDay } from "../../readers/schedule/daemon/anacron.ts";
import type { CronFlavour } from "../../readers/schedule/daemon/cron-loop.ts";
import { isCrontab, type CronFile } from "./crontab-lines.ts";

/** A timer of systemd as a snapshot has it. Moments are as systemctl writes them. */
export interface SeenTimer {
  readonly id: string;
  readonly calendars: readonly string[];
  readonly isPersistent: boolean;
  readonly delayMs: number;
  readonly isActive: boolean;
  readonly lastText: string;
}

export interface SeenStamp {
  /** by the host's clock; null: not seen */
  readonly writtenAtMs: number | null;
  /** the day it says, in days since 1970-01-01; null: none */
  readonly day: number | null;
}

/** What a snapshot says of a host's jobs. */
export interface SeenCron {
  readonly takenAtMs: number;
  readonly hostClockMs: number | null;
  readonly timeZone: string;
  readonly flavour: CronFlavour;
  /** null: not observed */
  readonly isDaemonRunning: boolean | null;
  readonly files: readonly CronFile[];
  readonly anacrontab: string | null;
  /** by the name of anacron's job */
  readonly stamps: ReadonlyMap<string, SeenStamp>;
  readonly timers: readonly SeenTimer[];
  /** waiting jobs of at, as `atq` writes them */
  readonly atJobs: readonly { readonly id: string; readonly text: string }[];
  /** scripts of /etc/cron.hourly, by name */
  readonly hourlyParts: readonly string[];
}

/** @returns null: the snapshot did not see the host's jobs */
export function seenCron(snapshot: HostSnapshot | null): SeenCron | null {
  const cron = snapshot?.sections.cron;
  if (snapshot === null || cron === undefined) return null;
  const entries = Object.entries(cron);
  const under = (word: string): readonly (readonly [string, string])[] =>
    entries.flatMap(([key, value]) =>
      key.startsWith(`${word} `) ? [[key.slice(word.length + 1), value] as const] : [],
    );
  const daemons = under("daemon").map(([name]) => name);
  const unended = new Set(under("no-line-end").map(([path]) => path));
  const files = under("file").flatMap(([path, value]) => fileOf(path, value, unended.has(path)));
  const last = new Map(under("last"));
  return {
    takenAtMs: snapshot.takenAt.atMs,
    hostClockMs: snapshot.hostClockMs,
    timeZone: zoneOf(snapshot),
    flavour: flavourOf(daemons, snapshot),
    isDaemonRunning: daemons.some((name) => /^crond?$/.test(name)),
    files: files.filter(({ path }) => isCrontab(path)),
    anacrontab: files.find(({ path }) => path === "/etc/anacrontab")?.text ?? null,
    stamps: new Map(under("stamp").flatMap(([path, value]) => stampOf(path, value))),
    timers: under("timer").map(([id, value]) => timerOf(id, value, last.get(id) ?? "")),
    atJobs: under("at").map(([id, text]) => ({ id, text })),
    hourlyParts: under("part").flatMap(([name]) => (name.startsWith("hourly ") ? [name.slice("hourly ".length)] : [])),
  };
}

/** `MODE OWNER MTIME`, a line break, its text. */
function fileOf(path: string, value: string, isUnended: boolean): readonly CronFile[] {
  const [, mode = "-", owner = "-", written = "-", text] = /^(\S+) (\S+) (\S+)(?:\n([\s\S]*))?$/.exec(value) ?? [];
  if (text === undefined) return [];
  const seconds = Number(written);
  const ended = isUnended || text.endsWith("\n") || text === "" ? text : `${text}\n`;
  return [
    {
      path,
      mode: mode === "-" ? null : mode,
      owner: owner === "-" ? null : owner,
      changedAtMs: Number.isFinite(seconds) ? seconds * 1_000 : null,
      text: ended,
    },
  ];
}

function zoneOf({ sections }: HostSnapshot): string {
  const clock = sections.clock ?? {};
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)/.exec(clock["zone-offset"] ?? "") ?? [];
  const ahead = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return zoneName([clock["zone"] ?? null], sign === "-" ? -ahead : ahead);
}

/** SUSE calls cronie `cron`, Alpine busybox `crond`. */
function flavourOf(daemons: readonly string[], { sections }: HostSnapshot): CronFlavour {
  const os = `${sections.os?.["os"] ?? ""} ${sections.os?.["release"] ?? ""}`;
  const isDebian = /debian|ubuntu|mint|raspbian/i.test(os);
  if (/alpine|busybox|openwrt/i.test(os)) return "unknown";
  if (/suse|\bsles\b/i.test(os)) return "cronie";
  if (/(?:red hat|centos|scientific|oracle)[^\n]* release 5\b/i.test(os)) return "vixie-rhel5";
  if (daemons.includes("crond")) return "cronie";
  return daemons.includes("cron") || isDebian ? "debian-cron" : "unknown";
}

/** `MTIME TEXT` of `/var/spool/anacron/cron.daily` */
function stampOf(path: string, value: string): readonly (readonly [string, SeenStamp])[] {
  const name = /^\/var\/spool\/anacron\/([^/]+)$/.exec(path)?.[1];
  if (name === undefined) return [];
  const [written = "", text = ""] = value.split(" ");
  const seconds = Number(written);
  return [[name, { writtenAtMs: Number.isFinite(seconds) ? seconds * 1_000 : null, day: stampDay(text) }]];
}

function timerOf(id: string, value: string, lastText: string): SeenTimer {
  const one = (name: string): string => new RegExp(`\\b${name}=(.*?)(?= [A-Z]\\w+=|$)`).exec(value)?.[1]?.trim() ?? "";
  return {
    id,
    calendars: [...value.matchAll(/OnCalendar=([^;}]+)/g)].map(([, text = ""]) => text.trim()),
    isPersistent: one("Persistent") === "yes",
    delayMs: spanMs(one("RandomizedDelayUSec")) + spanMs(one("AccuracyUSec")),
    isActive: one("ActiveState") === "active",
    lastText,
  };
}
