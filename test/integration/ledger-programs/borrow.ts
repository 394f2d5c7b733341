// Holds the write lock of the SQLite file argv[2] for argv[3] milliseconds, as a tool of someone else might.
import { setTimeout as delay } from "node:timers/promises";
import Libsql from "libsql";

const database = new Libsql(process.argv[2] ?? "");
database.exec("BEGIN IMMEDIATE");
process.stdout.write("held\n");
await delay(Number(process.argv[3]));
database.exec("ROLLBACK");
database.close();
