import type { AuditDesk } from "../../kernel/ports-audit.ts";
import { audit, matrixOf } from "./audit.ts";
import type { AuditFacts } from "./facts.ts";
import { buildModel } from "./model.ts";
import { targetSeeds } from "./targets.ts";

export interface AuditDeskDeps {
  /** gathered anew for every audit */
  facts(): Promise<AuditFacts>;
}

/** The survival audit of the facts as they are now. */
export function createAuditDesk({ facts }: AuditDeskDeps): AuditDesk {
  return {
    async audit(options) {
      return audit(await facts(), options);
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
