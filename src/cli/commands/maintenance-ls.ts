import { windowWords } from "../../words/windows.ts";
import type { Command } from "../command.ts";
import { windowFacts, windowLine, type WindowAnswer } from "../window-text.ts";

const present = ["planned", "preparing", "open", "verifying"] as const;

export const maintenanceLs: Command = {
  name: "maintenance ls",
  summary: {
    ja: "保守の予定と、いま行われているもの",
    en: "maintenance that is planned or under way",
  },
  usage: "[--all]",
  examples: ["koboshi maintenance ls", "koboshi maintenance ls --all --plain", "koboshi maintenance ls --json"],
  options: { all: { type: "boolean" } },
  async run({ values, hub, lang, terminal }) {
    const states = values["all"] === true ? "" : present.map((state) => `state=${state}&`).join("");
    const { items } = await hub().get<{ items: WindowAnswer[] }>(`/api/v1/windows?${states}limit=500`);
    const sorted = items.toReversed();
    const lines = sorted.flatMap((window) => [
      windowLine(window, { lang, terminal }),
      ...windowFacts(window, lang).map((fact) => `    ${fact}`),
    ]);
    return {
      exit: sorted.some(({ state, course }) => state !== "closed" && course.overrunAt !== null) ? 3 : 0,
      json: { items: sorted },
      text: lines.length === 0 ? windowWords(lang).none : lines.join("\n"),
      plain: sorted.map(({ id, state, start, end, targets, held, title }) =>
        [id, state, start, end, targets.join(","), held, title].join("\t"),
      ),
      quiet: sorted.map(({ id }) => String(id)),
    };
  },
};
