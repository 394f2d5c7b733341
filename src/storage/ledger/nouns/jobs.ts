import type { Kysely, Selectable } from "kysely";
import type { Stamp } from "../../../kernel/clock.ts";
import type { JobPing } from "../../../kernel/model/job.ts";
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from "../json.ts";
import type { JobTables, Tables } from "../tables.ts";

/** A job as its reports leave it. */
export interface StoredJob {
  readonly key: string;
  readonly uuid: string;
  /** false: made by a report, not by the configuration */
  readonly declared: boolean;
  readonly createdAt: Stamp;
  readonly pausedAt: Stamp | null;
  readonly record: JobRecord;
}

/** What was heard of a job so far. */
export interface JobRecord {
  /** reports taken in */
  readonly count: number;
  readonly lastPingAt: Stamp | null;
  readonly lastSuccessAt: Stamp | null;
  /** the end of the last run, good or bad */
  readonly lastEndAt: Stamp | null;
  readonly lastDurationMs: number | null;
  /** the last run failed; null: it did not, or there was none */
  readonly failure: { readonly at: Stamp; readonly exitCode: number | null; readonly output: string } | null;
  /** starts whose end was not told yet, oldest first */
  readonly runs: readonly { readonly runId: string | null; readonly at: Stamp }[];
}

export interface JobReads {
  /** by key */
  jobs(): Promise<readonly StoredJob[]>;
  /** newest first */
  pingsOf(job: string, limit: number): Promise<readonly JobPing[]>;
}

export interface JobWrites {
  putJob(job: StoredJob): Promise<void>;
  insertPing(job: string, ping: JobPing): Promise<void>;
  /** Keeps the newest `pings` reports of a job, and the bodies of the newest `bodies`. */
  trimPings(
    job: string,
    keep: { readonly newest: number; readonly pings: number; readonly bodies: number },
  ): Promise<void>;
}

export function jobReads(db: Kysely<Tables>): JobReads {
  return {
    async jobs() {
      return (await db.selectFrom("jobs").selectAll().orderBy("key").execute()).map(fromRow);
    },
    async pingsOf(job, limit) {
      const rows = await db
        .selectFrom("pings")
        .select(["data", "body"])
        .where("job", "=", job)
        .orderBy("number", "desc")
        .limit(limit)
        .execute();
      return rows.map(({ data, body }) => ({ ...fromJson(data), body: fromJsonOrNull(body) }));
    },
  };
}

export function jobWrites(db: Kysely<Tables>): JobWrites {
  return {
    async putJob({ key, uuid, declared, createdAt, pausedAt, record }) {
      const changing = { uuid, declared, paused_at: toJsonOrNull(pausedAt), record: toJson(record) };
      await db
        .insertInto("jobs")
        .values({ ...changing, key, created_at: toJson(createdAt) })
        .onConflict((conflict) => conflict.column("key").doUpdateSet(changing))
        .execute();
    },
    async insertPing(job, { body, ...data }) {
      const row = { job, number: data.number, data: toJson(data), body: toJsonOrNull(body) };
      await db.insertInto("pings").values(row).execute();
    },
    async trimPings(job, { newest, pings, bodies }) {
      const older = (kept: number): number => newest - kept;
      await db.deleteFrom("pings").where("job", "=", job).where("number", "<=", older(pings)).execute();
      await db
        .updateTable("pings")
        .set({ body: null })
        .where("job", "=", job)
        .where("number", "<=", older(bodies))
        .where("body", "is not", null)
        .execute();
    },
  };
}

function fromRow(row: Selectable<JobTables["jobs"]>): StoredJob {
  return {
    key: row.key,
    uuid: row.uuid,
    declared: row.declared === 1,
    createdAt: fromJson(row.created_at),
    pausedAt: fromJsonOrNull(row.paused_at),
    record: fromJson(row.record),
  };
}
