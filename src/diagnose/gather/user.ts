import { stampNow } from "../../kernel/clock.ts";
import { componentId, kindOf, type ComponentId } from "../../kernel/model/component.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import { vpUser } from "../evidence/vp-user.ts";
import type { Gatherer } from "./gatherer.ts";
import { noted } from "./noted.ts";
import type { Situation } from "./situation.ts";

/** What people say that they cannot reach. */
export function createUserGatherer(sources: DiagnosisSources): Gatherer {
  return {
    id: "user",
    bundle: "user",
    offers: ({ subject }) => [
      {
        bundle: "user",
        target: null,
        tells: [{ evidence: vpUser.id, target: subject, vantage: null }],
        expectedSeconds: 0.1,
      },
    ],
    async gather(_offer, situation) {
      const concerned = servicesConcerned(situation);
      const reports = (await sources.reports(situation.fromMs)).filter(
        ({ canReach, service }) => !canReach && concerned.has(componentId("service", service)),
      );
      const found = vpUser.read({
        sources: new Set(reports.map(({ source }) => source)).size,
        canReport: situation.site.statusPage !== null,
        texts: reports.flatMap(({ comment }) => comment ?? []),
      });
      return noted(
        { evidence: vpUser.id, target: situation.subject, vantage: null, at: stampNow(sources.clock) },
        found,
      );
    },
  };
}

/** What people may mean: the subject, what depends on it, and what it needs. A vantage's own trouble touches every service. */
function servicesConcerned({ subject, concerned, near }: Situation): ReadonlySet<ComponentId> {
  const services = [...concerned].filter((id) => kindOf(id) === "service");
  return kindOf(subject) === "vantage" || services.length === 0 ? new Set(near) : new Set(services);
}
