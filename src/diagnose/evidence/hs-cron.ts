import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told, whyNot, type HostInside } from "./inside.ts";
import type { HostJob } from "../../kernel/model/host-reading.ts";
import type { JobStatus } from "../../kernel/model/job.ts";
import { cronDaemonOf, startsByCron } from "../../readers/host/judge-time.ts";

/** Jobs by what should have run; the value is how late the worst is. */
export const hsCron = evidence({
  id: "hs.cron",
  bundle: "ssh",
  title: { ja: "定期実行", en: "scheduled jobs" },
  states: ["ok", "late", "missed"],
  stateWords: {
    ok: { ja: "予定どおりです", en: "on time" },
    late: { ja: "遅れています", en: "late" },
    missed: { ja: "実行されていません", en: "did not run" },
  },
  leak: [0.02, 0.005],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "min",

  /**
   * Jobs that report to us, and what the machine's own tables and logs show; a run that nothing proves is not a missed one. Where
   * the scheduler does not run, everything is late before the first run is missed.
   */
  read({ inside, jobs }: Scheduled): Reading | MissingReason {
    const own = inside.reading?.cron ?? null;
    const heard = jobs.filter(({ state }) => state !== "unknown" && state !== "paused");
    const stopped = stoppedScheduler(inside).map((name) => ({ name, lateMs: null }));
    if (own === null && heard.length === 0 && stopped.length === 0) return whyNot(inside.answers, "cron");
    const missed = [
      ...heard.filter(({ state }) => state === "down").map(({ key }) => ({ name: key, lateMs: null })),
      ...(own ?? [])
        .filter((job) => job.verdict === "missed" && isOfLate(job, inside))
        .map((job) => lateOf(job, inside)),
    ];
    const late = [
      ...stopped,
      ...heard.filter(({ state }) => state === "warning").map(({ key }) => ({ name: key, lateMs: null })),
    ];
    const worst = missed.length > 0 ? missed : late;
    const state = missed.length > 0 ? "missed" : late.length > 0 ? "late" : "ok";
    const longest = Math.max(0, ...worst.map(({ lateMs }) => lateMs ?? 0));
    return told(state, state === "ok" ? 0 : Math.round(longest / 60_000), {
      detail: worst
        .slice(0, mostNamed)
        .map(({ name }) => name)
        .join(", "),
      raw: (own ?? [])
        .filter(({ verdict }) => verdict === "missed")
        .map(({ line }) => line)
        .join("\n"),
    });
  },
});

export interface Scheduled {
  readonly inside: HostInside;
  /** jobs of this machine that report to us */
  readonly jobs: readonly JobStatus[];
}

/** Its name, which then stands where those of jobs do; a quick look does not read the tables. */
function stoppedScheduler({ reading }: HostInside): readonly string[] {
  const daemon = cronDaemonOf(reading?.units ?? null);
  const isNeeded = reading?.cron === undefined || reading.cron === null || startsByCron(reading.cron);
  return daemon?.isStopped === true && isNeeded ? [daemon.name] : [];
}

const mostNamed = 3;
/** A run that was missed longer ago has nothing to do with this incident. */
const oldestMs = 24 * 3_600_000;

function isOfLate({ lastDueAtMs }: HostJob, { startedAtMs, aheadMs }: HostInside): boolean {
  return lastDueAtMs !== null && lastDueAtMs - aheadMs > startedAtMs - oldestMs;
}

function lateOf({ where, lastDueAtMs }: HostJob, { nowMs, aheadMs }: HostInside): { name: string; lateMs: number } {
  return { name: where, lateMs: nowMs + aheadMs - (lastDueAtMs ?? nowMs) };
}
