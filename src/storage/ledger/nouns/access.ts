import type { Kysely } from "kysely";
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from "../json.ts";
import type { LedgerReads, LedgerTx } from "../ledger.ts";
import type { Tables } from "../tables.ts";

/** What lets someone in: acknowledge tokens and sessions. */
export function accessReads(db: Kysely<Tables>): Pick<LedgerReads, "ackToken" | "session"> {
  return {
    async ackToken(hash) {
      const row = await db.selectFrom("ack_tokens").selectAll().where("hash", "=", hash).executeTakeFirst();
      if (row === undefined) return null;
      return {
        hash: row.hash,
        incidentId: row.incident_id,
        person: row.person,
        expiresAt: fromJson(row.expires_at),
        voidedAt: fromJsonOrNull(row.voided_at),
      };
    },
    async session(hash) {
      const row = await db.selectFrom("sessions").selectAll().where("hash", "=", hash).executeTakeFirst();
      if (row === undefined) return null;
      return { hash: row.hash, actor: row.actor, csrf: row.csrf, expiresAt: fromJson(row.expires_at) };
    },
  };
}

export function accessWrites(db: Kysely<Tables>): Pick<LedgerTx, "putAckToken" | "putSession" | "deleteSession"> {
  return {
    async putAckToken(token) {
      const changing = {
        hash: token.hash,
        expires_at: toJson(token.expiresAt),
        voided_at: toJsonOrNull(token.voidedAt),
      };
      await db
        .insertInto("ack_tokens")
        .values({ ...changing, incident_id: token.incidentId, person: token.person })
        .onConflict((conflict) => conflict.columns(["incident_id", "person"]).doUpdateSet(changing))
        .execute();
    },
    async putSession(session) {
      const changing = { actor: session.actor, csrf: session.csrf, expires_at: toJson(session.expiresAt) };
      await db
        .insertInto("sessions")
        .values({ ...changing, hash: session.hash })
        .onConflict((conflict) => conflict.column("hash").doUpdateSet(changing))
        .execute();
    },
    async deleteSession(hash) {
      await db.deleteFrom("sessions").where("hash", "=", hash).execute();
    },
  };
}
