import { windowWords } from "../../words/windows.ts";
import type { Command } from "../command.ts";
import { windowDone, windowNamedOrOnly, windowUrl, type WindowAnswer } from "../window-text.ts";

export const maintenanceDone: Command = {
  name: "maintenance done",
  summary: { ja: "作業が終わったと知らせ、点検を始める", en: "say that the work is over; the checks begin" },
  usage: "[ID]",
  examples: ["koboshi maintenance done", "koboshi maintenance done 3", "koboshi maintenance done 3 --json"],
  async run(context) {
    const id = await windowNamedOrOnly(context, ["preparing", "open"]);
    const window = await context.hub().post<WindowAnswer>(windowUrl(id, context, "/done"));
    return windowDone(window, windowWords(context.lang).doneSaid(id));
  },
};
