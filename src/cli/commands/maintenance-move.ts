import { windowWords } from "../../words/windows.ts";
import type { Command } from "../command.ts";
import { neededText, spanText, windowDone, windowIdOf, windowUrl, type WindowAnswer } from "../window-text.ts";

export const maintenanceMove: Command = {
  name: "maintenance move",
  summary: { ja: "予定した保守の時間を動かす", en: "give planned maintenance other times" },
  usage: "ID --start TIME --end TIME",
  examples: [
    "koboshi maintenance move 3 --start 2026-11-27T02:00 --end 05:00",
    "koboshi maintenance move 3 --start 23:00 --end +2h",
    "koboshi maintenance move 3 --start 2026-11-27T02:00 --end 05:00 --json",
  ],
  options: { start: { type: "string" }, end: { type: "string" } },
  async run(context) {
    const { args, values, lang } = context;
    const say = windowWords(lang);
    const id = windowIdOf(args, lang);
    const body = { start: neededText(values, "start", say.needsMove), end: neededText(values, "end", say.needsMove) };
    const window = await context.hub().post<WindowAnswer>(windowUrl(id, context, "/move"), body);
    return windowDone(window, say.movedTo(id, spanText(window, lang)));
  },
};
