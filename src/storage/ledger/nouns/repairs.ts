import type { Generated, Kysely, Selectable } from "kysely";
import type { RepairRun, RepairState } from "../../../kernel/ports-prevent.ts";
import { fromJson, toJson, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";

/** A repair with what only carrying it out needs. */
export interface StoredRepair {
  readonly run: RepairRun;
  /** the start of the machine in which its first step was claimed; null: none was yet */
  readonly bootId: string | null;
}

export interface RepairTables {
  repairs: {
    id: Generated<number>;
    window_id: number | null;
    host: string;
    /** the repair's own id */
    repair: string;
    state: RepairState;
    boot_id: string | null;
    run: Json<Omit<RepairRun, "id">>;
  };
}

export interface RepairReads {
  /** newest first */
  repairs(query: { readonly windowId: number | null; readonly limit: number }): Promise<readonly RepairRun[]>;
  repair(id: number): Promise<StoredRepair | null>;
  /** of one host, oldest first */
  repairsIn(query: {
    readonly host: string | null;
    readonly states: readonly RepairState[];
  }): Promise<readonly StoredRepair[]>;
}

export interface RepairWrites {
  insertRepair(run: Omit<RepairRun, "id">): Promise<RepairRun>;
  putRepair(repair: StoredRepair): Promise<void>;
}

export function repairReads(db: Kysely<Tables>): RepairReads {
  return {
    async repairs({ windowId, limit }) {
      let query = db.selectFrom("repairs").selectAll().orderBy("id", "desc").limit(limit);
      if (windowId !== null) query = query.where("window_id", "=", windowId);
      return (await query.execute()).map((row) => fromRow(row).run);
    },
    async repair(id) {
      const row = await db.selectFrom("repairs").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : fromRow(row);
    },
    async repairsIn({ host, states }) {
      let query = db
        .selectFrom("repairs")
        .selectAll()
        .where("state", "in", [...states])
        .orderBy("id");
      if (host !== null) query = query.where("host", "=", host);
      return (await query.execute()).map(fromRow);
    },
  };
}

export function repairWrites(db: Kysely<Tables>): RepairWrites {
  return {
    async insertRepair(run) {
      const { windowId: window_id, host, repair, state } = run;
      const { id } = await db
        .insertInto("repairs")
        .values({ window_id, host, repair: repair.id, state, boot_id: null, run: toJson(run) })
        .returning("id")
        .executeTakeFirstOrThrow();
      return { ...run, id };
    },
    async putRepair({ run: { id, ...run }, bootId }) {
      await db
        .updateTable("repairs")
        .set({ state: run.state, boot_id: bootId, run: toJson(run) })
        .where("id", "=", id)
        .execute();
    },
  };
}

function fromRow({ id, run, boot_id }: Selectable<RepairTables["repairs"]>): StoredRepair {
  return { run: { id, ...fromJson(run) }, bootId: boot_id };
}
