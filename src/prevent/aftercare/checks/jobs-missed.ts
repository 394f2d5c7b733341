import type { AftercareCheck, JobOccurrence } from "../../../kernel/model/aftercare.ts";
import { isClockKept } from "../clock.ts";
import { isRead, outcome, unobserved } from "../outcome.ts";
import { runMissedJobs } from "../repairs/jobs.ts";

/** Every time at which a job was due has its run. */
export const jobsMissed: AftercareCheck = {
  id: "jobs-missed",
  group: "jobs-missed",
  weight: "warning",
  needs: ["cron"],
  after: ["same-machine", "clock-offset", "mounts", "network", "database", "cron-daemon"],
  isWaivable: true,
  appliesTo: isRead,
  compare(input) {
    const { jobs } = input;
    if (jobs === null) return unobserved("no-reading");
    const due = jobs.occurrences.filter(isNoBackup);
    const of = (outcomeOf: JobOccurrence["outcome"]): readonly JobOccurrence[] =>
      due.filter((each) => each.outcome === outcomeOf);
    const [missed, unproven, byItself] = [of("missed"), of("unproven"), of("will-run-by-itself")];
    const facts = {
      fromMs: jobs.fromMs,
      toMs: jobs.toMs,
      dueCount: due.length,
      missedCount: missed.length,
      unprovenCount: unproven.length,
      byItselfCount: byItself.length,
      atStepCount: jobs.atStep.length,
      oftenCount: jobs.often.reduce((sum, { missed: count }) => sum + count, 0),
      dueAtMs: missed.map(({ dueAtMs }) => dueAtMs).slice(0, 50),
    };
    if (missed.length > 0) {
      // a job whose clock moves again writes wrong times, and may be started once more by the next step
      const repairs = isClockKept(input) ? runMissedJobs(missed, input) : [];
      return outcome("fail", { facts, items: missed.map(told), repairs });
    }
    return unproven.length > 0
      ? { ...unobserved("no-proof", facts), items: unproven.map(told) }
      : outcome("pass", { facts });
  },
};

/** Backups are asked about by their own check. */
export function isNoBackup({ where }: JobOccurrence): boolean {
  return !where.startsWith("backup:");
}

function told({ where, line }: JobOccurrence): string {
  return `${where} ${line}`.slice(0, 500);
}
