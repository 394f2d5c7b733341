import type { Insertable, Kysely, Selectable } from "kysely";
import { isOpen, type Incident } from "../../../kernel/model/incident.ts";
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from "../json.ts";
import type { IncidentQuery, LedgerReads, LedgerTx } from "../ledger.ts";
import type { Tables } from "../tables.ts";
import { expectOne } from "./expect-one.ts";

export function incidentReads(db: Kysely<Tables>): Pick<LedgerReads, "incident" | "incidents"> {
  async function page(ended: boolean, before: number | null, limit: number): Promise<readonly Incident[]> {
    let query = db
      .selectFrom("incidents")
      .selectAll()
      .where("ended", "=", Number(ended))
      .orderBy("id", "desc")
      .limit(limit);
    if (before !== null) query = query.where("id", "<", before);
    return (await query.execute()).map(fromRow);
  }

  async function incident(id: number): Promise<Incident | null> {
    const row = await db.selectFrom("incidents").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? null : fromRow(row);
  }

  async function incidents({ state, before, limit }: IncidentQuery): Promise<readonly Incident[]> {
    const cursor = before ?? null;
    if (state !== undefined) return page(state === "ended", cursor, limit);
    const last = cursor === null ? null : await incident(cursor);
    // a page that closed with an ended incident had all the open ones before it
    const open = last !== null && !isOpen(last) ? [] : await page(false, cursor, limit);
    if (open.length === limit) return open;
    const pastOpen = last !== null && isOpen(last) ? null : cursor;
    return [...open, ...(await page(true, pastOpen, limit - open.length))];
  }

  return { incident, incidents };
}

export function incidentWrites(db: Kysely<Tables>): Pick<LedgerTx, "insertIncident" | "updateIncident"> {
  return {
    async insertIncident(incident) {
      const { id } = await db.insertInto("incidents").values(toRow(incident)).returning("id").executeTakeFirstOrThrow();
      return { ...incident, id };
    },
    async updateIncident(incident) {
      const [result] = await db.updateTable("incidents").set(toRow(incident)).where("id", "=", incident.id).execute();
      expectOne(result, `incident ${incident.id}`);
    },
  };
}

function toRow(incident: Omit<Incident, "id">): Omit<Insertable<Tables["incidents"]>, "id"> {
  return {
    state: incident.state,
    ended: !isOpen(incident),
    severity: incident.severity,
    quiet: incident.quiet,
    flapping: incident.flapping,
    subject: incident.subject,
    services: toJson(incident.services),
    affected: toJson(incident.affected),
    scope: toJson(incident.scope),
    started_at: toJson(incident.startedAt),
    detected_at: toJson(incident.detectedAt),
    acknowledged_at: toJsonOrNull(incident.acknowledgedAt),
    acknowledged_by: incident.acknowledgedBy,
    assigned_to: incident.assignedTo,
    resolved_at: toJsonOrNull(incident.resolvedAt),
    resolved_by: incident.resolvedBy,
  };
}

function fromRow(row: Selectable<Tables["incidents"]>): Incident {
  return {
    id: row.id,
    state: row.state,
    severity: row.severity,
    quiet: row.quiet === 1,
    flapping: row.flapping === 1,
    subject: row.subject,
    services: fromJson(row.services),
    affected: fromJson(row.affected),
    scope: fromJson(row.scope),
    startedAt: fromJson(row.started_at),
    detectedAt: fromJson(row.detected_at),
    acknowledgedAt: fromJsonOrNull(row.acknowledged_at),
    acknowledgedBy: row.acknowledged_by,
    assignedTo: row.assigned_to,
    resolvedAt: fromJsonOrNull(row.resolved_at),
    resolvedBy: row.resolved_by,
  };
}
