import type { ColumnType, Generated, Kysely } from "kysely";
import type { CommitRecord } from "../../../kernel/model/backup.ts";
import type { BackupRun, CopyState, DeleteProof, RestoreRun, Verification } from "../../../kernel/model/recovery.ts";
import { fromJson, toJson, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";

type Flag = ColumnType<number, boolean, boolean>;

/** One copy without what lies in rows of its own. */
export type CopyReading = Omit<CopyState, "sets" | "verified" | "proof">;

export interface RecoveryTables {
  backup_runs: {
    set_id: string;
    place: string;
    plan: string;
    ended: Flag;
    started_at_ms: number;
    run: Json<BackupRun>;
  };
  backup_copies: { plan: string; place: string; state: Json<CopyReading> };
  backup_sets: { plan: string; place: string; set_id: string; snapshot_at: string; record: Json<CommitRecord> };
  backup_verifications: {
    ord: Generated<number>;
    id: string;
    plan: string;
    place: string;
    verification: Json<Verification>;
  };
  delete_proofs: { ord: Generated<number>; plan: string; place: string; proof: Json<DeleteProof> };
  restore_runs: { ord: Generated<number>; id: string; plan: string; ended: Flag; run: Json<RestoreRun> };
}

/** Which rows: of one plan, of one place of it, of all. */
export interface RecoveryQuery {
  readonly plan?: string;
  readonly place?: string;
  readonly limit: number;
}

export interface RecoveryReads {
  /** newest first */
  backupRuns(query: RecoveryQuery): Promise<readonly BackupRun[]>;
  /** the runs of one set, a place each; empty when there is none */
  runsOfSet(set: string): Promise<readonly BackupRun[]>;
  /** those that had not ended when they were last written, oldest first */
  unendedBackupRuns(): Promise<readonly BackupRun[]>;
  /** by plan and place; of the sets, verifications and proofs the newest alone */
  copyStates(query: {
    readonly plan?: string;
    readonly sets: number;
    readonly verified: number;
  }): Promise<readonly CopyState[]>;
  /** newest snapshot first */
  committedSets(copy: {
    readonly plan: string;
    readonly place: string;
    readonly limit: number;
  }): Promise<readonly CommitRecord[]>;
  /** newest first */
  verifications(query: RecoveryQuery): Promise<readonly Verification[]>;
  /** newest first */
  deleteProofs(query: RecoveryQuery): Promise<readonly DeleteProof[]>;
  /** newest first */
  restoreRuns(query: Omit<RecoveryQuery, "place">): Promise<readonly RestoreRun[]>;
  restoreRun(id: string): Promise<RestoreRun | null>;
  /** oldest first */
  unendedRestoreRuns(): Promise<readonly RestoreRun[]>;
}

export interface RecoveryWrites {
  /** New, or in the place of what was known of the same set at the same place. */
  putBackupRun(run: BackupRun): Promise<void>;
  putCopy(reading: CopyReading): Promise<void>;
  putSet(copy: { readonly plan: string; readonly place: string }, record: CommitRecord): Promise<void>;
  /** From now on the copy has these sets and no others: the repository wins. */
  replaceSets(copy: { readonly plan: string; readonly place: string }, records: readonly CommitRecord[]): Promise<void>;
  insertVerification(verification: Verification): Promise<void>;
  insertProof(proof: DeleteProof): Promise<void>;
  putRestoreRun(run: RestoreRun): Promise<void>;
}

const endedStates: ReadonlySet<string> = new Set(["committed", "partial", "failed", "interrupted"]);

export function recoveryReads(db: Kysely<Tables>): RecoveryReads {
  return {
    ...runReads(db),
    ...copyReads(db),
    async restoreRuns({ plan, limit }) {
      let query = db.selectFrom("restore_runs").select("run").orderBy("ord", "desc").limit(limit);
      if (plan !== undefined) query = query.where("plan", "=", plan);
      return (await query.execute()).map(({ run }) => fromJson(run));
    },
    async restoreRun(id) {
      const row = await db.selectFrom("restore_runs").select("run").where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : fromJson(row.run);
    },
    async unendedRestoreRuns() {
      const rows = await db.selectFrom("restore_runs").select("run").where("ended", "=", 0).orderBy("ord").execute();
      return rows.map(({ run }) => fromJson(run));
    },
  };
}

function runReads(
  db: Kysely<Tables>,
): Pick<RecoveryReads, "backupRuns" | "runsOfSet" | "unendedBackupRuns" | "verifications" | "deleteProofs"> {
  return {
    async backupRuns({ plan, place, limit }) {
      let query = db.selectFrom("backup_runs").select("run").orderBy("started_at_ms", "desc").orderBy("set_id", "desc");
      if (plan !== undefined) query = query.where("plan", "=", plan);
      if (place !== undefined) query = query.where("place", "=", place);
      return (await query.limit(limit).execute()).map(({ run }) => fromJson(run));
    },
    async runsOfSet(set) {
      const rows = await db
        .selectFrom("backup_runs")
        .select("run")
        .where("set_id", "=", set)
        .orderBy("place")
        .execute();
      return rows.map(({ run }) => fromJson(run));
    },
    async unendedBackupRuns() {
      const open = db.selectFrom("backup_runs").select("run").where("ended", "=", 0).orderBy("started_at_ms");
      return (await open.execute()).map(({ run }) => fromJson(run));
    },
    async verifications({ plan, place, limit }) {
      let query = db.selectFrom("backup_verifications").select("verification").orderBy("ord", "desc").limit(limit);
      if (plan !== undefined) query = query.where("plan", "=", plan);
      if (place !== undefined) query = query.where("place", "=", place);
      return (await query.execute()).map(({ verification }) => fromJson(verification));
    },
    async deleteProofs({ plan, place, limit }) {
      let query = db.selectFrom("delete_proofs").select("proof").orderBy("ord", "desc").limit(limit);
      if (plan !== undefined) query = query.where("plan", "=", plan);
      if (place !== undefined) query = query.where("place", "=", place);
      return (await query.execute()).map(({ proof }) => fromJson(proof));
    },
  };
}

function copyReads(db: Kysely<Tables>): Pick<RecoveryReads, "copyStates" | "committedSets"> {
  const committedSets: RecoveryReads["committedSets"] = async ({ plan, place, limit }) => {
    const rows = await db
      .selectFrom("backup_sets")
      .select("record")
      .where("plan", "=", plan)
      .where("place", "=", place)
      .orderBy("snapshot_at", "desc")
      .orderBy("set_id", "desc")
      .limit(limit)
      .execute();
    return rows.map(({ record }) => fromJson(record));
  };
  return {
    committedSets,
    async copyStates({ plan, sets, verified }) {
      let query = db.selectFrom("backup_copies").select("state").orderBy("plan").orderBy("place");
      if (plan !== undefined) query = query.where("plan", "=", plan);
      const copies = (await query.execute()).map(({ state }) => fromJson(state));
      const { verifications, deleteProofs } = runReads(db);
      return Promise.all(
        copies.map(async (copy) => {
          const of = { plan: copy.plan, place: copy.place };
          const [proof = null] = await deleteProofs({ ...of, limit: 1 });
          return {
            ...copy,
            sets: await committedSets({ ...of, limit: sets }),
            verified: await verifications({ ...of, limit: verified }),
            proof,
          };
        }),
      );
    },
  };
}

export function recoveryWrites(db: Kysely<Tables>): RecoveryWrites {
  return {
    ...setWrites(db),
    async putBackupRun(run) {
      const changing = { ended: endedStates.has(run.state), run: toJson(run) };
      await db
        .insertInto("backup_runs")
        .values({
          set_id: run.set,
          place: run.place,
          plan: run.plan,
          started_at_ms: Math.round(run.startedAt.atMs),
          ...changing,
        })
        .onConflict((conflict) => conflict.columns(["set_id", "place"]).doUpdateSet(changing))
        .execute();
    },
    async insertVerification(verification) {
      const { id, plan, place } = verification;
      await db
        .insertInto("backup_verifications")
        .values({ id, plan, place, verification: toJson(verification) })
        .execute();
    },
    async insertProof(proof) {
      const { plan, place } = proof;
      await db
        .insertInto("delete_proofs")
        .values({ plan, place, proof: toJson(proof) })
        .execute();
    },
    async putRestoreRun(run) {
      const changing = { ended: run.state !== "running", run: toJson(run) };
      await db
        .insertInto("restore_runs")
        .values({ id: run.id, plan: run.plan, ...changing })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(changing))
        .execute();
    },
  };
}

function setWrites(db: Kysely<Tables>): Pick<RecoveryWrites, "putCopy" | "putSet" | "replaceSets"> {
  const putSet: RecoveryWrites["putSet"] = async ({ plan, place }, record) => {
    const changing = { snapshot_at: record.snapshotAt, record: toJson(record) };
    await db
      .insertInto("backup_sets")
      .values({ plan, place, set_id: record.set, ...changing })
      .onConflict((conflict) => conflict.columns(["plan", "place", "set_id"]).doUpdateSet(changing))
      .execute();
  };
  return {
    putSet,
    async putCopy({ plan, place, readAt, trouble, foreign }) {
      const reading = { plan, place, readAt, trouble, ...(foreign === undefined ? {} : { foreign }) };
      const changing = { state: toJson<CopyReading>(reading) };
      await db
        .insertInto("backup_copies")
        .values({ plan, place, ...changing })
        .onConflict((conflict) => conflict.columns(["plan", "place"]).doUpdateSet(changing))
        .execute();
    },
    async replaceSets({ plan, place }, records) {
      await db.deleteFrom("backup_sets").where("plan", "=", plan).where("place", "=", place).execute();
      for (const record of records) await putSet({ plan, place }, record);
    },
  };
}
