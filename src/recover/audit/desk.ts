import type { AuditDesk } from "../../kernel/ports-audit.ts";
import { auditSteps, matrixSteps, troubledData } from "./audit.ts";
import type { AuditFacts } from "./facts.ts";
import { modelSteps } from "./model.ts";
import { inSlices } from "./slices.ts";
import { targetSeeds } from "./targets.ts";

export interface AuditDeskDeps {
  /** gathered anew for every audit */
  facts(): Promise<AuditFacts>;
  /** lets others go first between steps; left out: nobody else waits */
  breathe?: (() => Promise<void>) | undefined;
}

/** The survival audit of the facts as they are now. */
export function createAuditDesk({ facts, breathe }: AuditDeskDeps): AuditDesk {
  return {
    async audit(options) {
      return inSlices(auditSteps(await facts(), options), breathe);
    },
    async summary() {
      const model = await inSlices(modelSteps(await facts(), false), breathe);
      const { lost, unknown } = troubledData(model, await inSlices(matrixSteps(model), breathe));
      const isLost = new Set(lost);
      return {
        data: model.data.length,
        lost: lost.length,
        unknown: unknown.filter((data) => !isLost.has(data)).length,
      };
    },
    async targets() {
      return [...targetSeeds(await inSlices(modelSteps(await facts(), true), breathe)).keys()];
    },
  };
}
