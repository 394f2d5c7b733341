import type { AftercareCheck, JobOccurrence } from "../../../kernel/model/aftercare.ts";
import { isNoBackup } from "./jobs-missed.ts";
import { isRead, listed, unobserved } from "../outcome.ts";

const wrong: ReadonlySet<string> = new Set(["ran-late", "ran-early", "ran-twice"]);

/** No job ran at another time than it should, or more than once. */
export const jobsLateOrDouble: AftercareCheck = {
  id: "jobs-late-or-double",
  group: "jobs-missed",
  weight: "warning",
  needs: ["cron"],
  after: ["same-machine", "clock-offset"],
  isWaivable: true,
  appliesTo: (input) => isRead(input) && input.jobs !== null && input.jobs.occurrences.length > 0,
  compare({ jobs }) {
    if (jobs === null) return unobserved("no-reading");
    const found = jobs.occurrences.filter((each) => wrong.has(each.outcome) && isNoBackup(each));
    const count = (kind: JobOccurrence["outcome"]): number => found.filter(({ outcome }) => outcome === kind).length;
    return listed("warn", {
      items: found.map(({ outcome, where, line }) => `${outcome} ${where} ${line}`.slice(0, 500)),
      facts: { lateCount: count("ran-late"), earlyCount: count("ran-early"), twiceCount: count("ran-twice") },
    });
  },
};
