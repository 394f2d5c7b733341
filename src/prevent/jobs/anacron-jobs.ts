import { maskSecrets } from "../../readers/host/mask.ts";
import { createCourse, type HostCourse } from "../../readers/schedule/daemon/course.ts";
import { simulateAnacron, type AnacronJob, type AnacronRun } from "../../readers/schedule/daemon/anacron.ts";
import { createWallClock } from "../../readers/schedule/daemon/wall-clock.ts";
import { graceMs } from "./cron-jobs.ts";
import type { SeenRun, TrackedJob } from "./occurrences.ts";
import { twiceOf } from "./risks.ts";
import type { SeenCron } from "./snapshot-cron.ts";

const minuteMs = 60_000;

export interface AnacronFacts {
  readonly before: SeenCron | null;
  readonly after: SeenCron | null;
  readonly course: HostCourse;
  readonly fromMs: number;
  readonly toMs: number;
  /** when anacron is started: on a host that was always up and right, and on this one; true time, in order */
  readonly starts: { readonly due: readonly number[]; readonly real: readonly number[] };
}

interface Line extends Omit<AnacronJob, "stamp"> {
  readonly line: string;
}

/** The jobs of anacron: by days, made up for at its next start. None when it is not installed. */
export function trackAnacron(facts: AnacronFacts): readonly TrackedJob[] {
  const known = facts.before ?? facts.after;
  if (known === null || known.anacrontab === null) return [];
  const { lines, randomDelayMs } = readAnacrontab(known.anacrontab);
  const wallMs = createWallClock(known.timeZone);
  const stamped = facts.before ?? facts.after;
  const jobs = lines.map((line): AnacronJob => ({ ...line, stamp: stamped?.stamps.get(line.id)?.day ?? null }));
  const always = createCourse({ clock: [], up: [{ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }] });
  const run = (starts: readonly number[], course: HostCourse): readonly AnacronRun[] =>
    simulateAnacron({ jobs, starts, course, wallMs, randomDelayMs });
  const due = run(facts.starts.due, always);
  const real = run(facts.starts.real, facts.course);
  return lines.map((line) => ({
    where: `anacron:${line.id}`,
    line: maskSecrets(line.line),
    user: "root",
    ...twiceOf(line.line),
    due: due.filter(({ id }) => id === line.id).map(({ atMs, day }) => ({ atMs, key: day })),
    foreseen: real
      .filter(({ id }) => id === line.id)
      .map(({ atMs, latestMs, day }) => ({ key: day, atMs, latestMs, isMadeUp: false })),
    seen: seenStamp(line.id, facts),
    covers: (atMs) =>
      facts.after !== null && facts.after.stamps.has(line.id) && atMs <= facts.after.takenAtMs ? "stamp" : null,
    isKnown: true,
    graceMs: graceMs + randomDelayMs,
  }));
}

function seenStamp(id: string, { after, course }: AnacronFacts): readonly SeenRun[] {
  const writtenAtMs = after?.stamps.get(id)?.writtenAtMs ?? null;
  const moments = writtenAtMs === null ? [] : course.momentsOf(writtenAtMs);
  return moments.length === 0 ? [] : [{ moments, evidence: "stamp" }];
}

const periods: Readonly<Record<string, number | "month">> = { "@daily": 1, "@weekly": 7, "@monthly": "month" };

function readAnacrontab(text: string): { readonly lines: readonly Line[]; readonly randomDelayMs: number } {
  const random = /^\s*RANDOM_DELAY\s*=\s*["']?(\d{1,5})/m.exec(text)?.[1];
  const lines = text.split("\n").flatMap((row): Line[] => {
    const match = /^\s*(\d{1,4}|@daily|@weekly|@monthly)\s+(\d{1,5})\s+(\S+)\s+(\S.*)$/.exec(row.slice(0, 1_000));
    if (match === null) return [];
    const [, period = "", delay = "", id = ""] = match;
    return [{ id, period: periods[period] ?? Number(period), delayMs: Number(delay) * minuteMs, line: row.trim() }];
  });
  return { lines, randomDelayMs: Number(random ?? 0) * minuteMs };
}
