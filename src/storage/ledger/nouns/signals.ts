import { sql, type Insertable, type Kysely, type Selectable } from "kysely";
import type { Signal } from "../../../kernel/model/signal.ts";
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from "../json.ts";
import type { LedgerReads, LedgerTx, SignalPhase, StoredSignal } from "../ledger.ts";
import type { Tables } from "../tables.ts";
import { expectOne } from "./expect-one.ts";

export function signalReads(db: Kysely<Tables>): Pick<LedgerReads, "openSignals" | "signalsOf" | "signalPhases"> {
  const inOrder = db.selectFrom("signals").selectAll().orderBy("ord");
  return {
    async openSignals() {
      return (await inOrder.where("closed_at", "is", null).execute()).map(fromRow);
    },
    async signalsOf(incidentId) {
      return (await inOrder.where("incident_id", "=", incidentId).execute()).map(fromRow);
    },
    async signalPhases(sinceMs) {
      const { rows: signals } = await sql<WrittenSignal>`
        SELECT id, subject, kind, incident_id AS incidentId, json_extract(started_at, '$.atMs') AS fromMs,
          json_extract(closed_at, '$.atMs') AS toMs
        FROM signals
        WHERE check_id IS NOT NULL AND (closed_at IS NULL OR json_extract(closed_at, '$.atMs') > ${sinceMs})
        ORDER BY ord`.execute(db);
      const { rows: kinds } = await sql<WrittenKind>`
        SELECT json_extract(data, '$.signal.id') AS id, json_extract(data, '$.signal.kind') AS kind, at_ms AS atMs
        FROM events
        WHERE incident_id IN (
            SELECT incident_id FROM signals
            WHERE check_id IS NOT NULL AND (closed_at IS NULL OR json_extract(closed_at, '$.atMs') > ${sinceMs}))
          AND kind IN ('signal.opened', 'signal.changed')
        ORDER BY seq`.execute(db);
      const told = new Map<string, WrittenKind[]>();
      for (const kind of kinds) told.set(kind.id, [...(told.get(kind.id) ?? []), kind]);
      return signals.flatMap((signal) => phasesOf(signal, told.get(signal.id) ?? []));
    },
  };
}

type WrittenSignal = Pick<SignalPhase, "subject" | "kind" | "fromMs" | "toMs"> & { readonly id: string };
type WrittenKind = Pick<SignalPhase, "kind"> & { readonly id: string; readonly atMs: number };

/** The row knows its last kind; its events tell what it was before. */
function phasesOf({ id, subject, kind, fromMs, toMs }: WrittenSignal, told: readonly WrittenKind[]): SignalPhase[] {
  const turns = told.filter((one, index) => index > 0 && one.kind !== told[index - 1]?.kind);
  const first = told[0]?.kind ?? kind;
  const starts = [{ kind: first, atMs: fromMs }, ...turns];
  return starts.map((turn, index) => ({
    signalId: id,
    subject,
    kind: turn.kind,
    fromMs: turn.atMs,
    toMs: starts[index + 1]?.atMs ?? toMs,
  }));
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
