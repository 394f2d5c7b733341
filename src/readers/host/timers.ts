import type { HostJob } from "../../kernel/model/host-reading.ts";
import { readSchedule, type TimedSchedule } from "../schedule/schedule.ts";
import { judgeDue } from "./due.ts";
import { tagged } from "./frame.ts";
import { systemdMoment, type LogClock } from "./log-time.ts";

const mostTimers = 500;
const unitsMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  month: 2_629_800_000,
  y: 31_557_600_000,
};

/** Timers of the section `cron`: what `systemctl show '*.timer'` says, an empty line between two. */
export function timersOf(lines: readonly string[], clock: LogClock): readonly HostJob[] {
  const records: Map<string, string[]>[] = [new Map()];
  for (const row of lines.filter((line) => line.startsWith("timer")).map((line) => line.slice("timer ".length))) {
    const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(row) ?? [];
    const record = records.at(-1);
    if (name === "") records.push(new Map());
    else record?.set(name, [...(record.get(name) ?? []), value]);
  }
  return records.slice(0, mostTimers).flatMap((record) => timerOf(record, clock));
}

function timerOf(record: ReadonlyMap<string, readonly string[]>, clock: LogClock): readonly HostJob[] {
  const value = (name: string): string => record.get(name)?.[0] ?? "";
  const id = value("Id");
  if (!id.endsWith(".timer")) return [];
  const calendars = (record.get("TimersCalendar") ?? []).flatMap(
    (text) => /OnCalendar=([^;}]+)/.exec(text)?.[1]?.trim() ?? [],
  );
  const monotonic = (record.get("TimersMonotonic") ?? []).flatMap(
    (text) => /(\w+Sec|\w+USec)=([^;}]+)/.exec(text)?.[0]?.trim() ?? [],
  );
  const schedules = calendars.flatMap((text): TimedSchedule[] => {
    const read = readSchedule(text, clock.timeZone);
    return read.ok && read.value.kind === "calendar" ? [read.value] : [];
  });
  const lastRunAtMs = systemdMoment(value("LastTriggerUSec"), clock.timeZone);
  const since = systemdMoment(value("ActiveEnterTimestamp"), clock.timeZone);
  const isActive = value("ActiveState") === "active";
  const delayMs = spanMs(value("RandomizedDelayUSec")) + spanMs(value("AccuracyUSec"));
  // the manager remembers the last start since the timer was activated
  const covers = (atMs: number): boolean => since !== null && since <= atMs;
  const judged = judgeDue({ schedules, nowMs: clock.nowMs, lastRunAtMs, wantedSinceMs: since, delayMs, covers });
  return [
    {
      where: `timer:${id}`,
      line: [...calendars, ...monotonic].join("; ").slice(0, 1_000),
      user: null,
      ...judged,
      nextDueAtMs: systemdMoment(value("NextElapseUSecRealtime"), clock.timeZone) ?? judged.nextDueAtMs,
      lastRunAtMs,
      runSeenIn: lastRunAtMs === null ? null : "timer",
      verdict: isActive ? plainVerdict(judged.verdict, lastRunAtMs) : "not-due",
    },
  ];
}

/** A timer that counts from the boot or from its last run has no time at which it was due. */
function plainVerdict(verdict: HostJob["verdict"], lastRunAtMs: number | null): HostJob["verdict"] {
  return verdict === "not-due" && lastRunAtMs !== null ? "ran" : verdict;
}

/** `1h 30min`, `12h`, `1min` as systemctl writes lengths; 0 for anything else. */
export function spanMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|min|h|d|w|month|y)\b/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (unitsMs[unit] ?? 0), 0);
}

/** anacron's own table: `period delay name command`, its stamps beside it. @param text of /etc/anacrontab */
export function anacronJobs(text: string, lines: readonly string[], clock: LogClock): readonly HostJob[] {
  const stamps = new Map(
    tagged(lines, "stamp").flatMap((row): [string, number | null][] => {
      const match = /^(\S+) (\S*) ?\S*\/([^/\s]+)$/.exec(row.trim());
      const seconds = Number(match?.[1]);
      return match === null ? [] : [[match[3] ?? "", Number.isFinite(seconds) ? seconds * 1_000 : null]];
    }),
  );
  return text.split("\n").flatMap((row, index): HostJob[] => {
    const match = /^\s*(\d{1,4}|@daily|@weekly|@monthly)\s+\d+\s+(\S+)\s+\S/.exec(row.slice(0, 1_000));
    if (match === null) return [];
    const periodMs = (periods[match[1] ?? ""] ?? Number(match[1])) * 86_400_000;
    const lastRunAtMs = stamps.get(match[2] ?? "") ?? null;
    const nextDueAtMs = lastRunAtMs === null ? null : lastRunAtMs + periodMs;
    const isOver = nextDueAtMs !== null && nextDueAtMs <= clock.nowMs;
    return [
      {
        where: `/etc/anacrontab:${index + 1}`,
        line: row.trim(),
        user: "root",
        lastDueAtMs: isOver ? nextDueAtMs : lastRunAtMs,
        nextDueAtMs: isOver ? null : nextDueAtMs,
        lastRunAtMs,
        runSeenIn: lastRunAtMs === null ? null : "stamp",
        verdict: anacronVerdict(nextDueAtMs, clock.nowMs),
      },
    ];
  });
}

const periods: Readonly<Record<string, number>> = { "@daily": 1, "@weekly": 7, "@monthly": 31 };

/** It counts days, not hours, and starts when the machine is on: a day too long is the first that says something. */
function anacronVerdict(nextDueAtMs: number | null, nowMs: number): HostJob["verdict"] {
  if (nextDueAtMs === null) return "unproven";
  if (nowMs < nextDueAtMs) return "ran";
  return nowMs < nextDueAtMs + 86_400_000 ? "unproven" : "missed";
}
