import type { Kysely } from "kysely";
import type { LedgerReads } from "../ledger.ts";
import type { Tables } from "../tables.ts";

/** Counts over whole tables, each answered from an index alone. */
export function figureReads(db: Kysely<Tables>): Pick<LedgerReads, "deliveryCounts"> {
  return {
    async deliveryCounts() {
      const rows = await db
        .selectFrom("deliveries")
        .select((of) => ["channel", "state", of.fn.countAll<number>().as("count")])
        .groupBy(["channel", "state"])
        .execute();
      return rows;
    },
  };
}
