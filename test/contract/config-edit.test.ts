import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { parseYaml } from "../../src/config/parse.ts";
import { editConfig, type Edit } from "../../src/config/edit/edit.ts";
import { changed, type Plain } from "../../src/config/edit/value.ts";

const example = fs.readFileSync("test/fixtures/config/koboshi.yml", "utf8");
type Path = (string | number)[];

function pathsOf(value: unknown, at: Path = []): { path: Path; leaf: boolean; list: boolean }[] {
  if (typeof value !== "object" || value === null) return [{ path: at, leaf: true, list: false }];
  const names = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const own = at.length === 0 ? [] : [{ path: at, leaf: false, list: Array.isArray(value) }];
  return [
    ...own,
    ...names.flatMap((name) => pathsOf((value as Record<string | number, unknown>)[name], [...at, name])),
  ];
}

const values = parseYaml(example).value;
const entries = pathsOf(values);
const leaves = entries.filter(({ leaf }) => leaf).map(({ path }) => path);
const scalar: fc.Arbitrary<string | number | boolean> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.constantFrom(
    "30s",
    "85%",
    "true",
    "null",
    "~",
    "- x",
    "a: b",
    "a #b",
    "it's",
    'say "x"',
    "*a",
    "&a",
    "!x",
    "|",
    "",
    " ",
    "012",
    "1e3",
    "{",
    "],",
    "改\n行",
    "\t",
    "\u0000",
    "${env:X}",
    "---",
    "<<",
  ),
  fc.integer(),
  fc.boolean(),
);
const plain: fc.Arbitrary<Plain> = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), tie("value"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).value;

function edited(text: string, ...edits: Edit[]): string {
  const done = editConfig(text, edits);
  assert.ok(done.ok, done.ok ? "" : `${done.error.problem} ${JSON.stringify(edits)}`);
  return done.value;
}

/** Every line of `fewer` stands in `more`, in the same order. */
function isSubsequence(fewer: readonly string[], more: readonly string[]): boolean {
  let at = 0;
  for (const line of more) if (line === fewer[at]) at++;
  return at === fewer.length;
}

test("one changed value changes one line and nothing else", () => {
  fc.assert(
    fc.property(fc.constantFrom(...leaves), scalar, (path, value) => {
      const after = edited(example, { op: "set", path, value });
      const wanted = changed(values, { op: "set", path, value });
      assert.ok(wanted.ok);
      assert.deepEqual(parseYaml(after).value, wanted.value);
      const [old, fresh] = [example.split("\n"), after.split("\n")];
      assert.equal(fresh.length, old.length);
      const different = old.flatMap((line, index) => (line === fresh[index] ? [] : [index]));
      const was = leafAt(path);
      assert.equal(different.length, was === value ? 0 : 1, JSON.stringify([path, value]));
    }),
    { numRuns: 100 },
  );
});

function leafAt(path: Path): unknown {
  let here: unknown = values;
  for (const name of path) here = (here as Record<string | number, unknown>)[name];
  return here;
}

test("with Windows line ends and a byte order mark, every other byte stays as well", () => {
  const windows = `\uFEFF${example.replaceAll("\n", "\r\n")}`;
  fc.assert(
    fc.property(fc.constantFrom(...leaves), scalar, (path, value) => {
      const after = edited(windows, { op: "set", path, value });
      assert.equal(after.replaceAll("\r\n", "\n").slice(1), edited(example, { op: "set", path, value }));
      assert.ok(!/[^\r]\n/.test(after));
    }),
    { numRuns: 30 },
  );
});

test("what is removed takes its own lines along and leaves the others as they are", () => {
  for (const { path } of entries) {
    const done = editConfig(example, [{ op: "remove", path }]);
    if (!done.ok) {
      assert.fail(`${path.join(".")}: ${done.error.problem}`);
    }
    const kept = done.value.split("\n").filter((line) => example.split("\n").includes(line));
    assert.ok(isSubsequence(kept, example.split("\n")));
    assert.ok(done.value.split("\n").length - kept.length <= 2, path.join("."));
  }
});

test("a new entry is new lines; every old line stays", () => {
  const holders = entries.filter(({ leaf, list }) => !leaf && !list).map(({ path }) => path);
  fc.assert(
    fc.property(fc.constantFrom([] as Path, ...holders), plain, (path, value) => {
      const after = edited(example, { op: "set", path: [...path, "zz-new"], value });
      const wanted = changed(values, { op: "set", path: [...path, "zz-new"], value });
      assert.deepEqual(parseYaml(after).value, wanted.ok ? wanted.value : null);
      const [old, fresh] = [example.split("\n"), after.split("\n")];
      assert.ok(old.filter((line) => !fresh.includes(line)).length <= 1);
    }),
    { numRuns: 80 },
  );
});

test("a list takes one more item, in the way its neighbours are written", () => {
  const lists = entries.filter(({ list }) => list).map(({ path }) => path);
  fc.assert(
    fc.property(fc.constantFrom(...lists), plain, (path, value) => {
      const after = edited(example, { op: "add", path, value });
      const wanted = changed(values, { op: "add", path, value });
      assert.deepEqual(parseYaml(after).value, wanted.ok ? wanted.value : null);
    }),
    { numRuns: 60 },
  );
  const to = edited(example, { op: "add", path: ["backups", "shop-data", "to"], value: { at: "home", repo: "/b" } });
  assert.ok(to.includes("\n      - { at: home, repo: /b }\n"));
  const checks = edited(example, {
    op: "add",
    path: ["services", "shop", "checks"],
    value: { tcp: "web1:80", every: "30s" },
  });
  assert.ok(checks.includes("\n      - tcp: web1:80\n        every: 30s\n"), checks.slice(900, 1600));
});

