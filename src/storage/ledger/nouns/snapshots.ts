import { sql, type ColumnType, type Generated, type Kysely } from "kysely";
import type { HostSnapshot, SnapshotSection } from "../../../kernel/model/snapshot.ts";
import { fromJson, toJson, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";

export interface SnapshotTables {
  snapshots: {
    id: Generated<number>;
    host: string;
    at_ms: number;
    complete: ColumnType<number, boolean, boolean>;
    head: Json<SnapshotHead>;
  };
  snapshot_parts: { sha256: string; body: Uint8Array };
  snapshot_sections: { snapshot: number; section: SnapshotSection; sha256: string };
  snapshot_noise: { host: string; comparisons: Json<NoiseHistory> };
  outside_views: { id: Generated<number>; host: string; at_ms: number; body: Uint8Array };
}

/** A snapshot without what was found. */
export type SnapshotHead = Omit<HostSnapshot, "sections">;

/** One part of a snapshot, packed. */
export interface SnapshotPart {
  readonly section: SnapshotSection;
  /** of its normal form, hex */
  readonly sha256: string;
  readonly body: Uint8Array;
}

export interface StoredSnapshot {
  readonly id: number;
  readonly head: SnapshotHead;
}

/** What the last comparisons of a host found, `section key` each, oldest comparison first. */
export type NoiseHistory = readonly (readonly string[])[];

export interface SnapshotReads {
  /** newest first, of those not after this moment */
  snapshotHeads(query: {
    readonly host: string;
    readonly untilMs: number;
    readonly limit: number;
  }): Promise<readonly StoredSnapshot[]>;
  snapshotParts(id: number): Promise<readonly SnapshotPart[]>;
  /** of all hosts */
  snapshotNoise(): Promise<ReadonlyMap<string, NoiseHistory>>;
  /** the newest not after this moment, packed; null: none is kept */
  outsideBefore(host: string, untilMs: number): Promise<Uint8Array | null>;
  /** bytes of one host's parts that are kept, each counted once */
  snapshotBytes(host: string): Promise<number>;
}

export interface SnapshotWrites {
  /** Parts that are kept already are not written again. */
  insertSnapshot(head: SnapshotHead, parts: readonly SnapshotPart[]): Promise<void>;
  deleteSnapshots(ids: readonly number[]): Promise<void>;
  /** Forgets parts that no snapshot names any more. */
  dropLooseParts(): Promise<void>;
  putSnapshotNoise(host: string, history: NoiseHistory): Promise<void>;
  insertOutside(view: { readonly host: string; readonly atMs: number; readonly body: Uint8Array }): Promise<void>;
  /** Of those before `thinBeforeMs` one a day stays, of those before `dropBeforeMs` none. */
  pruneOutside(host: string, old: { readonly thinBeforeMs: number; readonly dropBeforeMs: number }): Promise<void>;
}

const dayMs = 86_400_000;

export function snapshotReads(db: Kysely<Tables>): SnapshotReads {
  return {
    async snapshotHeads({ host, untilMs, limit }) {
      const rows = await db
        .selectFrom("snapshots")
        .select(["id", "head"])
        .where("host", "=", host)
        .where("at_ms", "<=", untilMs)
        .orderBy("at_ms", "desc")
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return rows.map(({ id, head }) => ({ id, head: fromJson(head) }));
    },
    async snapshotParts(id) {
      return db
        .selectFrom("snapshot_sections")
        .innerJoin("snapshot_parts", "snapshot_parts.sha256", "snapshot_sections.sha256")
        .select(["section", "snapshot_parts.sha256", "body"])
        .where("snapshot", "=", id)
        .execute();
    },
    async snapshotNoise() {
      const rows = await db.selectFrom("snapshot_noise").selectAll().execute();
      return new Map(rows.map(({ host, comparisons }) => [host, fromJson(comparisons)]));
    },
    async outsideBefore(host, untilMs) {
      const row = await db
        .selectFrom("outside_views")
        .select("body")
        .where("host", "=", host)
        .where("at_ms", "<=", untilMs)
        .orderBy("at_ms", "desc")
        .orderBy("id", "desc")
        .limit(1)
        .executeTakeFirst();
      return row?.body ?? null;
    },
    async snapshotBytes(host) {
      const { rows } = await sql<{ bytes: number | null }>`
        SELECT sum(length(body)) AS bytes FROM snapshot_parts WHERE sha256 IN (
          SELECT sha256 FROM snapshot_sections JOIN snapshots ON snapshots.id = snapshot WHERE host = ${host})`.execute(
        db,
      );
      return rows[0]?.bytes ?? 0;
    },
  };
}

export function snapshotWrites(db: Kysely<Tables>): SnapshotWrites {
  return {
    async insertSnapshot(head, parts) {
      const { id } = await db
        .insertInto("snapshots")
        .values({
          host: head.host,
          at_ms: Math.round(head.takenAt.atMs),
          complete: head.isComplete,
          head: toJson(head),
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      for (const { section, sha256, body } of parts) {
        await db
          .insertInto("snapshot_parts")
          .values({ sha256, body })
          .onConflict((conflict) => conflict.column("sha256").doNothing())
          .execute();
        await db.insertInto("snapshot_sections").values({ snapshot: id, section, sha256 }).execute();
      }
    },
    async deleteSnapshots(ids) {
      if (ids.length === 0) return;
      await db.deleteFrom("snapshot_sections").where("snapshot", "in", ids).execute();
      await db.deleteFrom("snapshots").where("id", "in", ids).execute();
    },
    async dropLooseParts() {
      const named = db.selectFrom("snapshot_sections").select("sha256");
      await db.deleteFrom("snapshot_parts").where("sha256", "not in", named).execute();
    },
    async putSnapshotNoise(host, history) {
      const comparisons = toJson(history);
      await db
        .insertInto("snapshot_noise")
        .values({ host, comparisons })
        .onConflict((conflict) => conflict.column("host").doUpdateSet({ comparisons }))
        .execute();
    },
    async insertOutside({ host, atMs, body }) {
      await db
        .insertInto("outside_views")
        .values({ host, at_ms: Math.round(atMs), body })
        .execute();
    },
    async pruneOutside(host, { thinBeforeMs, dropBeforeMs }) {
      await db.deleteFrom("outside_views").where("host", "=", host).where("at_ms", "<", dropBeforeMs).execute();
      await sql`
        DELETE FROM outside_views WHERE host = ${host} AND at_ms < ${thinBeforeMs} AND id NOT IN (
          SELECT max(id) FROM outside_views WHERE host = ${host} GROUP BY at_ms / ${dayMs})`.execute(db);
    },
  };
}
