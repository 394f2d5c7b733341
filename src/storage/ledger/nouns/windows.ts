import type { Generated, Kysely, Selectable } from "kysely";
import type { Stamp } from "../../../kernel/clock.ts";
import type { ComponentId } from "../../../kernel/model/component.ts";
import type { Severity, SignalKind } from "../../../kernel/model/signal.ts";
import type { Window, WindowOrigin, WindowState } from "../../../kernel/model/window.ts";
import { fromJson, toJson, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";
import { expectOne } from "./expect-one.ts";

/** Work that is planned, under way or over, and the alarms that waited for it. */
export interface WindowTables {
  windows: {
    id: Generated<number>;
    state: WindowState;
    origin: WindowOrigin;
    reference: string | null;
    start_ms: number;
    end_ms: number;
    window: Json<Omit<Window, "id">>;
    watch: Json<unknown>;
  };
  window_held: { signal: string; window: number; held: Json<Omit<HeldSignal, "signal">> };
}

/** A window with what its keeper remembers; whoever keeps it knows the form of `watch`. */
export interface StoredWindow {
  readonly window: Window;
  readonly watch: unknown;
}

/** A signal that was not told because of a window. */
export interface HeldSignal {
  readonly signal: string;
  readonly kind: SignalKind;
  readonly subject: ComponentId;
  readonly severity: Severity;
  readonly at: Stamp;
}

export interface WindowReads {
  storedWindow(id: number): Promise<StoredWindow | null>;
  /** newest start first; null: any state */
  storedWindows(query: {
    readonly states: readonly WindowState[] | null;
    readonly limit: number;
  }): Promise<readonly StoredWindow[]>;
  /** of one origin with this reference, oldest first */
  windowsOf(origin: WindowOrigin, reference: string): Promise<readonly StoredWindow[]>;
  /** in the order of their identities */
  heldSignals(window: number): Promise<readonly HeldSignal[]>;
}

export interface WindowWrites {
  /** @returns it with its new number */
  insertWindow(window: Omit<Window, "id">, watch: unknown): Promise<Window>;
  updateWindow(window: Window, watch: unknown): Promise<void>;
  /** @returns false when it was held before, by this window or another */
  holdSignal(window: number, held: HeldSignal): Promise<boolean>;
}

export function windowReads(db: Kysely<Tables>): WindowReads {
  const all = db.selectFrom("windows").selectAll();
  return {
    async storedWindow(id) {
      const row = await all.where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : fromRow(row);
    },
    async storedWindows({ states, limit }) {
      const query = states === null ? all : all.where("state", "in", [...states]);
      return (await query.orderBy("start_ms", "desc").orderBy("id", "desc").limit(limit).execute()).map(fromRow);
    },
    async windowsOf(origin, reference) {
      const rows = await all.where("origin", "=", origin).where("reference", "=", reference).orderBy("id").execute();
      return rows.map(fromRow);
    },
    async heldSignals(window) {
      const rows = await db
        .selectFrom("window_held")
        .selectAll()
        .where("window", "=", window)
        .orderBy("signal")
        .execute();
      return rows.map(({ signal, held }) => ({ signal, ...fromJson(held) }));
    },
  };
}

export function windowWrites(db: Kysely<Tables>): WindowWrites {
  return {
    async insertWindow(window, watch) {
      const { id } = await db
        .insertInto("windows")
        .values(rowOf(window, watch))
        .returning("id")
        .executeTakeFirstOrThrow();
      return { ...window, id };
    },
    async updateWindow({ id, ...window }, watch) {
      const result = await db.updateTable("windows").set(rowOf(window, watch)).where("id", "=", id).executeTakeFirst();
      expectOne(result, `window ${id}`);
    },
    async holdSignal(window, { signal, ...held }) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("window_held")
        .values({ signal, window, held: toJson(held) })
        .onConflict((conflict) => conflict.column("signal").doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}

function rowOf(window: Omit<Window, "id">, watch: unknown): Omit<Selectable<WindowTables["windows"]>, "id"> {
  const { state, origin, reference, startMs, endMs } = window;
  return { state, origin, reference, start_ms: startMs, end_ms: endMs, window: toJson(window), watch: toJson(watch) };
}

function fromRow({ id, window, watch }: Selectable<WindowTables["windows"]>): StoredWindow {
  return { window: { ...fromJson(window), id }, watch: fromJson(watch) };
}
