import { readSchedule, runsBetween } from "../../readers/schedule/schedule.ts";
import type { AnacronFacts } from "./anacron-jobs.ts";
import type { WantedLine } from "./cron-jobs.ts";
import type { TrackedJob } from "./occurrences.ts";
import type { SeenCron } from "./snapshot-cron.ts";

interface Starters {
  readonly known: SeenCron;
  readonly lines: readonly WantedLine[];
  readonly cronJobs: readonly TrackedJob[];
  readonly timerJobs: readonly TrackedJob[];
  /** true time of the host's starts */
  readonly boots: readonly number[];
  /** from when on starts are of interest: the look whose stamps are taken */
  readonly sinceMs: number;
  readonly fromMs: number;
}

/** When anacron is started: by its timer, by the hourly scripts (RHEL), or by its own line of cron and at boot. */
export function anacronStarts(starters: Starters): AnacronFacts["starts"] {
  const { known, lines, cronJobs, timerJobs, boots } = starters;
  const timer = timerJobs.find(({ where }) => where === "timer:anacron.timer");
  if (timer !== undefined) return startsOf(timer, [], starters);
  const isHourly = known.hourlyParts.includes("0anacron");
  const line = lines.find((one) =>
    isHourly ? one.line.includes("/etc/cron.hourly") : one.where.startsWith("/etc/cron.d/anacron:"),
  );
  const job = cronJobs.find(({ where }) => where === line?.where);
  const atBoot = isHourly || known.timers.length > 0 ? [] : boots;
  if (line === undefined || job === undefined) return { due: [], real: atBoot };
  const schedule = readSchedule(line.times, known.timeZone);
  const early = schedule.ok ? runsBetween(schedule.value, starters.sinceMs, starters.fromMs) : [];
  const { due, real } = startsOf(job, early, starters);
  return { due, real: inOrder([...real, ...atBoot]) };
}

function startsOf(
  { due, foreseen }: TrackedJob,
  early: readonly number[],
  { fromMs }: Starters,
): AnacronFacts["starts"] {
  const isIn = (atMs: number): boolean => atMs >= fromMs;
  return {
    due: inOrder([...early, ...due.map(({ atMs }) => atMs).filter(isIn)]),
    real: inOrder([...early, ...foreseen.map(({ atMs }) => atMs).filter(isIn)]),
  };
}

function inOrder(moments: readonly number[]): readonly number[] {
  return [...new Set(moments)].toSorted((a, b) => a - b);
}
