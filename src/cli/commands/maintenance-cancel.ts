import { windowWords } from "../../words/windows.ts";
import type { Command } from "../command.ts";
import { windowDone, windowIdOf, windowUrl, type WindowAnswer } from "../window-text.ts";

export const maintenanceCancel: Command = {
  name: "maintenance cancel",
  summary: {
    ja: "保守を取りやめる(警報の保留はすぐに終わる)",
    en: "cancel maintenance; alarms are told again at once",
  },
  usage: "ID [--reason TEXT]",
  examples: [
    "koboshi maintenance cancel 3",
    'koboshi maintenance cancel 3 --reason "提供元が延期"',
    "koboshi maintenance cancel 3 --json",
  ],
  options: { reason: { type: "string" } },
  async run(context) {
    const id = windowIdOf(context.args, context.lang);
    const reason = context.values["reason"] ?? "";
    const window = await context.hub().post<WindowAnswer>(windowUrl(id, context, "/cancel"), { reason });
    return windowDone(window, windowWords(context.lang).cancelled(id));
  },
};
