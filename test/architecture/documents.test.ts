import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

const read = (file: string): string => fs.readFileSync(file, "utf8");
const manifest = JSON.parse(read("package.json")) as Record<
  "dependencies" | "devDependencies" | "scripts",
  Record<string, string>
>;

test("every noun of the kernel stands in the glossary, in both languages", () => {
  const glossary = read("docs/glossary.md");
  const nouns = fs.readdirSync("src/kernel/model").map((file) => path.basename(file, ".ts"));
  for (const noun of nouns) assert.match(glossary, new RegExp(`^\\| ${noun} +\\| [^|]+ \\| [^|]+ \\|$`, "m"), noun);
});

test("every dependency has its reason, and no reason outlives its dependency", () => {
  const listed = [...read("docs/dependencies.md").matchAll(/^\| ([^|]+) \|/gm)]
    .flatMap(([, names]) => (names ?? "").split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "package" && !/^-+$/.test(name) && name !== "@types/*");
  const installed = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
  assert.deepEqual(listed.toSorted(), installed.filter((name) => !name.startsWith("@types/")).toSorted());
});

test("versions are exact, so that every machine installs the same", () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
  }
});

const documents = ["README.md", "README.ja.md", "CONTRIBUTING.md", "SECURITY.md", "docs/dependencies.md"].concat(
  ["guide.en", "guide.ja", "shows/show.en", "shows/show.ja"].map((name) => `docs/${name}.md`),
  fs.readdirSync("docs/adr").map((name) => `docs/adr/${name}`),
);
for (const document of documents) {
  test(`${document}: what it links to or names as a path exists, and its commands are commands`, () => {
    const text = read(document);
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)]
      .concat([...text.matchAll(/<img src="([^"]+)"/g)])
      .map(([, target]) => target ?? "")
      .filter((target) => !/^https?:/.test(target));
    for (const target of links)
      assert.ok(fs.existsSync(path.join(path.dirname(document), target)), `${document} -> ${target}`);
    const paths = [...text.matchAll(/`((?:src|test|docs|scripts|bench)\/[\w./-]+)`/g)].map(([, name]) => name ?? "");
    for (const name of paths.filter((one) => !one.includes("NAME")))
      assert.ok(fs.existsSync(name), `${document} names ${name}`);
    for (const [, script] of text.matchAll(/npm run ([\w:]+)/g))
      assert.ok(script !== undefined && script in manifest.scripts, script);
  });
}
