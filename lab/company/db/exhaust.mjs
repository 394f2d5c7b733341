// Takes every connection the database gives to the shop's role, and every one that becomes free, until it is ended.
import fs from "node:fs";
import pg from "pg";

const database = { host: "127.0.0.1", database: "shop", user: "shop", password: "shop-pw" };
const held = new Set();
const tellFile = process.argv[2] ?? "";
const again = { fullMs: 30, takenMs: 0 };
/** so often turned away in a row means that nothing is left */
const surelyFull = 5;
let refused = 0;

async function takeOne() {
  const client = new pg.Client({ ...database, application_name: "report-tool", connectionTimeoutMillis: 5_000 });
  client.on("error", () => held.delete(client));
  try {
    await client.connect();
    held.add(client);
    refused = 0;
    return again.takenMs;
  } catch (error) {
    if (error.code === "53300") refused += 1;
    if (refused === surelyFull && tellFile !== "") fs.writeFileSync(tellFile, String(held.size));
    return again.fullMs;
  }
}

for (;;) {
  const waitMs = await takeOne();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}
