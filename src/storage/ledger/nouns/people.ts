import type { Kysely, Selectable } from "kysely";
import type { PeopleReport } from "../../../kernel/ports-people.ts";
import { fromJson, toJson, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";

export interface PeopleTables {
  people_reports: { id: number; at_ms: number; report: Json<Omit<PeopleReport, "id">> };
}

export interface PeopleReads {
  /** newest first; `before`: the id of the last one of the page before */
  peopleReports(query: { readonly before?: number; readonly limit: number }): Promise<readonly PeopleReport[]>;
  /** of this moment (Unix epoch UTC) and later, oldest first */
  peopleReportsSince(atMs: number): Promise<readonly PeopleReport[]>;
}

export interface PeopleWrites {
  /** @returns the report with its new id */
  insertPeopleReport(report: Omit<PeopleReport, "id">): Promise<PeopleReport>;
  /** Forgets those before this moment. */
  prunePeopleReports(beforeMs: number): Promise<void>;
}

export function peopleReads(db: Kysely<Tables>): PeopleReads {
  return {
    async peopleReports({ before, limit }) {
      const all = db.selectFrom("people_reports").selectAll().orderBy("id", "desc").limit(limit);
      return (await (before === undefined ? all : all.where("id", "<", before)).execute()).map(fromRow);
    },
    async peopleReportsSince(atMs) {
      const rows = await db.selectFrom("people_reports").selectAll().where("at_ms", ">=", atMs).orderBy("id").execute();
      return rows.map(fromRow);
    },
  };
}

export function peopleWrites(db: Kysely<Tables>): PeopleWrites {
  return {
    async insertPeopleReport(report) {
      const row = await db
        .selectFrom("people_reports")
        .select((of) => of.fn.max("id").as("last"))
        .executeTakeFirst();
      const id = (row?.last ?? 0) + 1;
      await db
        .insertInto("people_reports")
        .values({ id, at_ms: report.at.atMs, report: toJson(report) })
        .execute();
      return { id, ...report };
    },
    async prunePeopleReports(beforeMs) {
      await db.deleteFrom("people_reports").where("at_ms", "<", beforeMs).execute();
    },
  };
}

function fromRow({ id, report }: Selectable<PeopleTables["people_reports"]>): PeopleReport {
  return { id, ...fromJson(report) };
}
