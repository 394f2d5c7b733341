import type { AuditDesk } from "../../kernel/ports-audit.ts";
import { auditSteps, matrixOf } from "./audit.ts";
import type { AuditFacts } from "./facts.ts";
import { buildModel } from "./model.ts";
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
      const model = buildModel(await facts(), false);
      const { rows } = matrixOf(model);
      const lost = new Set(rows.flatMap((row) => row.lost));
      const unknown = new Set(rows.flatMap((row) => row.unknown.filter((data) => !lost.has(data))));
      return { data: model.data.length, lost: lost.size, unknown: unknown.size };
    },
    async targets() {
      return [...targetSeeds(buildModel(await facts(), true)).keys()];
    },
  };
}
