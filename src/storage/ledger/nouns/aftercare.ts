import type { Kysely } from "kysely";
import type { AftercareFinding } from "../../../kernel/model/aftercare.ts";
import { fromJson, toJson, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";

export interface AftercareTables {
  aftercare_findings: { window_id: number; host: string; check: string; finding: Json<AftercareFinding> };
}

export interface AftercareReads {
  /** the newest of each host and check, by host and check */
  aftercareFindings(windowId: number): Promise<readonly AftercareFinding[]>;
}

export interface AftercareWrites {
  /** From now on these are what is known of the host in that window. */
  replaceFindings(
    of: { readonly windowId: number; readonly host: string },
    findings: readonly AftercareFinding[],
  ): Promise<void>;
}

export function aftercareReads(db: Kysely<Tables>): AftercareReads {
  return {
    async aftercareFindings(windowId) {
      const rows = await db
        .selectFrom("aftercare_findings")
        .select("finding")
        .where("window_id", "=", windowId)
        .orderBy("host")
        .orderBy("check")
        .execute();
      return rows.map(({ finding }) => fromJson(finding));
    },
  };
}

export function aftercareWrites(db: Kysely<Tables>): AftercareWrites {
  return {
    async replaceFindings({ windowId, host }, findings) {
      await db.deleteFrom("aftercare_findings").where("window_id", "=", windowId).where("host", "=", host).execute();
      const rows = findings.map((finding) => ({
        window_id: windowId,
        host,
        check: finding.check,
        finding: toJson(finding),
      }));
      if (rows.length > 0) await db.insertInto("aftercare_findings").values(rows).execute();
    },
  };
}
