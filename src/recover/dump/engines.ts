import type { BackupDatabase } from "../../kernel/model/backup.ts";
import type { DumpEngine } from "./engine.ts";
import { mariadb, mysql } from "./mysql.ts";
import { postgres } from "./postgres.ts";
import { sqlite } from "./sqlite.ts";

/** How each make of database is dumped. */
export const dumpEngines: Readonly<Record<BackupDatabase["engine"], DumpEngine>> = { postgres, mysql, mariadb, sqlite };
