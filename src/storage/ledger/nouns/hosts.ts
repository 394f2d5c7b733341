import type { Kysely, Selectable } from "kysely";
import type { Stamp } from "../../../kernel/clock.ts";
import type { Actor } from "../../../kernel/event.ts";
import type { HostReading } from "../../../kernel/model/host-reading.ts";
import { fromJsonOrNull, toJsonOrNull, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";

/** What has to be known of a host again after a restart. */
export interface StoredHost {
  readonly key: string;
  /** `SHA256:…` a person believes; null: none yet */
  readonly pinnedKey: string | null;
  readonly pinnedBy: Actor | null;
  readonly pinnedAt: Stamp | null;
  /** what it showed when nobody had confirmed a key, or another one than the pinned */
  readonly seenKey: string | null;
  readonly bootId: string | null;
  readonly machineId: string | null;
  /** the newest, cut where it would be too long to keep */
  readonly reading: HostReading | null;
  readonly readAt: Stamp | null;
}

export interface HostTables {
  hosts: {
    key: string;
    pinned_key: string | null;
    pinned_by: Actor | null;
    pinned_at: Json<Stamp> | null;
    seen_key: string | null;
    boot_id: string | null;
    machine_id: string | null;
    reading: Json<HostReading> | null;
    read_at: Json<Stamp> | null;
  };
}

export interface HostReads {
  /** by key; also of hosts the configuration no longer names */
  hosts(): Promise<readonly StoredHost[]>;
}

export interface HostWrites {
  putHost(host: StoredHost): Promise<void>;
}

export function hostReads(db: Kysely<Tables>): HostReads {
  return {
    async hosts() {
      return (await db.selectFrom("hosts").selectAll().orderBy("key").execute()).map(fromRow);
    },
  };
}

export function hostWrites(db: Kysely<Tables>): HostWrites {
  return {
    async putHost({ key, ...host }) {
      const changing = {
        pinned_key: host.pinnedKey,
        pinned_by: host.pinnedBy,
        pinned_at: toJsonOrNull(host.pinnedAt),
        seen_key: host.seenKey,
        boot_id: host.bootId,
        machine_id: host.machineId,
        reading: toJsonOrNull(host.reading),
        read_at: toJsonOrNull(host.readAt),
      };
      await db
        .insertInto("hosts")
        .values({ ...changing, key })
        .onConflict((conflict) => conflict.column("key").doUpdateSet(changing))
        .execute();
    },
  };
}

function fromRow(row: Selectable<HostTables["hosts"]>): StoredHost {
  return {
    key: row.key,
    pinnedKey: row.pinned_key,
    pinnedBy: row.pinned_by,
    pinnedAt: fromJsonOrNull(row.pinned_at),
    seenKey: row.seen_key,
    bootId: row.boot_id,
    machineId: row.machine_id,
    reading: fromJsonOrNull(row.reading),
    readAt: fromJsonOrNull(row.read_at),
  };
}
