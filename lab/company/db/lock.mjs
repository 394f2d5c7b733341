// Holds the stock table for so many seconds, again and again, until it is ended: whoever reads or writes it waits.
import fs from "node:fs";
import pg from "pg";

const seconds = Number(process.argv[2]);
const tellFile = process.argv[3] ?? "";
const tries = { most: 50, everyMs: 200 };

async function connect() {
  for (let left = tries.most; ; left -= 1) {
    const client = new pg.Client({
      host: "127.0.0.1",
      database: "shop",
      user: "shop",
      password: "shop-pw",
      application_name: "stocktaking",
    });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, tries.everyMs));
    }
  }
}

const client = await connect();
for (;;) {
  await client.query("begin");
  await client.query("lock table stock in access exclusive mode");
  if (tellFile !== "") fs.writeFileSync(tellFile, String(seconds));
  await client.query("select pg_sleep($1)", [seconds]);
  await client.query("commit");
}
