import { stampNow } from "../../kernel/clock.ts";
import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { JobStatus } from "../../kernel/model/job.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import { bkCopies } from "../evidence/bk-copies.ts";
import { bkLast } from "../evidence/bk-last.ts";
import { together, type Gatherer } from "./gatherer.ts";
import { noted } from "./noted.ts";
import { names } from "./notes.ts";
import { nearest, type Situation } from "./situation.ts";

const mostBackups = 12;

/** What the books say of copies: our own runs and readings, and the jobs of others that make them. */
export function createBackupGatherer(sources: DiagnosisSources): Gatherer {
  return {
    id: "bak",
    bundle: "bak",
    offers(situation) {
      const tells = repositories(situation)
        .filter((name) => sources.site().backups?.has(name) === true || jobOf(name, sources.jobs()) !== null)
        .flatMap((name) => [bkLast, bkCopies].map((one) => toldOf(name, one)));
      return tells.length === 0 ? [] : [{ bundle: "bak", target: null, tells, expectedSeconds: 0.1 }];
    },
    async gather(_offer, situation) {
      const at = stampNow(sources.clock);
      const jobs = sources.jobs();
      const signals = (await sources.openSignals()).filter(({ kind }) => kind === "backup");
      const told = repositories(situation).map(async (name) => {
        const known = await sources.copiesOf(name);
        const troubles = signals
          .filter(({ facts }) => facts["plan"] === name)
          .map(({ facts }) => String(facts["trouble"]));
        const last = bkLast.read({ known, troubles, job: jobOf(name, jobs), nowMs: situation.nowMs });
        return [
          noted({ ...toldOf(name, bkLast), at }, last),
          noted({ ...toldOf(name, bkCopies), at }, bkCopies.read(known)),
        ];
      });
      return together((await Promise.all(told)).flat());
    },
  };
}

function toldOf(
  name: string,
  { id }: { readonly id: string },
): { evidence: string; target: ComponentId; vantage: null } {
  return { evidence: id, target: componentId("repository", name), vantage: null };
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
