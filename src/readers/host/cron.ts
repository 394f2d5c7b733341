import type { HostJob } from "../../kernel/model/host-reading.ts";
import { cronProof, type CronProof } from "./cron-proof.ts";
import { cronLines, sentFiles, type CronLine } from "./crontabs.ts";
import { judgeDue } from "./due.ts";
import type { LogClock } from "./log-time.ts";
import { maskSecrets } from "./mask.ts";
import { anacronJobs, timersOf } from "./timers.ts";

const order: readonly HostJob["verdict"][] = ["missed", "unproven", "ran", "not-due"];

/**
 * The section `cron`: every line of every crontab and every timer, when it was last due and whether a log, a stamp or the
 * manager shows that it ran. Missed ones first.
 * @param processNames null: not observed
 */
export function cronOf(
  lines: readonly string[],
  clock: LogClock,
  processNames: ReadonlySet<string> | null,
): readonly HostJob[] {
  const daemon = processNames?.has("crond") === true ? "cronie" : "debian";
  const daemonRuns = processNames === null ? null : processNames.has("crond") || processNames.has("cron");
  const files = sentFiles(lines);
  const proof = cronProof(lines, clock, daemonRuns);
  const anacrontab = files.find(({ path }) => path === "/etc/anacrontab")?.text ?? "";
  const jobs = [
    ...cronLines(files, { timeZone: clock.timeZone, daemon }).map((line) => jobOf(line, clock, proof)),
    ...anacronJobs(anacrontab, lines, clock),
    ...timersOf(lines, clock),
  ];
  return jobs
    .map((job) => ({ ...job, line: maskSecrets(job.line) }))
    .toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}

function jobOf(one: CronLine, clock: LogClock, proof: CronProof): HostJob {
  const lastRunAtMs = proof.lastRun(one.user, one.command);
  const schedules = one.schedule === null ? [] : [one.schedule];
  return {
    where: one.where,
    line: one.line,
    user: one.user,
    ...judgeDue({
      schedules,
      nowMs: clock.nowMs,
      lastRunAtMs,
      wantedSinceMs: one.changedAtMs,
      delayMs: 0,
      covers: (atMs) => proof.covers(atMs),
    }),
    lastRunAtMs,
    runSeenIn: lastRunAtMs === null ? null : "log",
  };
}
