import { CompiledQuery, type Kysely, type Selectable } from "kysely";
import { fromJson } from "../json.ts";
import type { LedgerReads, LedgerTx, StoredAlert } from "../ledger.ts";
import type { Tables } from "../tables.ts";

/** One statement for a whole request, whatever its size: SQLite takes the rows out of one JSON text, ids count up. */
const insertAll = "INSERT INTO alerts (id, told) SELECT ? + key, value FROM json_each(?)";
const endAll = "UPDATE alerts SET ended_at_ms = ? WHERE id IN (SELECT value FROM json_each(?))";
const prune =
  "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE ended_at_ms < ? ORDER BY ended_at_ms LIMIT ?)";

export function alertReads(db: Kysely<Tables>): Pick<LedgerReads, "openAlerts" | "lastAlertId"> {
  return {
    async openAlerts({ after, limit }) {
      const open = db.selectFrom("alerts").selectAll().where("ended_at_ms", "is", null);
      return (await open.where("id", ">", after).orderBy("id").limit(limit).execute()).map(fromRow);
    },
    async lastAlertId() {
      const row = await db
        .selectFrom("alerts")
        .select((of) => of.fn.max("id").as("last"))
        .executeTakeFirst();
      return row?.last ?? 0;
    },
  };
}

export function alertWrites(db: Kysely<Tables>): Pick<LedgerTx, "insertAlerts" | "endAlerts" | "pruneAlerts"> {
  return {
    async insertAlerts(firstId, alerts) {
      if (alerts.length > 0) await db.executeQuery(CompiledQuery.raw(insertAll, [firstId, JSON.stringify(alerts)]));
    },
    async endAlerts(ids, atMs) {
      if (ids.length > 0) await db.executeQuery(CompiledQuery.raw(endAll, [atMs, JSON.stringify(ids)]));
    },
    async pruneAlerts({ endedBeforeMs, limit }) {
      await db.executeQuery(CompiledQuery.raw(prune, [endedBeforeMs, limit]));
    },
  };
}

function fromRow({ id, told }: Selectable<Tables["alerts"]>): StoredAlert {
  return { id, ...fromJson(told) };
}
