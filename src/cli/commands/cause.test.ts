import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import type { Answer, Command, Context, Values } from "../command.ts";
import { createTerminal } from "../terminal.ts";
import { causeAdd } from "./cause-add.ts";
import { causeLs } from "./cause-ls.ts";
import { causeShow } from "./cause-show.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-cause-"));
after(() => fs.rmSync(folder, { recursive: true }));
let hints: string[] = [];

interface Run {
  readonly args?: readonly string[];
  readonly values?: Values;
  readonly lang?: Lang;
}

async function run(command: Command, { args = [], values = {}, lang = "ja" }: Run = {}): Promise<Answer> {
  hints = [];
  const context: Partial<Context> = {
    args,
    values,
    lang,
    configPath: path.join(folder, "koboshi.yml"),
    terminal: createTerminal({ isTty: false, noColour: true, env: {} }),
    hint: (line) => hints.push(line),
  };
  return command.run(context as Context);
}

async function refusal(act: Promise<Answer>): Promise<string> {
  try {
    await act;
    return "";
  } catch (thrown) {
    return thrown instanceof KoboshiError ? `${thrown.code} ${Object.values(thrown.facts).join(" ")}` : String(thrown);
  }
}

/** A cause made from a shipped one, as a person would make it. */
async function draft(name: string, edit: (yaml: string) => string): Promise<string> {
  const { text } = await run(causeShow, { args: ["slow-endpoint"], values: { yaml: true } });
  const file = path.join(folder, name);
  fs.writeFileSync(file, edit(text));
  return file;
}

test("the list has every cause under its layer, in both languages", async () => {
  const { text, json, quiet, exit } = await run(causeLs);
  assert.match(text, /^利用者側\n {2}client-device-issue +利用者の端末・ブラウザーの問題\n/);
  assert.match(text, /原因 50 件\(うち追加 0 件\)/);
  assert.equal((json["items"] as unknown[]).length, 50);
  assert.deepEqual([quiet?.length, exit], [50, 0]);
  assert.match((await run(causeLs, { lang: "en" })).text, /^users' side\n {2}client-device-issue +A problem with/);
});

test("the evidence is listed with its states, for whoever writes a cause", async () => {
  const { text, plain } = await run(causeLs, { values: { evidence: true } });
  assert.match(text, /hs\.disk +ディスクの空き\n +ok=.* \/ high=.* \/ full=/);
  assert.ok(plain?.includes("hs.disk\tssh\tok high full"));
});

test("one cause is told with its first step before everything else", async () => {
  const { text, plain } = await run(causeShow, { args: ["disk-full"] });
  assert.match(
    text,
    /^ディスクの空き容量・inode の不足 \(disk-full\)\n[^]*最初の一手\n[^]*まだしないこと\n[^]*直し方\n/,
  );
  assert.match(text, / 25% backup-lost-or-stale +控えの消失・古さ/);
  assert.match(text, / 90% free-space +承認を得た/);
  assert.ok(plain?.includes("hs.disk\town\tfull\t0.9"));
});

test("a cause that is none is refused with the one most likely meant", async () => {
  assert.equal(await refusal(run(causeShow, { args: ["disk-ful"] })), "KB4411 disk-ful disk-full");
  assert.match(await refusal(run(causeShow)), /^KB1001/);
});

test("a file is checked without being written, then added, and listed as one's own", async () => {
  const file = await draft("mine.yaml", (yaml) => yaml.replace("id: slow-endpoint", "id: slow-search"));
  const checked = await run(causeAdd, { args: [file], values: { check: true } });
  assert.deepEqual([checked.exit, checked.json["ok"], checked.json["file"]], [0, true, null]);
  assert.ok(!fs.existsSync(path.join(folder, "causes")));
  const added = await run(causeAdd, { args: [file] });
  const target = path.join(folder, "causes", "slow-search.yaml");
  assert.match(added.text, /追加しました: slow-search/);
  assert.match(hints.join(), /再起動/);
  assert.deepEqual(fs.readFileSync(target), fs.readFileSync(file));
  assert.equal(fs.statSync(target).mode & 0o777, 0o644);
  assert.deepEqual(fs.readdirSync(path.dirname(target)), ["slow-search.yaml"]);
  assert.match((await run(causeLs)).text, /slow-search .*\[追加\]\n[^]*原因 51 件\(うち追加 1 件\)/);
  assert.match((await run(causeShow, { args: ["slow-search"] })).text, /slow-search\.yaml/);
});

test("adding it again says that it is there, and another file of that id writes nothing over", async () => {
  const target = path.join(folder, "causes", "slow-search.yaml");
  const before = fs.readFileSync(target);
  assert.match((await run(causeAdd, { args: [path.join(folder, "mine.yaml")] })).text, /もう .*にあります/);
  assert.match((await run(causeAdd, { args: [target] })).text, /もう .*にあります/);
  const other = await draft("other.yaml", (yaml) => yaml.replace("id: slow-endpoint", "id: slow-search"));
  fs.appendFileSync(other, "# changed\n");
  const answer = await run(causeAdd, { args: [other], lang: "en" });
  assert.equal(answer.exit, 65);
  assert.match(answer.text, /other\.yaml:1:5 The id "slow-search" is used by .*slow-search\.yaml as well\./);
  assert.deepEqual(fs.readFileSync(target), before);
});

test("a file with mistakes is not added; each is told with its place and how to mend it", async () => {
  const file = await draft("wrong.yaml", (yaml) =>
    yaml.replace("id: slow-endpoint", "id: slower").replace("yes=.9", "yess=.9"),
  );
  const answer = await run(causeAdd, { args: [file] });
  assert.equal(answer.exit, 65);
  assert.match(
    answer.text,
    /wrong\.yaml:\d+:\d+ 証拠 ap\.url に「yess」という状態はありません。\n {4}→ 「yes」のことでは/,
  );
  assert.match(answer.text, /1 件の誤りがあるため、追加していません$/);
  assert.ok(!fs.existsSync(path.join(folder, "causes", "slower.yaml")));
  assert.equal((await run(causeAdd, { args: ["/nowhere/x.yaml"] })).exit, 65);
});

test("a user's broken file is told beside the list, which stays complete", async () => {
  fs.writeFileSync(path.join(folder, "causes", "broken.yaml"), "id: [");
  const { exit, quiet, json } = await run(causeLs);
  assert.deepEqual([exit, quiet?.length, (json["problems"] as unknown[]).length], [3, 51, 1]);
  assert.match(hints.join(), /broken\.yaml:1:\d+/);
});
