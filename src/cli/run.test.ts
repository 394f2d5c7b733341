import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { allCommands, commands } from "./commands/index.ts";
import { runCommandLine } from "./run.ts";

async function typed(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const code = await runCommandLine(
    {
      argv,
      env: { KOBOSHI_LANG: "en" },
      cwd: "/nonexistent",
      clock: createFakeClock(),
      isTty: false,
      stdout: (text) => {
        out += text;
      },
      stderr: (text) => {
        err += text;
      },
      signal: new AbortController().signal,
    },
    commands,
  );
  return { code, out, err };
}

test("every command helps in both languages, with its examples first and the exit codes last", async () => {
  for (const command of await allCommands()) {
    for (const lang of ["ja", "en"] as const) {
      const { out, code } = await typed(...command.name.split(" "), "--help", "--lang", lang);
      assert.equal(code, 0, command.name);
      assert.ok(out.startsWith(`  $ ${command.examples[0]}`), `${command.name}: ${out.slice(0, 80)}`);
      assert.ok(out.includes(command.summary[lang]), command.name);
      assert.match(out.trimEnd().split("\n").at(-1) ?? "", lang === "ja" ? /^終了コード/ : /^Exit codes/);
    }
  }
});

test("each command stands in the table under its own name", async () => {
  assert.deepEqual(
    (await allCommands()).map(({ name }) => name),
    Object.keys(commands),
  );
});

test("flags work before the words as well as after them", async () => {
  assert.equal((await typed("--json", "version")).out, (await typed("version", "--json")).out);
  assert.equal((await typed("--lang", "ja", "explain", "KB2001")).code, 0);
});

test("the help of a group of commands is the list of them", async () => {
  const { code, out } = await typed("backup", "--help", "--lang", "en");
  assert.equal(code, 0);
  assert.match(out, /koboshi backup run {2,}\S/);
  assert.ok(!out.includes("koboshi incident"), out);
});

test("without a command there is an overview, exit 0; a word nobody knows is exit 64 with the nearest", async () => {
  const { code, out } = await typed("help");
  assert.equal(code, 0);
  for (const name of Object.keys(commands)) assert.ok(out.includes(`koboshi ${name}`), name);
  const { code: wrong, err } = await typed("stauts");
  assert.equal(wrong, 64);
  assert.match(err, /did you mean status\?/);
});

test("a failure under --json is one JSON object on standard output, and a sentence elsewhere", async () => {
  const { code, out, err } = await typed("explain", "KB0000", "--json");
  assert.equal(code, 5);
  assert.deepEqual(Object.keys(JSON.parse(out) as object), ["type", "code", "exit", "message", "fix"]);
  assert.match(err, /KB1002: .*\n$/);
});
