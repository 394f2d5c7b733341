import { explainKey, nearestKey } from "../../config/index.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Command } from "../command.ts";

export const configExplain: Command = {
  name: "config explain",
  summary: { ja: "設定の項目の意味・書き方・既定値", en: "what a key means, how it is written, its default" },
  usage: "KEY",
  examples: [
    "koboshi config explain services.*.checks.*.every",
    "koboshi config explain notify.escalate",
    "koboshi config explain hub.listen --lang en",
  ],
  run({ args, lang }) {
    const key = args[0] ?? "";
    const text = explainKey(key, lang);
    if (text === null) {
      const near = nearestKey(key);
      throw new KoboshiError("KB1002", { what: near === null ? key : `${key} (→ ${near})` });
    }
    return Promise.resolve({ exit: 0, json: { key, ja: explainKey(key, "ja"), en: explainKey(key, "en") }, text });
  },
};
