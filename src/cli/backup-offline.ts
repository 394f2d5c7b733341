import { stampNow } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Site } from "../kernel/model/site.ts";
import type { BackupStatus } from "../kernel/ports-recovery.ts";
import { backupView } from "../api/backup-views.ts";
import { recoveryCliWords } from "../words/recovery-cli.ts";
import type { BackupAnswer } from "./backup-text.ts";
import type { Context } from "./command.ts";
import { readSite } from "./local-site.ts";

/** Reads the copies of the file's plans from their repositories, without a hub. */
export type ReadBackups = (
  site: Site,
  asked: Pick<Context, "clock" | "signal" | "hint">,
) => Promise<readonly BackupStatus[]>;

/** The same answer as the hub's, from this machine. @throws KoboshiError KB1001 without a usable file */
export async function offlineBackups(context: Context, read: ReadBackups): Promise<readonly BackupAnswer[]> {
  const site = readSite(context.configPath);
  if (site === null) throw new KoboshiError("KB1001", { what: recoveryCliWords(context.lang).noFile });
  const statuses = await read(site, context);
  const viewing = { site, now: stampNow(context.clock), progress: () => null };
  return statuses.map((status) => backupView(status, viewing));
}
