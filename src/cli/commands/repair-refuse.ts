import { repairWords } from "../../words/repair-faces.ts";
import type { Command } from "../command.ts";
import { repairIdOf, repairLine, repairRows, repairUrl, type RepairAnswer } from "../repair-text.ts";

export const repairRefuse: Command = {
  name: "repair refuse",
  summary: {
    ja: "提案された修復を実行しないと決める(同じ命令は、もう提案されない)",
    en: "decide against a repair; the same commands are not offered again",
  },
  usage: "ID [--reason TEXT]",
  examples: [
    "koboshi repair refuse 7",
    'koboshi repair refuse 7 --reason "夜が明けてから手で直す"',
    "koboshi repair refuse 7 --json",
  ],
  options: { reason: { type: "string" } },
  async run({ args, values, hub, lang, terminal }) {
    const id = repairIdOf(args, lang);
    const reason = typeof values["reason"] === "string" ? values["reason"] : "";
    const repair = await hub().post<RepairAnswer>(repairUrl(id, lang, "/refuse"), { reason });
    return {
      exit: 0,
      json: { ok: true, repair },
      text: [repairWords(lang).refused(id), repairLine(repair, { lang, terminal })].join("\n"),
      plain: repairRows(repair),
      quiet: [String(id)],
    };
  },
};
