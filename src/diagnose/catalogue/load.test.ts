import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { evidenceKinds } from "../evidence/index.ts";
import { examineCause, loadCatalogue, readCatalogue } from "./load.ts";
import type { CatalogueProblem } from "./problem.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-causes-"));
after(() => fs.rmSync(root, { recursive: true }));
let count = 0;

const good = `id: stale-cache
layer: app
at: app
weight: 1
title: { ja: 古いキャッシュの配信, en: A stale cache is served }
action: { ja: 配信された版と時刻を確かめます。, en: See which version was served and when. }
not-yet: { ja: キャッシュはまだ触らないでください。, en: Leave the cache alone for now. }
fix: { ja: キャッシュを更新します。, en: Renew the cache. }
prevention: { ja: 版を監視します。, en: Watch the version. }
likelihood:
  - ^vp.content changed=.6 default=.1
  - "@ch.dep yes=.5"
brings:
  slow-endpoint: .1
mended-by:
  undo-change: .5
`;

/** A folder of causes with these files. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = path.join(root, String(count++));
  fs.mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content);
  return folder;
}

function told({ file, line, column, code }: CatalogueProblem): string {
  return `${path.basename(file)}:${line}:${column} ${code}`;
}

function problemsOf(files: Readonly<Record<string, string | Uint8Array>>): readonly CatalogueProblem[] {
  return readCatalogue({ evidence: evidenceKinds, userFolder: folderOf(files) }).problems;
}

test("a user's cause stands beside the shipped ones and changes the version", () => {
  const shipped = loadCatalogue({ evidence: evidenceKinds, userFolder: null });
  const folder = folderOf({ "mine.yaml": good });
  const both = loadCatalogue({ evidence: evidenceKinds, userFolder: folder });
  assert.ok(shipped.ok && both.ok);
  assert.equal(both.value.causes.size, shipped.value.causes.size + 1);
  assert.notEqual(both.value.version, shipped.value.version);
  const cause = both.value.causes.get("stale-cache");
  assert.equal(cause?.from, path.join(folder, "mine.yaml"));
  assert.deepEqual(cause?.likelihoods, [
    { evidence: "vp.content", relation: "dependents", states: { changed: 0.6, default: 0.1 } },
    { evidence: "ch.dep", relation: "needs", states: { yes: 0.5 } },
  ]);
});

const refusals: readonly (readonly [what: string, edit: readonly [string, string], told: string, hint: RegExp])[] = [
  ["a key nobody knows", ["weight: 1", "wieght: 1"], "4:1 unknown-key", /weight/],
  ["a missing key", ["weight: 1\n", ""], "0:0 missing-key", /above 0/],
  ["a place that is none", ["at: app", "at: hots"], "3:5 unknown-choice", /host/],
  ["a layer that is none", ["layer: app", "layer: ap"], "2:8 unknown-choice", /app/],
  ["a weight out of range", ["weight: 1", "weight: 0"], "4:9 wrong-value", /above 0/],
  ["an id that is none", ["id: stale-cache", "id: Stale Cache"], "1:5 wrong-value", /lower-case/],
  ["an empty text", ["en: Watch the version. }", "en: '' }"], "9:33 wrong-value", /1 to 600/],
  ["a text in one language of two", ["ja: 版を監視します。, ", ""], "9:13 wrong-value", /ja:/],
  ["evidence that is none", ["^vp.content", "^vp.contnet"], "11:6 unknown-evidence", /vp\.content/],
  ["a state that is none", ["default=.1", "defalt=.1"], "11:28 unknown-state", /default/],
  ["the normal state", ["default=.1", "ok=.1"], "11:28 normal-state", /what is left/],
  ["a sum over one", ["default=.1", "default=.5"], "11:5 sum-over-one", /1 at most/],
  ["no probability", ["default=.1", "default=10%"], "11:36 bad-chance", /above 0/],
  ["a state without one", ["default=.1", "default"], "11:28 line-form", /state=probability/],
  ["a state written twice", ["default=.1", "changed=.1"], "11:28 state-twice", /once/],
  ["evidence written twice", ['"@ch.dep yes=.5"', "^vp.content alien=.1"], "12:5 evidence-twice", /once/],
  ["a line without quotes", ['"@ch.dep yes=.5"', "@ch.dep yes=.5"], "12:5 quote-needed", /whole line/],
  ["a star without quotes", ['"@ch.dep yes=.5"', "*vp.user many=.5"], "12:5 quote-needed", /whole line/],
  ["a chain to nowhere", ["slow-endpoint", "slow-endpont"], "14:3 unknown-cause", /slow-endpoint/],
  ["a chain to itself", ["slow-endpoint", "stale-cache"], "14:3 brings-itself", /take this line out/],
  ["a chance above one", ["slow-endpoint: .1", "slow-endpoint: 1.1"], "14:18 wrong-value", /up to 1/],
  ["a repair that is none", ["undo-change", "undo-changes"], "16:3 unknown-action", /undo-change/],
  ["a first step that deletes", ["版と時刻を確かめ", "版を削除し"], "6:22 forbidden", /while diagnosing/],
  ["a first step that restarts", ["See which", "Restart it and see which"], "6:37 forbidden", /while diagnosing/],
  ["the id of a shipped cause", ["stale-cache", "disk-full"], "1:5 shadows", /replaces: true/],
  ["replacing what is not there", ["weight: 1", "weight: 1\nreplaces: true"], "1:5 replaces-nothing", /replaces/],
  ["a key written twice", ["weight: 1", "weight: 1\nweight: 2"], "5:1 yaml-duplicate", /once|one/],
  ["a list that is not closed", ["weight: 1", "seeds: [a"], "5:1 yaml-indent", /spaces/],
  ["an alias", ["weight: 1", "weight: &w 1\nseeds: [*w]"], "5:9 alias", /begins with \*/],
];
for (const [what, [from, to], expected, hint] of refusals) {
  test(`a file with ${what} is refused at its place, and mends itself by its hint`, () => {
    assert.ok(good.includes(from), from);
    const problems = problemsOf({ "mine.yaml": good.replace(from, to) });
    assert.equal(problems[0] === undefined ? "" : told(problems[0]), `mine.yaml:${expected}`);
    assert.match(problems[0]?.hint.en ?? "", hint);
    for (const { message, hint: mend } of problems) {
      assert.match(`${message.ja}${mend.ja}`, /[\u3041-\u3093]/);
      assert.doesNotMatch(`${message.en}${mend.en}`, /[\u3041-\u3093]/);
    }
  });
}

