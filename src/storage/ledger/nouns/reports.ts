import type { Kysely } from "kysely";
import type { Stamp } from "../../../kernel/clock.ts";
import { fromJson, toJson } from "../json.ts";
import type { Tables } from "../tables.ts";

/** What people have added to one incident's facts so far. */
export interface StoredDraft {
  readonly incidentId: number;
  /** as the reports' own schema has it, JSON */
  readonly draft: unknown;
  /** 1, 2, 3 … with every save: who saves must have seen the one before */
  readonly revision: number;
  readonly savedAt: Stamp;
  readonly savedBy: string;
}

/** A report as it was published: never changed again. */
export interface StoredEdition {
  readonly incidentId: number;
  /** 1, 2, 3 … */
  readonly edition: number;
  readonly stage: string;
  /** each version in each language, JSON */
  readonly documents: unknown;
  readonly publishedAt: Stamp;
  readonly publishedBy: string;
}

export interface ReportReads {
  reportDraft(incidentId: number): Promise<StoredDraft | null>;
  /** newest incident first */
  reportDrafts(): Promise<readonly StoredDraft[]>;
  /** oldest first */
  reportEditions(incidentId: number): Promise<readonly StoredEdition[]>;
}

export interface ReportWrites {
  putReportDraft(draft: StoredDraft): Promise<void>;
  insertReportEdition(edition: StoredEdition): Promise<void>;
}

export function reportReads(db: Kysely<Tables>): ReportReads {
  return {
    async reportDraft(incidentId) {
      const row = await db
        .selectFrom("report_drafts")
        .selectAll()
        .where("incident_id", "=", incidentId)
        .executeTakeFirst();
      return row === undefined ? null : draftOf(row);
    },
    async reportDrafts() {
      const rows = await db.selectFrom("report_drafts").selectAll().orderBy("incident_id", "desc").execute();
      return rows.map(draftOf);
    },
    async reportEditions(incidentId) {
      const rows = await db
        .selectFrom("report_editions")
        .selectAll()
        .where("incident_id", "=", incidentId)
        .orderBy("edition")
        .execute();
      return rows.map((row) => ({
        incidentId: row.incident_id,
        edition: row.edition,
        stage: row.stage,
        documents: fromJson(row.documents),
        publishedAt: fromJson(row.published_at),
        publishedBy: row.published_by,
      }));
    },
  };
}

function draftOf(row: Tables["report_drafts"]): StoredDraft {
  return {
    incidentId: row.incident_id,
    draft: fromJson(row.draft),
    revision: row.revision,
    savedAt: fromJson(row.saved_at),
    savedBy: row.saved_by,
  };
}

export function reportWrites(db: Kysely<Tables>): ReportWrites {
  return {
    async putReportDraft({ incidentId, draft, revision, savedAt, savedBy }) {
      const changing = { draft: toJson(draft), revision, saved_at: toJson(savedAt), saved_by: savedBy };
      await db
        .insertInto("report_drafts")
        .values({ incident_id: incidentId, ...changing })
        .onConflict((conflict) => conflict.column("incident_id").doUpdateSet(changing))
        .execute();
    },
    async insertReportEdition({ incidentId, edition, stage, documents, publishedAt, publishedBy }) {
      await db
        .insertInto("report_editions")
        .values({
          incident_id: incidentId,
          edition,
          stage,
          documents: toJson(documents),
          published_at: toJson(publishedAt),
          published_by: publishedBy,
        })
        .execute();
    },
  };
}
