import type { ColumnType, Generated, Kysely } from "kysely";
import type { ConfirmedCase, Diagnosis } from "../../../kernel/model/diagnosis.ts";
import { fromJson, toJson, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";
import { expectOne } from "./expect-one.ts";

export interface DiagnosisTables {
  diagnoses: {
    id: Generated<number>;
    incident_id: number;
    ended: ColumnType<number, boolean, boolean>;
    diagnosis: Json<Diagnosis>;
  };
  cause_cases: {
    id: Generated<number>;
    incident_id: number;
    withdrawn: ColumnType<number, boolean, boolean>;
    case: Json<ConfirmedCase>;
  };
}

export interface StoredDiagnosis {
  readonly id: number;
  readonly diagnosis: Diagnosis;
}

export interface StoredCase extends ConfirmedCase {
  readonly id: number;
  readonly withdrawn: boolean;
}

export interface DiagnosisReads {
  /** oldest first, those withdrawn too */
  confirmedCases(): Promise<readonly StoredCase[]>;
  /** the newest of an incident; null: none began */
  newestDiagnosis(incidentId: number): Promise<StoredDiagnosis | null>;
  /** oldest first */
  diagnosesOf(incidentId: number): Promise<readonly StoredDiagnosis[]>;
  /** incidents whose newest diagnosis has not ended */
  unendedDiagnoses(): Promise<readonly StoredDiagnosis[]>;
}

export interface DiagnosisWrites {
  /** @returns its id */
  insertDiagnosis(diagnosis: Diagnosis & { readonly incidentId: number }): Promise<number>;
  updateDiagnosis(stored: StoredDiagnosis): Promise<void>;
  /** @returns its id */
  insertCase(confirmed: ConfirmedCase): Promise<number>;
  /** It counts no more, or counts again. */
  markCase(id: number, withdrawn: boolean): Promise<void>;
}

export function diagnosisReads(db: Kysely<Tables>): DiagnosisReads {
  const all = () => db.selectFrom("diagnoses").select(["id", "diagnosis"]);
  return {
    async confirmedCases() {
      const rows = await db.selectFrom("cause_cases").selectAll().orderBy("id").execute();
      return rows.map((row) => ({ ...fromJson(row.case), id: row.id, withdrawn: row.withdrawn === 1 }));
    },
    async newestDiagnosis(incidentId) {
      const row = await all().where("incident_id", "=", incidentId).orderBy("id", "desc").limit(1).executeTakeFirst();
      return row === undefined ? null : fromRow(row);
    },
    async diagnosesOf(incidentId) {
      return (await all().where("incident_id", "=", incidentId).orderBy("id").execute()).map(fromRow);
    },
    async unendedDiagnoses() {
      return (await all().where("ended", "=", 0).orderBy("id").execute()).map(fromRow);
    },
  };
}

export function diagnosisWrites(db: Kysely<Tables>): DiagnosisWrites {
  return {
    async insertDiagnosis(diagnosis) {
      const { id } = await db
        .insertInto("diagnoses")
        .values({
          incident_id: diagnosis.incidentId,
          ended: diagnosis.stoppedBecause !== null,
          diagnosis: toJson<Diagnosis>(diagnosis),
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      return id;
    },
    async updateDiagnosis({ id, diagnosis }) {
      const [result] = await db
        .updateTable("diagnoses")
        .set({ ended: diagnosis.stoppedBecause !== null, diagnosis: toJson(diagnosis) })
        .where("id", "=", id)
        .execute();
      expectOne(result, `diagnosis ${id}`);
    },
    async insertCase(confirmed) {
      const { id } = await db
        .insertInto("cause_cases")
        .values({ incident_id: confirmed.incidentId, withdrawn: false, case: toJson(confirmed) })
        .returning("id")
        .executeTakeFirstOrThrow();
      return id;
    },
    async markCase(id, withdrawn) {
      const [result] = await db.updateTable("cause_cases").set({ withdrawn }).where("id", "=", id).execute();
      expectOne(result, `confirmed case ${id}`);
    },
  };
}

function fromRow({ id, diagnosis }: { id: number; diagnosis: Json<Diagnosis> }): StoredDiagnosis {
  return { id, diagnosis: fromJson(diagnosis) };
}
