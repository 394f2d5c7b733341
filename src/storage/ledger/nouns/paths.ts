import type { Kysely, Selectable } from "kysely";
import type { Route } from "../../../kernel/ports-paths.ts";
import { fromJson, toJson, type Json } from "../json.ts";
import type { Tables } from "../tables.ts";

/** One row a way that was in force, the newest being the one that is. */
export interface PathTables {
  path_routes: { ord: number; vantage: string; target: string; route: Json<Route> };
}

export interface StoredRoute {
  readonly vantage: string;
  readonly target: string;
  readonly route: Route;
}

export interface PathReads {
  /** by vantage and target, the newest of each first */
  allRoutes(): Promise<readonly StoredRoute[]>;
  /** newest first */
  routesOf(path: { readonly vantage: string; readonly target: string }, limit: number): Promise<readonly Route[]>;
}

export interface PathWrites {
  /** Keeps at most `kept` of the target's ways. */
  insertRoute(stored: StoredRoute, kept: number): Promise<void>;
  /** The way in force is known better now. */
  replaceNewestRoute(stored: StoredRoute): Promise<void>;
}

export function pathReads(db: Kysely<Tables>): PathReads {
  return {
    async allRoutes() {
      const all = db.selectFrom("path_routes").selectAll();
      return (await all.orderBy("vantage").orderBy("target").orderBy("ord", "desc").execute()).map(fromRow);
    },
    async routesOf({ vantage, target }, limit) {
      const rows = await db
        .selectFrom("path_routes")
        .selectAll()
        .where("vantage", "=", vantage)
        .where("target", "=", target)
        .orderBy("ord", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => fromRow(row).route);
    },
  };
}

export function pathWrites(db: Kysely<Tables>): PathWrites {
  const newestOrd = async ({ vantage, target }: StoredRoute): Promise<number> => {
    const row = await db
      .selectFrom("path_routes")
      .select((of) => of.fn.max("ord").as("newest"))
      .where("vantage", "=", vantage)
      .where("target", "=", target)
      .executeTakeFirst();
    return row?.newest ?? 0;
  };
  return {
    async insertRoute(stored, kept) {
      const { vantage, target, route } = stored;
      const ord = (await newestOrd(stored)) + 1;
      await db
        .insertInto("path_routes")
        .values({ ord, vantage, target, route: toJson(route) })
        .execute();
      await db
        .deleteFrom("path_routes")
        .where("vantage", "=", vantage)
        .where("target", "=", target)
        .where("ord", "<=", ord - kept)
        .execute();
    },
    async replaceNewestRoute(stored) {
      const { vantage, target, route } = stored;
      await db
        .updateTable("path_routes")
        .set({ route: toJson(route) })
        .where("vantage", "=", vantage)
        .where("target", "=", target)
        .where("ord", "=", await newestOrd(stored))
        .execute();
    },
  };
}

function fromRow({ vantage, target, route }: Selectable<PathTables["path_routes"]>): StoredRoute {
  return { vantage, target, route: fromJson(route) };
}
