import type { Kysely, Selectable } from "kysely";
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from "../json.ts";
import type { LedgerReads, LedgerTx, Session } from "../ledger.ts";
import type { Tables } from "../tables.ts";

/** What lets someone in: acknowledge tokens and sessions. */
export function accessReads(db: Kysely<Tables>): Pick<LedgerReads, "ackToken" | "session" | "sessionsOf"> {
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
      return row === undefined ? null : sessionOf(row);
    },
    async sessionsOf(account) {
      const all = db.selectFrom("sessions").selectAll().orderBy("hash");
      const own = account === null ? all.where("account", "is", null) : all.where("account", "=", account);
      return (await own.execute()).map(sessionOf);
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
      const changing = {
        actor: session.actor,
        account: session.account,
        csrf: session.csrf,
        opened_at: toJson(session.openedAt),
        seen_at: toJson(session.seenAt),
        expires_at: toJson(session.expiresAt),
        address: session.address,
        agent: session.agent,
      };
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

function sessionOf(row: Selectable<Tables["sessions"]>): Session {
  return {
    hash: row.hash,
    actor: row.actor,
    account: row.account,
    csrf: row.csrf,
    openedAt: fromJson(row.opened_at),
    seenAt: fromJson(row.seen_at),
    expiresAt: fromJson(row.expires_at),
    address: row.address,
    agent: row.agent,
  };
}
