import type { Insertable, Kysely, Selectable } from "kysely";
import type { Delivery } from "../../../kernel/model/notice.ts";
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from "../json.ts";
import type { LedgerReads, LedgerTx } from "../ledger.ts";
import type { Tables } from "../tables.ts";
import { expectOne } from "./expect-one.ts";

type DeliveryReads = Pick<LedgerReads, "unsentDeliveries" | "delivery" | "deliveriesOf" | "windowDeliveries">;

export function deliveryReads(db: Kysely<Tables>): DeliveryReads {
  const inOrder = db.selectFrom("deliveries").selectAll().orderBy("ord");
  return {
    async unsentDeliveries() {
      return (await inOrder.where("state", "in", ["pending", "sending", "held"]).execute()).map(fromRow);
    },
    async delivery(id) {
      const row = await db.selectFrom("deliveries").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : fromRow(row);
    },
    async deliveriesOf(incidentId) {
      return (await inOrder.where("incident_id", "=", incidentId).execute()).map(fromRow);
    },
    async windowDeliveries(windowId) {
      return (await inOrder.where("window_id", "=", windowId).execute()).map(fromRow);
    },
  };
}

export function deliveryWrites(db: Kysely<Tables>): Pick<LedgerTx, "enqueue" | "updateDelivery"> {
  return {
    async enqueue(delivery) {
      const [result] = await db
        .insertInto("deliveries")
        .values(toRow(delivery))
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute();
      return result?.numInsertedOrUpdatedRows === 1n;
    },
    async updateDelivery(delivery) {
      const row = toRow(delivery);
      const [result] = await db.updateTable("deliveries").set(row).where("id", "=", delivery.id).execute();
      expectOne(result, `delivery ${delivery.id}`);
    },
  };
}

function toRow(delivery: Delivery): Insertable<Tables["deliveries"]> {
  return {
    id: delivery.id,
    incident_id: delivery.incidentId,
    window_id: delivery.windowId ?? null,
    kind: delivery.kind,
    channel: delivery.channel,
    recipient: delivery.recipient,
    state: delivery.state,
    attempts: delivery.attempts,
    created_at: toJson(delivery.createdAt),
    due_at: toJson(delivery.dueAt),
    sent_at: toJsonOrNull(delivery.sentAt),
    last_error: delivery.lastError,
    snapshot: toJson(delivery.snapshot),
  };
}

function fromRow(row: Selectable<Tables["deliveries"]>): Delivery {
  return {
    id: row.id,
    incidentId: row.incident_id,
    ...(row.window_id === null ? {} : { windowId: row.window_id }),
    kind: row.kind,
    channel: row.channel,
    recipient: row.recipient,
    state: row.state,
    attempts: row.attempts,
    createdAt: fromJson(row.created_at),
    dueAt: fromJson(row.due_at),
    sentAt: fromJsonOrNull(row.sent_at),
    lastError: row.last_error,
    snapshot: fromJson(row.snapshot),
  };
}
