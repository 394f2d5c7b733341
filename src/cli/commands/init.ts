import fs from "node:fs";
import { createInterface } from "node:readline/promises";
import { KoboshiError } from "../../kernel/errors.ts";
import { cliWords } from "../../words/cli.ts";
import { initWords } from "../../words/init.ts";
import type { Command, Context } from "../command.ts";

export const init: Command = {
  name: "init",
  summary: { ja: "最初の koboshi.yml を書く", en: "write a first koboshi.yml" },
  usage: "[ADDRESS] [--mail YOU@EXAMPLE.JP] [--smtp URL]",
  examples: [
    "koboshi init www.example.jp --mail you@example.jp",
    "koboshi init https://shop.example.jp --mail you@example.jp --smtp smtps://relay.example.jp:465",
    "koboshi init            # asks",
  ],
  options: { mail: { type: "string" }, smtp: { type: "string" } },
  async run(context) {
    const { configPath, lang, values } = context;
    const say = cliWords(lang);
    if (fs.existsSync(configPath))
      return { exit: 1, json: { ok: false, path: configPath }, text: say.exists(configPath) };
    const asked = initWords(lang);
    const address = context.args[0] ?? (await ask(context, asked.whatToWatch));
    const mail = textOf(values["mail"]) ?? (await ask(context, asked.whomToWake));
    if (address === "") throw new KoboshiError("KB1001", { what: "init ADDRESS" });
    const smtp = textOf(values["smtp"]) ?? "";
    const text = asked.file({ url: /^[a-z]+:\/\//i.test(address) ? address : `https://${address}`, mail, smtp });
    // wx: a file that appeared meanwhile is never overwritten
    fs.writeFileSync(configPath, text, { mode: 0o600, flag: "wx" });
    return {
      exit: 0,
      json: { ok: true, path: configPath },
      text: `${say.written(configPath)}\n\n${text}\n${say.nextUp}`,
      quiet: [configPath],
    };
  },
};

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Asks on a terminal; without one, or with --no-input, the answer is empty. */
async function ask({ values, signal }: Context, question: string): Promise<string> {
  if (!process.stdin.isTTY || values["no-input"] === true) return "";
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await prompt.question(`${question} `, { signal })).trim();
  } finally {
    prompt.close();
  }
}
