import { stampNow } from "../../kernel/clock.ts";
import { componentId } from "../../kernel/model/component.ts";
import type { JobStatus } from "../../kernel/model/job.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import { bkCopies } from "../evidence/bk-copies.ts";
import { bkLast } from "../evidence/bk-last.ts";
import { together, type Gatherer } from "./gatherer.ts";
import { noted } from "./noted.ts";
import { names } from "./notes.ts";
import { nearest, type Situation } from "./situation.ts";

const mostBackups = 12;

/** What is known of copies: the jobs that make them tell whether they were made. */
export function createBackupGatherer(sources: DiagnosisSources): Gatherer {
  return {
    id: "bak",
    bundle: "bak",
    offers(situation) {
      const tells = repositories(situation)
        .filter((name) => jobOf(name, sources.jobs()) !== null)
        .map((name) => ({ evidence: bkLast.id, target: componentId("repository", name), vantage: null }));
      return tells.length === 0 ? [] : [{ bundle: "bak", target: null, tells, expectedSeconds: 0.1 }];
    },
    async gather(_offer, situation) {
      const at = stampNow(sources.clock);
      const jobs = sources.jobs();
      return together(
        repositories(situation).flatMap((name) => {
          const about = { target: componentId("repository", name), vantage: null, at };
          const last = bkLast.read({ job: jobOf(name, jobs), nowMs: situation.nowMs });
          return [
            noted({ ...about, evidence: bkLast.id }, last),
            // nobody reads the places where copies lie
            noted({ ...about, evidence: bkCopies.id }, "not-configured"),
          ];
        }),
      );
    },
  };
}

function repositories(situation: Situation): readonly string[] {
  return nearest(situation, "repository", mostBackups);
}

/** The job called like the backup, or that has its name in it. */
function jobOf(backup: string, jobs: readonly JobStatus[]): JobStatus | null {
  return (
    jobs.find(({ key }) => key === backup) ??
    jobs.find(({ key, name }) => names(key, backup) || names(name, backup)) ??
    null
  );
}
