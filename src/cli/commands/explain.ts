import { errorCodes, KoboshiError, type ErrorCode } from "../../kernel/errors.ts";
import { explainError } from "../../words/errors.ts";
import type { Command } from "../command.ts";

export const explain: Command = {
  name: "explain",
  summary: { ja: "エラー番号の意味と直し方", en: "what an error code means and how to mend it" },
  usage: "KB####",
  examples: ["koboshi explain KB2001", "koboshi explain KB1101 --lang en", "koboshi explain KB6001 --json"],
  run({ args }) {
    const code = Object.keys(errorCodes).find((known): known is ErrorCode => known === args[0]?.toUpperCase());
    if (code === undefined) throw new KoboshiError("KB1002", { what: args[0] ?? "KB####" });
    const [ja, en] = [explainError(code, {}, "ja"), explainError(code, {}, "en")];
    const text = [code, ja.message, ja.fix, "", en.message, en.fix].join("\n");
    return Promise.resolve({ exit: 0, json: { code, exitCode: errorCodes[code].exit, ja, en }, text, quiet: [code] });
  },
};
