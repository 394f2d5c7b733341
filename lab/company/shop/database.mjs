import pg from "pg";
import { log } from "./log.mjs";

export function openDatabase({ database, connections, statementSeconds }) {
  const pool = new pg.Pool({
    ...database,
    max: connections,
    maxUses: 1, // a connection per request, as most shops' languages do it
    connectionTimeoutMillis: 10_000,
    statement_timeout: statementSeconds * 1000,
    application_name: "shop",
  });
  pool.on("error", (error) => log("ERROR", `database connection lost: ${error.message}`));
  return pool;
}
