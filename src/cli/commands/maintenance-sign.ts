import { windowWords } from "../../words/windows.ts";
import type { Command } from "../command.ts";
import { neededText, windowDone, windowIdOf, windowUrl, type WindowAnswer } from "../window-text.ts";

export const maintenanceSign: Command = {
  name: "maintenance sign",
  summary: {
    ja: "確かめられていないことがあっても、理由を書いて終わりにする",
    en: "close maintenance though not everything is as before, with a reason",
  },
  usage: "ID --reason TEXT",
  examples: [
    "koboshi maintenance show 3",
    'koboshi maintenance sign 3 --reason "ntpd は来週 chrony に替える"',
    'koboshi maintenance sign 3 --reason "old unit is gone on purpose" --json',
  ],
  options: { reason: { type: "string" } },
  async run(context) {
    const { args, values, lang } = context;
    const say = windowWords(lang);
    const id = windowIdOf(args, lang);
    const reason = neededText(values, "reason", say.needsReason);
    const window = await context.hub().post<WindowAnswer>(windowUrl(id, context, "/sign"), { reason });
    return windowDone(window, say.signedSaid(id));
  },
};