test("a whole entry is replaced in its place", () => {
  fc.assert(
    fc.property(fc.constantFrom(...entries.map(({ path }) => path)), plain, (path, value) => {
      const after = edited(example, { op: "set", path, value });
      const wanted = changed(values, { op: "set", path, value });
      assert.deepEqual(parseYaml(after).value, wanted.ok ? wanted.value : null);
    }),
    { numRuns: 80 },
  );
});

const table: readonly (readonly [name: string, before: string, edit: Edit, after: string])[] = [
  ["quotes stay as they were", `a: "x"\nb: 'y'\n`, { op: "set", path: ["b"], value: "z" }, `a: "x"\nb: 'z'\n`],
  ["a comment behind the value stays", "a: 30s   # why\n", { op: "set", path: ["a"], value: "1m" }, "a: 1m   # why\n"],
  ["an anchor's name stays", "a: &x { b: 1 }\n", { op: "set", path: ["a", "b"], value: 2 }, "a: &x { b: 2 }\n"],
  ["an alias gives way to a value", "a: &x 1\nb: *x\n", { op: "set", path: ["b"], value: 2 }, "a: &x 1\nb: 2\n"],
  ["a number stays text where a text was meant", "a: 'x'\n", { op: "set", path: ["a"], value: "1" }, "a: '1'\n"],
  ["an empty key is filled", "a:\nb: 1\n", { op: "set", path: ["a", "c"], value: 1 }, "a:\n  c: 1\nb: 1\n"],
  [
    "an empty key with a comment is filled below it",
    "a:   # x\nb: 1\n",
    { op: "set", path: ["a", "c"], value: 1 },
    "a:   # x\n  c: 1\nb: 1\n",
  ],
  [
    "a missing section is made",
    "version: 1",
    { op: "set", path: ["services", "www"], value: "https://a.example" },
    "version: 1\nservices:\n  www: https://a.example",
  ],
  ["the last entry leaves an empty map", "a:\n  b: 1\nc: 2\n", { op: "remove", path: ["a", "b"] }, "a: {}\nc: 2\n"],
  ["the last item leaves an empty list", "a:\n  - b\n", { op: "remove", path: ["a", 0] }, "a: []\n"],
  [
    "beside a dash the next key moves up",
    "a:\n  - b: 1\n    c: 2\n",
    { op: "remove", path: ["a", 0, "b"] },
    "a:\n  - c: 2\n",
  ],
  [
    "lists at the key's own indentation go on there",
    "a:\n- b\n",
    { op: "add", path: ["a"], value: "c" },
    "a:\n- b\n- c\n",
  ],
  ["a comma at the end is used", "a: [\n  b,\n]\n", { op: "add", path: ["a"], value: "c" }, "a: [\n  b, c\n]\n"],
  ["an empty map in braces is filled", "a: {}\n", { op: "set", path: ["a", "b"], value: 1 }, "a: { b: 1 }\n"],
  [
    "a short form becomes a long one",
    "s: { w: https://a }\n",
    { op: "set", path: ["s", "w"], value: { checks: ["https://a"] } },
    "s: { w: { checks: [https://a] } }\n",
  ],
  [
    "a text over several lines becomes one",
    "a: |\n  x\n  y\nb: 1\n",
    { op: "set", path: ["a"], value: "z" },
    "a: z\nb: 1\n",
  ],
  [
    "a merged entry is overridden, not changed",
    "a: &x\n  b: 1\nc:\n  <<: *x\n",
    { op: "set", path: ["c", "b"], value: 2 },
    "a: &x\n  b: 1\nc:\n  <<: *x\n  b: 2\n",
  ],
  ["nothing changes when it is so already", "a:   1\n", { op: "set", path: ["a"], value: 1 }, "a:   1\n"],
];
for (const [name, before, edit, after] of table) {
  test(name, () => assert.equal(edited(before, edit), after));
}

const refusals: readonly (readonly [name: string, text: string, edit: Edit, problem: string])[] = [
  ["what others share by an anchor", "a: &x { b: 1 }\nc: *x\n", { op: "set", path: ["a", "b"], value: 2 }, "differs"],
  ["what came by an alias", "a: &x { b: 1 }\nc: *x\n", { op: "set", path: ["c", "b"], value: 2 }, "shared"],
  ["what came by a merge", "a: &x { b: 1 }\nc: { <<: *x }\n", { op: "remove", path: ["c", "b"] }, "shared"],
  ["an entry inside a text", "a: x\n", { op: "set", path: ["a", "b"], value: 1 }, "not-a-holder"],
  ["what is not there", "a: x\n", { op: "remove", path: ["b"] }, "not-found"],
  ["an item far behind the end", "a: [x]\n", { op: "set", path: ["a", 5], value: 1 }, "not-found"],
  ["the only entry of the file", "a: x\n", { op: "remove", path: ["a"] }, "last-entry"],
  ["a text that is no YAML", "a: [\n", { op: "set", path: ["a"], value: 1 }, "unreadable"],
];
for (const [name, text, edit, problem] of refusals) {
  test(`refused, with the text as it was: ${name}`, () => {
    const done = editConfig(text, [edit]);
    assert.equal(done.ok ? "done" : done.error.problem, problem);
  });
}
