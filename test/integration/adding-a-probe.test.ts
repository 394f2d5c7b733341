import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";

// A copy of the source into which a probe is added as CONTRIBUTING says: its file, its place in the registry, its test.
const copy = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-probe-"));
for (const name of [
  "src",
  "scripts",
  "test",
  "bench",
  "lab",
  "package.json",
  "tsconfig.json",
  "docs/reference",
  "schema",
]) {
  fs.cpSync(name, path.join(copy, name), { recursive: true });
}
fs.symlinkSync(path.resolve("node_modules"), path.join(copy, "node_modules"));
after(() => fs.rmSync(copy, { recursive: true, force: true }));

const probe = `import { z } from "zod";
import { key } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";

const schema = z.strictObject({ dummy: key(z.string().min(1), { ja: "対象", en: "the target" }) });

export const dummy = defineProbe({
  kind: "dummy",
  summary: { ja: "試しのプローブ", en: "a probe to try with" },
  schema,
  urlSchemes: ["dummy"],
  fromUrl: (url) => ({ dummy: url.hostname.replace(/[[\\]]/g, "") }),
  target: (spec) => spec.dummy,
  hosts: (spec) => [spec.dummy],
  run: (spec) =>
    Promise.resolve({ outcome: "up", layer: null, timings: { totalMs: 1 }, address: null, facts: { said: spec.dummy }, error: null }),
});
`;
const registry = path.join(copy, "src/observe/probes/index.ts");

function run(...words: readonly string[]): { code: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", ...words], {
    cwd: copy,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], KOBOSHI_LANG: "en" },
  });
  return { code: status, out: stdout + stderr };
}

test("a probe's file without its place in the registry fails the registry's test", () => {
  fs.writeFileSync(path.join(copy, "src/observe/probes/dummy.ts"), probe);
  const { code, out } = run("--test-reporter=spec", "test/contract/probes/registry.test.ts");
  assert.equal(code, 1);
  assert.match(out, /✖ every probe file is registered/);
});

test("registered, it is known to the configuration, the command line and the reference; nothing else was touched", () => {
  const text = fs.readFileSync(registry, "utf8");
  fs.writeFileSync(registry, `import { dummy } from "./dummy.ts";\n${text.replace(/= \[\s*/, "= [dummy, ")}`);
  assert.equal(run("--test-reporter=spec", "test/contract/probes/registry.test.ts").code, 0);
  const checked = run("src/cli/main.ts", "check", "dummy://anything", "--json");
  assert.equal(checked.code, 0, checked.out);
  assert.match(checked.out, /"kind":"dummy"/);
  fs.writeFileSync(
    path.join(copy, "koboshi.yml"),
    "version: 1\nservices: { x: { checks: [{ dummy: anything, every: 30s }] } }\n",
  );
  assert.equal(run("src/cli/main.ts", "config", "check", "koboshi.yml").code, 0);
  assert.equal(run("scripts/reference.ts").code, 0);
  assert.ok(fs.readFileSync(path.join(copy, "docs/reference/config.en.md"), "utf8").includes("a probe to try with"));
  assert.match(fs.readFileSync(path.join(copy, "schema/koboshi.schema.json"), "utf8"), /"dummy"/);
  execFileSync("npx", ["tsc", "--noEmit", "-p", "tsconfig.json"], { cwd: copy, stdio: "pipe" });
});
