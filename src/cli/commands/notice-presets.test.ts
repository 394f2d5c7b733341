import assert from "node:assert/strict";
import { test } from "node:test";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import type { Answer, Context } from "../command.ts";
import { createTerminal } from "../terminal.ts";
import { noticePresets } from "./notice-presets.ts";

const terminal = createTerminal({ isTty: false, noColour: true, env: {} });

const hints: string[] = [];
const hint = (text: string): void => void hints.push(text);

async function run(args: readonly string[], lang: Lang = "ja"): Promise<Answer> {
  return noticePresets.run({ args, values: {}, lang, terminal, hint } as Partial<Context> as Context);
}

test("a word gives the address, that nobody checked it, and the lines to paste", async () => {
  const { exit, text, quiet } = await run(["sakura-vps"]);
  assert.deepEqual([exit, quiet], [0, ["sakura"]]);
  assert.match(text, /○ sakura +さくらインターネット +未確認/);
  assert.match(text, /\n\nproviders:\n {2}# さくらインターネット: アドレスは未確認です/);
  assert.match(text, /\n {2}sakura:\n {4}notices:\n/);
  const english = (await run(["sakura"], "en")).text;
  assert.match(english, /SAKURA internet +not checked/);
  assert.doesNotMatch(english.replaceAll(/https?:\S+/g, ""), /[\u3040-\u30ff]/);
});

test("without a word all are listed and no lines are printed; JSON has them for each", async () => {
  const { text, json, plain } = await run([]);
  assert.match(text, /koboshi notice presets sakura/);
  assert.doesNotMatch(text, /^providers:/m);
  const { items } = json as { items: readonly { key: string; checkedOn: string | null; lines: string }[] };
  assert.ok(items.length > 10 && items.every(({ key, lines }) => lines.includes(`\n  ${key}:`)));
  assert.ok((plain ?? []).every((line) => line.split("\t").length === 4));
});

test("a word that means none is refused as not found, and it is said where the known ones are", async () => {
  await assert.rejects(
    async () => run(["nowhere"]),
    (thrown) => thrown instanceof KoboshiError && thrown.code === "KB1002",
  );
  assert.match(hints.join(""), /koboshi notice presets/);
});
