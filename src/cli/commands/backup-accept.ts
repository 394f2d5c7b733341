import { KoboshiError } from "../../kernel/errors.ts";
import { backupKeepingWords } from "../../words/backup-keeping.ts";
import type { Command } from "../command.ts";

export const backupAccept: Command = {
  name: "backup accept",
  summary: {
    ja: "控えの不審な変化を、想定どおりだったと記録する",
    en: "sign that what looked suspicious in a set was meant",
  },
  usage: "SET --reason TEXT",
  examples: [
    'koboshi backup accept 01kab3v9xq4m --reason "2023 年の写真を削除した"',
    'koboshi backup accept 01kab3v9xq4m --reason "moved to the new schema"',
    "koboshi backup accept 01kab3v9xq4m --reason migration --json",
  ],
  options: { reason: { type: "string" } },
  async run({ args: [set], values, hub, lang }) {
    const say = backupKeepingWords(lang);
    if (set === undefined) throw new KoboshiError("KB1001", { what: say.whichSet });
    const reason = typeof values["reason"] === "string" ? values["reason"].trim() : "";
    if (reason === "") throw new KoboshiError("KB1001", { what: "--reason" });
    const path = `/api/v1/sets/${encodeURIComponent(set)}/accept?lang=${lang}`;
    const { items } = await hub().post<{ items: readonly { plan: string; place: string }[] }>(path, { reason });
    return {
      exit: 0,
      json: { ok: true, set, items },
      text: say.accepted(set, items.map(({ plan, place }) => `${plan} → ${place}`).join(", ")),
      plain: items.map(({ plan, place }) => [plan, place].join("\t")),
      quiet: [set],
    };
  },
};
