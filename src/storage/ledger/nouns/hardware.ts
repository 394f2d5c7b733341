import type { Generated, Kysely } from "kysely";
import type { Stamp } from "../../../kernel/clock.ts";
import type { HardwareReading, HardwareSource, Trap } from "../../../kernel/model/hardware.ts";
import { fromJson, toJson, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";

/** One source of one host's hardware, as the last look left it. */
export interface StoredHardware {
  readonly host: string;
  readonly source: HardwareSource;
  readonly record: HardwareRecord;
}

export interface HardwareRecord {
  /** where it was asked; what was learnt is good for this address only */
  readonly address: string;
  readonly answeredAt: Stamp | null;
  readonly reading: HardwareReading | null;
  /** sha256 of the certificate that is believed; null: none yet, or an authority vouches */
  readonly certificate: string | null;
  /** what the far side was found to speak, in the source's own words */
  readonly learnt: Readonly<Record<string, string | number>>;
  /** the power was seen on: off is then no normal state */
  readonly wasOn: boolean;
  /** keys of the log's entries at the last look; null: it was never read, so nothing in it is news */
  readonly seenEntries: readonly string[] | null;
}

export interface HardwareTables {
  hardware: { host: string; source: HardwareSource; record: Json<HardwareRecord> };
  traps: { id: Generated<number>; host: string | null; data: Json<Omit<Trap, "id">> };
}

export interface HardwareReads {
  /** by host and source */
  hardwareRecords(): Promise<readonly StoredHardware[]>;
  /** newest first */
  traps(query: TrapQuery): Promise<readonly Trap[]>;
}

export interface TrapQuery {
  readonly host?: string;
  /** only those that came before this one */
  readonly before?: number;
  readonly limit: number;
}

export interface HardwareWrites {
  putHardware(stored: StoredHardware): Promise<void>;
  /** in order; the newest `keep` of all stay */
  insertTraps(traps: readonly Omit<Trap, "id">[], keep: number): Promise<void>;
}

export function hardwareReads(db: Kysely<Tables>): HardwareReads {
  return {
    async hardwareRecords() {
      const rows = await db.selectFrom("hardware").selectAll().orderBy("host").orderBy("source").execute();
      return rows.map(({ host, source, record }) => ({ host, source, record: fromJson(record) }));
    },
    async traps({ host, before, limit }) {
      let query = db.selectFrom("traps").select(["id", "data"]).orderBy("id", "desc").limit(limit);
      if (host !== undefined) query = query.where("host", "=", host);
      if (before !== undefined) query = query.where("id", "<", before);
      return (await query.execute()).map(({ id, data }) => ({ id, ...fromJson(data) }));
    },
  };
}

export function hardwareWrites(db: Kysely<Tables>): HardwareWrites {
  return {
    async putHardware({ host, source, record }) {
      const changing = { record: toJson(record) };
      await db
        .insertInto("hardware")
        .values({ host, source, ...changing })
        .onConflict((conflict) => conflict.columns(["host", "source"]).doUpdateSet(changing))
        .execute();
    },
    async insertTraps(traps, keep) {
      for (const trap of traps)
        await db
          .insertInto("traps")
          .values({ host: trap.host, data: toJson(trap) })
          .execute();
      const newest = await db.selectFrom("traps").select("id").orderBy("id", "desc").limit(1).executeTakeFirst();
      await db
        .deleteFrom("traps")
        .where("id", "<=", (newest?.id ?? 0) - keep)
        .execute();
    },
  };
}
