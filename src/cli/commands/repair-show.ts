import { repairWords } from "../../words/repair-faces.ts";
import type { Command } from "../command.ts";
import { repairExit, repairIdOf, repairLines, repairRows, repairUrl, type RepairAnswer } from "../repair-text.ts";

export const repairShow: Command = {
  name: "repair show",
  summary: {
    ja: "修復 1 件の命令すべてと、その結果",
    en: "every command of one repair, and what became of it",
  },
  usage: "ID",
  examples: ["koboshi repair show 7", "koboshi repair show 7 --plain", "koboshi repair show 7 --json"],
  async run({ args, hub, lang, terminal }) {
    const id = repairIdOf(args, lang);
    const repair = await hub().get<RepairAnswer>(repairUrl(id, lang));
    const next = repair.state === "offered" ? [repairWords(lang).toApprove(id)] : [];
    return {
      exit: repair.state === "offered" ? 0 : repairExit(repair),
      json: { repair },
      text: [...repairLines(repair, { lang, terminal }), ...next].join("\n"),
      plain: repairRows(repair),
      quiet: [repair.sha256],
    };
  },
};
