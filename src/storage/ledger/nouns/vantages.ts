import type { Kysely, Selectable } from "kysely";
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from "../json.ts";
import type { LedgerReads, LedgerTx, StoredVantage } from "../ledger.ts";
import type { Tables } from "../tables.ts";

/** Vantages by name, and the tokens they joined with. */
export function vantageReads(db: Kysely<Tables>): Pick<LedgerReads, "vantage" | "vantages" | "joinToken"> {
  return {
    async vantage(name) {
      const row = await db.selectFrom("vantages").selectAll().where("name", "=", name).executeTakeFirst();
      return row === undefined ? null : fromRow(row);
    },
    async vantages() {
      return (await db.selectFrom("vantages").selectAll().orderBy("name").execute()).map(fromRow);
    },
    async joinToken(hash) {
      const row = await db.selectFrom("join_tokens").selectAll().where("hash", "=", hash).executeTakeFirst();
      if (row === undefined) return null;
      return {
        hash: row.hash,
        vantage: row.vantage,
        firstSeenAt: fromJson(row.first_seen_at),
        usedAt: fromJsonOrNull(row.used_at),
      };
    },
  };
}

export function vantageWrites(db: Kysely<Tables>): Pick<LedgerTx, "putVantage" | "putJoinToken"> {
  return {
    async putVantage(vantage) {
      const changing = {
        public_key: vantage.publicKey,
        joined_at: toJson(vantage.joinedAt),
        revoked_at: toJsonOrNull(vantage.revokedAt),
        last_sequence: vantage.lastSequence,
      };
      await db
        .insertInto("vantages")
        .values({ ...changing, name: vantage.name })
        .onConflict((conflict) => conflict.column("name").doUpdateSet(changing))
        .execute();
    },
    async putJoinToken(token) {
      const changing = {
        vantage: token.vantage,
        first_seen_at: toJson(token.firstSeenAt),
        used_at: toJsonOrNull(token.usedAt),
      };
      await db
        .insertInto("join_tokens")
        .values({ ...changing, hash: token.hash })
        .onConflict((conflict) => conflict.column("hash").doUpdateSet(changing))
        .execute();
    },
  };
}

function fromRow(row: Selectable<Tables["vantages"]>): StoredVantage {
  return {
    name: row.name,
    publicKey: row.public_key,
    joinedAt: fromJson(row.joined_at),
    revokedAt: fromJsonOrNull(row.revoked_at),
    lastSequence: row.last_sequence,
  };
}
