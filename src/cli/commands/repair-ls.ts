import { repairWords } from "../../words/repair-faces.ts";
import type { Command } from "../command.ts";
import { repairLine, type RepairAnswer } from "../repair-text.ts";

export const repairLs: Command = {
  name: "repair ls",
  summary: { ja: "提案された修復(新しい順)", en: "repairs that were offered, newest first" },
  usage: "[--window ID]",
  examples: ["koboshi repair ls", "koboshi repair ls --window 3 --plain", "koboshi repair ls --json"],
  options: { window: { type: "string" } },
  async run({ values, hub, lang, terminal }) {
    const window = typeof values["window"] === "string" ? `&window=${encodeURIComponent(values["window"])}` : "";
    const { items } = await hub().get<{ items: RepairAnswer[] }>(`/api/v1/repairs?limit=200${window}`);
    return {
      exit: items.some(({ state }) => state === "offered") ? 3 : 0,
      json: { items },
      text:
        items.length === 0
          ? repairWords(lang).none
          : items.map((run) => repairLine(run, { lang, terminal })).join("\n"),
      plain: items.map(({ id, host, window: of, repair, state, sha256 }) =>
        [id, state, host, of ?? "", repair, sha256].join("\t"),
      ),
      quiet: items.map(({ id }) => String(id)),
    };
  },
};