test("a bad file leaves the others in force", () => {
  const folder = folderOf({ "bad.yaml": "id: [", "mine.yaml": good });
  const { catalogue, problems } = readCatalogue({ evidence: evidenceKinds, userFolder: folder });
  assert.equal(catalogue.causes.size, 51);
  assert.deepEqual([...new Set(problems.map(({ file }) => path.basename(file)))], ["bad.yaml"]);
});

test("one id in two files is refused in the second", () => {
  assert.deepEqual(problemsOf({ "a.yaml": good, "b.yaml": good }).map(told), ["b.yaml:1:5 taken-id"]);
});

test("a cause takes the place of a shipped one when it says so", () => {
  const folder = folderOf({
    "mine.yaml": good
      .replace("id: stale-cache", "id: slow-endpoint\nreplaces: true")
      .replace("  slow-endpoint: .1", "  db-slow: .1"),
  });
  const loaded = loadCatalogue({ evidence: evidenceKinds, userFolder: folder });
  assert.ok(loaded.ok);
  assert.equal(loaded.value.causes.size, 50);
  assert.equal(loaded.value.causes.get("slow-endpoint")?.title.en, "A stale cache is served");
});

test("evidence that only a replaced cause used is told", () => {
  const replacing = good.replace("id: stale-cache", "id: domain-expired\nreplaces: true");
  assert.deepEqual(problemsOf({ "mine.yaml": replacing }).map(told), ["vp.rdap:0:0 unused"]);
});

test("one text may stand for both languages, and a line may say why", () => {
  const single = good
    .replace(/title: .*/, "title: Stale cache")
    .replace('- "@ch.dep yes=.5"', '- sees: "@ch.dep yes=.5"\n    why: most often after a deployment');
  const loaded = loadCatalogue({ evidence: evidenceKinds, userFolder: folderOf({ "mine.yml": single }) });
  assert.ok(loaded.ok);
  const cause = loaded.value.causes.get("stale-cache");
  assert.deepEqual(cause?.title, { ja: "Stale cache", en: "Stale cache" });
  assert.equal(cause?.likelihoods[1]?.why?.en, "most often after a deployment");
});

test("what is no text file is refused without being read: devices, folders, foreign bytes, great and deep files", () => {
  const folder = folderOf({
    "big.yaml": `# ${"x".repeat(70_000)}\n${good}`,
    "bytes.yaml": new Uint8Array([0x69, 0x64, 0x3a, 0x20, 0x83, 0x41]),
    "control.yaml": good.replace("Renew the cache", '"Renew \\e[2J the cache').replace("cache. }", 'cache." }'),
    "deep.yaml": `a: ${"[".repeat(20_000)}`,
    "empty.yaml": "",
    ".hidden.yaml": "id: [",
    "notes.txt": "id: [",
  });
  fs.mkdirSync(path.join(folder, "folder.yaml"));
  fs.symlinkSync("/nowhere", path.join(folder, "lost.yaml"));
  fs.symlinkSync("/dev/zero", path.join(folder, "endless.yaml"));
  const { problems } = readCatalogue({ evidence: evidenceKinds, userFolder: folder });
  const codes = problems.map((problem) => told(problem).replace(/:\d+:\d+ /, " "));
  assert.deepEqual(codes.toSorted(), [
    "big.yaml too-large",
    "bytes.yaml not-utf8",
    "control.yaml wrong-value",
    "deep.yaml yaml-deep",
    "empty.yaml not-a-map",
    "endless.yaml not-a-file",
    "folder.yaml not-a-file",
    "lost.yaml unreadable",
  ]);
});

test("a file is examined beside the others without being counted twice", () => {
  const folder = folderOf({ "mine.yaml": good });
  const input = { evidence: evidenceKinds, userFolder: folder };
  const itself = path.join(folder, "mine.yaml");
  const same = examineCause(itself, input);
  assert.equal(same.ok && same.value.presentAs, itself);
  const other = path.join(folderOf({ "new.yaml": `${good}# another file\n` }), "new.yaml");
  const taken = examineCause(other, input);
  assert.deepEqual(taken.ok ? [] : taken.error.map(told), ["new.yaml:1:5 taken-id"]);
});

test("without a folder there are the shipped causes and no problem", () => {
  const { catalogue, problems } = readCatalogue({ evidence: evidenceKinds, userFolder: path.join(root, "none") });
  assert.deepEqual([catalogue.causes.size, problems], [50, []]);
});
