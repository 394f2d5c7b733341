import type { Kysely } from "kysely";
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from "../json.ts";
import type { LedgerReads, LedgerTx } from "../ledger.ts";
import type { Tables } from "../tables.ts";

/** The last word on each place of the status page, by target. */
export function publicationReads(db: Kysely<Tables>): Pick<LedgerReads, "publications"> {
  return {
    async publications() {
      const rows = await db.selectFrom("publications").selectAll().orderBy("target").execute();
      return rows.map((row) => ({
        target: row.target,
        verifiedHash: row.verified_hash,
        verifiedAt: fromJsonOrNull(row.verified_at),
        verifiedState: row.verified_state,
        lastError: row.last_error,
        lastTriedAt: fromJson(row.last_tried_at),
      }));
    },
  };
}

export function publicationWrites(db: Kysely<Tables>): Pick<LedgerTx, "putPublication"> {
  return {
    async putPublication(publication) {
      const changing = {
        verified_hash: publication.verifiedHash,
        verified_at: toJsonOrNull(publication.verifiedAt),
        verified_state: publication.verifiedState,
        last_error: publication.lastError,
        last_tried_at: toJson(publication.lastTriedAt),
      };
      await db
        .insertInto("publications")
        .values({ ...changing, target: publication.target })
        .onConflict((conflict) => conflict.column("target").doUpdateSet(changing))
        .execute();
    },
  };
}
