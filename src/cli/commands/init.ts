import fs from "node:fs";
import { createInterface } from "node:readline/promises";
import { prepareFiles } from "../../config/desk/write.ts";
import { lookAround, type Found, type Suggestion } from "../../config/propose/look.ts";
import { proposeConfig } from "../../config/propose/write.ts";
import { proposedZone } from "../../config/propose/zone.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import { initWords } from "../../words/init.ts";
import { whileAlive } from "../alive.ts";
import type { Command, Context } from "../command.ts";

export const init: Command = {
  name: "init",
  summary: { ja: "相手を見て、最初の koboshi.yml を書く", en: "look at an address and write a first koboshi.yml" },
  usage: "[ADDRESS] [--mail YOU@EXAMPLE.JP] [--smtp URL]",
  examples: [
    "koboshi init www.example.jp --mail you@example.jp",
    "koboshi init https://shop.example.jp --mail you@example.jp --smtp smtps://relay.example.jp:465 --yes",
    "koboshi init            # asks",
  ],
  options: { mail: { type: "string" }, smtp: { type: "string" } },
  async run(context) {
    const { configPath, lang, values } = context;
    const say = initWords(lang);
    // beforehand, so that nobody answers questions in vain
    if (fs.existsSync(configPath)) return exists(configPath, lang);
    const address = context.args[0] ?? (await ask(context, say.whatToWatch));
    if (address === "") throw new KoboshiError("KB1001", { what: "init ADDRESS" });
    context.hint(say.looking(address));
    const found = await whileAlive(() => lookAround(address, context));
    if (!found.ok) throw found.error;
    context.hint(foundText(found.value, context));
    const take = await choose(found.value, context);
    const mail = textOf(values["mail"]) ?? (await ask(context, say.whomToWake));
    const smtp = textOf(values["smtp"]) ?? "";
    const text = proposeConfig(found.value, { lang, timeZone: proposedZone(lang), take, mail, smtp });
    if (!write(configPath, text)) return exists(configPath, lang);
    const suggestions = found.value.suggestions.map(({ id, service, state, check }) => ({ id, service, state, check }));
    return {
      exit: 0,
      json: { ok: true, path: configPath, suggestions, take, lines: text.split("\n").length - 1 },
      text: [say.written(configPath), "", text, ...(mail === "" ? [`▲ ${say.noMail}`] : []), say.nextUp].join("\n"),
      quiet: [configPath],
    };
  },
};

function exists(path: string, lang: Lang): { exit: number; json: Record<string, unknown>; text: string } {
  return { exit: 1, json: { ok: false, path }, text: initWords(lang).exists(path) };
}

/** @returns false when a file has appeared meanwhile */
function write(file: string, text: string): boolean {
  try {
    prepareFiles([{ file, before: null, after: new TextEncoder().encode(text) }]).commit();
    return true;
  } catch (thrown) {
    if (thrown instanceof KoboshiError && thrown.code === "KB1105") return false;
    throw thrown;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function foundText({ suggestions }: Found, { lang, terminal }: Context): string {
  const say = initWords(lang);
  const rows = suggestions.map(({ state, say: said, service, ticked }, index) => {
    const mark = terminal.paint(terminal.glyph(state), state);
    return ` ${String(index + 1).padStart(2)} [${ticked ? "x" : " "}] ${mark} ${terminal.pad(service, 10)} ${said[lang]}`;
  });
  const ticked = suggestions.some(({ state }) => state === "ok" || state === "warning");
  return [say.found, ...rows, ...(ticked ? [] : [say.nothingTicked])].join("\n");
}

/** Which suggestions are taken; null: those that were ticked. */
async function choose({ suggestions }: Found, context: Context): Promise<readonly string[] | null> {
  if (context.values["yes"] === true) return null;
  const ticked = suggestions.filter((one) => one.ticked);
  const asked = initWords(context.lang).without(ticked.map(({ id }) => id).join(" "));
  const out = new Set((await ask(context, asked)).split(/[\s,]+/).map(Number));
  const kept = suggestions.filter((one: Suggestion, index) => one.ticked && !out.has(index + 1));
  return kept.map(({ id }) => id);
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
