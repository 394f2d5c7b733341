import pg from "pg";
import { log } from "./log.mjs";

function lost(error) {
  log("ERROR", `database connection lost: ${error.message}`);
}

export function openDatabase({ database, connections, statementSeconds }) {
  const pool = new pg.Pool({
    ...database,
    max: connections,
    maxUses: 1, // a connection per request, as most shops' languages do it
    connectionTimeoutMillis: 10_000,
    statement_timeout: statementSeconds * 1000,
    application_name: "shop",
  });
  pool.on("error", lost);
  // one in use is nobody's but its user's
  pool.on("connect", (client) => client.on("error", lost));
  return pool;
}
