import type { Kysely, Selectable } from "kysely";
import { stampNow, type Clock } from "../../../kernel/clock.ts";
import type { LedgerEvent } from "../../../kernel/event.ts";
import { fromJson, toJson } from "../json.ts";
import type { LedgerReads, LedgerTx } from "../ledger.ts";
import type { Connection } from "../sqlite.ts";
import type { Tables } from "../tables.ts";

export function eventReads(db: Kysely<Tables>): Pick<LedgerReads, "timeline" | "eventsAfter" | "lastSeq"> {
  const inOrder = db.selectFrom("events").selectAll().orderBy("seq");
  return {
    async timeline(incidentId) {
      return (await inOrder.where("incident_id", "=", incidentId).execute()).map(fromRow);
    },
    async eventsAfter(seq, limit) {
      return (await inOrder.where("seq", ">", seq).limit(limit).execute()).map(fromRow);
    },
    async lastSeq() {
      const row = await db
        .selectFrom("events")
        .select((of) => of.fn.max("seq").as("last"))
        .executeTakeFirst();
      return row?.last ?? 0;
    },
  };
}

/** Appends go past Kysely, straight to one prepared statement: they are most of what is ever written. */
export interface EventWriter extends Pick<LedgerTx, "append"> {
  /** @returns what the transaction appended, in order; the numbers are now used */
  committed(): readonly LedgerEvent[];
  /** how many the transaction has appended so far */
  count(): number;
  /** The numbers given out after the first `count` are free again. */
  rolledBackTo(count: number): void;
}

const insertEvent =
  "INSERT INTO events (seq, kind, actor, incident_id, data, at_ms, monotonic_ms, boot_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

export function createEventWriter(connection: Connection, clock: Clock): EventWriter {
  const [last] = connection.rows("SELECT max(seq) AS seq FROM events");
  // one writer process: the count in memory is the count in the file
  let lastSeq = typeof last?.["seq"] === "number" ? last["seq"] : 0;
  let appended: LedgerEvent[] = [];

  return {
    async append({ kind, actor, incidentId, data }) {
      const at = stampNow(clock);
      const seq = lastSeq + appended.length + 1;
      const event: LedgerEvent = { seq, kind, actor, incidentId, data, at };
      connection
        .prepare(insertEvent)
        .run([seq, kind, actor, incidentId, toJson(data), at.atMs, at.monotonicMs, at.bootId]);
      appended.push(event);
      return event;
    },
    committed() {
      const events = appended;
      lastSeq += events.length;
      appended = [];
      return events;
    },
    count: () => appended.length,
    rolledBackTo(count) {
      appended = appended.slice(0, count);
    },
  };
}

export function fromRow(row: Selectable<Tables["events"]>): LedgerEvent {
  return {
    seq: row.seq,
    kind: row.kind,
    actor: row.actor,
    incidentId: row.incident_id,
    data: fromJson(row.data),
    at: { atMs: row.at_ms, monotonicMs: row.monotonic_ms, bootId: row.boot_id },
  };
}
