import { backupDetailLines, backupPlain, planOfArgs, type BackupDetailAnswer } from "../backup-text.ts";
import type { Command } from "../command.ts";

export const backupShow: Command = {
  name: "backup show",
  summary: { ja: "1つの控えの様子: 置き場所、実行、戻した記録", en: "one backup: its copies, runs and restores" },
  usage: "PLAN",
  examples: [
    "koboshi backup show shop-data",
    "koboshi backup show shop-data --lang en",
    "koboshi backup show shop-data --json",
  ],
  async run({ args, hub, lang, terminal }) {
    const plan = planOfArgs(args, lang);
    const backup = await hub().get<BackupDetailAnswer>(`/api/v1/backups/${encodeURIComponent(plan)}?lang=${lang}`);
    return {
      exit: backup.verdict === "met" || backup.verdict === "likely" ? 0 : 3,
      json: { schema: "koboshi.backup/1", backup },
      text: backupDetailLines(backup, { lang, terminal }).join("\n"),
      plain: [backupPlain(backup)],
      quiet: backup.sets.map(({ set }) => set),
    };
  },
};
