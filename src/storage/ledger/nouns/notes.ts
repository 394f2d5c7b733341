import type { Kysely } from "kysely";
import { fromJson, toJson } from "../json.ts";
import type { LedgerReads, LedgerTx } from "../ledger.ts";
import type { Tables } from "../tables.ts";

/** What people wrote by hand, and the hub's own settings. */
export function noteReads(db: Kysely<Tables>): Pick<LedgerReads, "notes" | "setting"> {
  return {
    async notes(kind) {
      const rows = await db.selectFrom("notes").selectAll().where("kind", "=", kind).orderBy("id", "desc").execute();
      return rows.map((row) => ({ ...row, at: fromJson(row.at) }));
    },
    async setting(key) {
      const row = await db.selectFrom("settings").select("value").where("key", "=", key).executeTakeFirst();
      return row?.value ?? null;
    },
  };
}

export function noteWrites(db: Kysely<Tables>): Pick<LedgerTx, "insertNoted" | "putSetting"> {
  return {
    async insertNoted(noted) {
      const { kind, text, actor } = noted;
      const { id } = await db
        .insertInto("notes")
        .values({ kind, text, actor, at: toJson(noted.at) })
        .returning("id")
        .executeTakeFirstOrThrow();
      return { ...noted, id };
    },
    async putSetting(key, value) {
      await db
        .insertInto("settings")
        .values({ key, value })
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
        .execute();
    },
  };
}
