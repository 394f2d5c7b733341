import { KoboshiError } from "../../kernel/errors.ts";
import { backupExample, backupWords } from "../../words/backups.ts";
import { recoveryCliWords } from "../../words/recovery-cli.ts";
import { readBackupsHere } from "../../recover/index.ts";
import { offlineBackups, type ReadBackups } from "../backup-offline.ts";
import { backupLine, backupPlain, type BackupAnswer } from "../backup-text.ts";
import type { Command, Context } from "../command.ts";

const order: readonly BackupAnswer["verdict"][] = ["missed", "unproven", "likely", "met"];

/** `backup ls` with a way to read repositories where no hub runs. */
export function backupLsWith(read: ReadBackups): Command {
  return {
    name: "backup ls",
    summary: { ja: "控えの一覧(戻せるか、何時間で)", en: "backups: whether and how fast they were restored" },
    usage: "",
    examples: ["koboshi backup ls", "koboshi backup ls --plain", "koboshi backup ls --json"],
    async run(context) {
      const { lang, terminal } = context;
      const { items, offline } = await backupsOf(context, read);
      const sorted = items.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
      const say = backupWords(lang);
      const text =
        sorted.length === 0
          ? `${terminal.paint(`${terminal.glyph("down")} ${say.nothing}`, "down")}\n${say.nothingHow}\n\n${backupExample}`
          : sorted.map((backup) => backupLine(backup, { lang, terminal })).join("\n");
      return {
        exit: sorted.length > 0 && sorted.every(({ verdict }) => verdict === "met" || verdict === "likely") ? 0 : 3,
        json: { schema: "koboshi.backups/1", offline, items },
        text,
        plain: sorted.map(backupPlain),
        quiet: sorted.map(({ plan }) => plan),
      };
    },
  };
}

export const backupLs: Command = backupLsWith((site, { clock }) => readBackupsHere({ clock, site }));

interface Found {
  readonly items: readonly BackupAnswer[];
  readonly offline: boolean;
}

/** The hub's answer; without a hub the file's and the repositories' own: this must work in the disaster. */
async function backupsOf(context: Context, read: ReadBackups): Promise<Found> {
  try {
    const { items } = await context.hub().get<{ items: BackupAnswer[] }>("/api/v1/backups");
    return { items, offline: false };
  } catch (thrown) {
    if (!(thrown instanceof KoboshiError) || thrown.code !== "KB1201") throw thrown;
    const items = await offlineBackups(context, read);
    context.hint(recoveryCliWords(context.lang).offline);
    return { items, offline: true };
  }
}
