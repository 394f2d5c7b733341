import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { backupRecipe } from "../../src/cli/commands/backup-recipe.ts";
import type { Answer, Context, Values } from "../../src/cli/command.ts";
import { createTerminal } from "../../src/cli/terminal.ts";
import { KoboshiError } from "../../src/kernel/errors.ts";
import type { Lang } from "../../src/kernel/lang.ts";
import type { Recipe } from "../../src/recover/recipe/capture.ts";
import { writeRecipe } from "../../src/recover/recipe/folder.ts";
import { sectionNames, type RecipeItem } from "../../src/recover/recipe/section.ts";
import { compareVersions } from "../../src/recover/recipe/sections/packages.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "recipe-command-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
let hints: string[] = [];

function recipe(name: string, items: Readonly<Record<string, readonly RecipeItem[]>>): string {
  const all = Object.fromEntries(sectionNames.map((section) => [section, items[section] ?? []])) as Recipe["items"];
  const whole = path.join(folder, name);
  writeRecipe(
    { schema: "koboshi.recipe/1", host: "web1", capturedAt: "2026-11-22T00:00:00Z", items: all, unread: {} },
    whole,
    "with",
  );
  return whole;
}

async function run(args: readonly string[], values: Values = {}, lang: Lang = "ja"): Promise<Answer> {
  hints = [];
  const context: Partial<Context> = {
    args,
    values,
    lang,
    clock: createSystemClock(),
    configPath: path.join(folder, "koboshi.yml"),
    terminal: createTerminal({ isTty: false, noColour: true, env: {} }),
    hint: (line) => hints.push(line),
    signal: new AbortController().signal,
    verbose: false,
  };
  return backupRecipe.run(context as Context);
}

async function refusal(act: Promise<Answer>): Promise<string> {
  return act.then(
    () => "",
    (thrown: unknown) => (thrown instanceof KoboshiError ? thrown.code : String(thrown)),
  );
}

const before = recipe("before", {
  packages: [{ key: "package/nginx", value: "1.22.1-9" }],
  users: [{ key: "shadow/shop", value: "$6$hidden", secret: true }],
});
const now = recipe("now", {
  packages: [
    { key: "package/nginx", value: "1.24.0-1" },
    { key: "package/restic", value: "0.14.0-1" },
  ],
  users: [{ key: "shadow/shop", value: "$6$hidden", secret: true }],
});

test("show tells what a recipe holds and never a secret", async () => {
  for (const lang of ["ja", "en"] as const) {
    const answer = await run(["show", now], {}, lang);
    assert.equal(answer.exit, 0);
    assert.ok(!JSON.stringify(answer).includes("hidden"));
    assert.match(answer.text, lang === "ja" ? /パッケージ: 2 項目/ : /packages: 2 items/);
  }
});

test("diff tells what was added and changed, with exit 3; equal recipes are 0", async () => {
  const answer = await run(["diff", before, now]);
  assert.equal(answer.exit, 3);
  assert.deepEqual(answer.plain, ["changed\tpackages\tpackage/nginx", "added\tpackages\tpackage/restic"]);
  assert.equal((await run(["diff", now, now])).exit, 0);
});

test("a replay without the typed name is refused before the target is looked at", async () => {
  assert.equal(await refusal(run(["replay", now], { root: "/nowhere" })), "KB8417");
  assert.equal(await refusal(run(["replay", now], { root: "/nowhere", confirm: "web2" })), "KB8417");
  assert.equal(await refusal(run(["replay", now], { root: "/nowhere", confirm: "web1" })), "KB8414");
  assert.equal(await refusal(run(["replay", now])), "KB1001");
});

test("a folder that is no recipe, or was damaged, is refused by its file and line", async () => {
  assert.equal(await refusal(run(["show", folder])), "KB8411");
  const broken = recipe("broken", { packages: [{ key: "package/nginx", value: "1" }] });
  fs.appendFileSync(path.join(broken, "packages.jsonl"), '{"key":"package/x","file":{"owner":"a; rm -rf /"}}\n');
  await assert.rejects(run(["show", broken]), /packages\.jsonl:2/);
});

test("an existing folder that is no recipe is never replaced", () => {
  fs.mkdirSync(path.join(folder, "mine"));
  assert.throws(() => recipe("mine", {}), /KB8415/);
});

const versions: readonly (readonly [string, string])[] = [
  ["1.0-1", "1.0-2"],
  ["1.9", "1.10"],
  ["1.0~rc1", "1.0"],
  ["9.9", "1:0.1"],
  ["1.22.1-9", "1.22.1-9+deb12u1"],
  ["2.4a", "2.4+b"],
];
test("versions are ordered as dpkg orders them", () => {
  for (const [low, high] of versions) {
    assert.ok(compareVersions(low, high) < 0, `${low} < ${high}`);
    assert.ok(compareVersions(high, low) > 0);
    assert.equal(compareVersions(low, low), 0);
  }
});
