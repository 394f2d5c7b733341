import type { Insertable, Kysely, Selectable } from "kysely";
import type { Signal } from "../../../kernel/model/signal.ts";
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from "../json.ts";
import type { LedgerReads, LedgerTx, StoredSignal } from "../ledger.ts";
import type { Tables } from "../tables.ts";
import { expectOne } from "./expect-one.ts";

export function signalReads(db: Kysely<Tables>): Pick<LedgerReads, "openSignals" | "signalsOf"> {
  const inOrder = db.selectFrom("signals").selectAll().orderBy("ord");
  return {
    async openSignals() {
      return (await inOrder.where("closed_at", "is", null).execute()).map(fromRow);
    },
    async signalsOf(incidentId) {
      return (await inOrder.where("incident_id", "=", incidentId).execute()).map(fromRow);
    },
  };
}

export function signalWrites(db: Kysely<Tables>): Pick<LedgerTx, "insertSignal" | "updateSignal"> {
  return {
    async insertSignal(signal, incidentId) {
      await db.insertInto("signals").values(toRow(signal, incidentId)).execute();
    },
    async updateSignal(signal, incidentId) {
      const row = toRow(signal, incidentId);
      const [result] = await db.updateTable("signals").set(row).where("id", "=", signal.id).execute();
      expectOne(result, `signal ${signal.id}`);
    },
  };
}

function toRow(signal: Signal, incidentId: number | null): Insertable<Tables["signals"]> {
  return {
    id: signal.id,
    incident_id: incidentId,
    kind: signal.kind,
    subject: signal.subject,
    check_id: signal.checkId,
    severity: signal.severity,
    opened_at: toJson(signal.openedAt),
    started_at: toJson(signal.startedAt),
    closed_at: toJsonOrNull(signal.closedAt),
    layer: signal.layer,
    error: toJsonOrNull(signal.error),
    failing_from: toJson(signal.failingFrom),
    working_from: toJson(signal.workingFrom),
    facts: toJson(signal.facts),
  };
}

function fromRow(row: Selectable<Tables["signals"]>): StoredSignal {
  return {
    id: row.id,
    incidentId: row.incident_id,
    kind: row.kind,
    subject: row.subject,
    checkId: row.check_id,
    severity: row.severity,
    openedAt: fromJson(row.opened_at),
    startedAt: fromJson(row.started_at),
    closedAt: fromJsonOrNull(row.closed_at),
    layer: row.layer,
    error: fromJsonOrNull(row.error),
    failingFrom: fromJson(row.failing_from),
    workingFrom: fromJson(row.working_from),
    facts: fromJson(row.facts),
  };
}
