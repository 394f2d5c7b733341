import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

const stages = ["observe", "detect", "diagnose", "respond", "inform", "recover", "prevent"];
const floors = [
  ["kernel"],
  ["clients", "storage", "words"],
  ["readers", "render", "hands"],
  stages,
  ["config"],
  ["api"],
  ["web"],
  ["app"],
  ["cli", "agent"],
];
const namesByDoor = 12;
const floorOf = new Map(floors.flatMap((folders, floor) => folders.map((folder) => [folder, floor] as const)));
const importPath = /^\s*(?:import|export)\b(?:[^"';]*?\bfrom)?\s*["'](\.[^"']+)["']|\bimport\(\s*["'](\.[^"']+)["']/gm;

function sourcesBelow(root: string): Map<string, string> {
  const names = fs.readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  return new Map(names.map((name) => [name, fs.readFileSync(path.join(root, name), "utf8")]));
}

/** A test file may also use the doubles and fixtures of test/. */
function allowed(file: string, target: string): boolean {
  if (/\.test\.tsx?$/.test(file) && target.startsWith("../test/")) return true;
  const [from = "", to = ""] = [file, target].map((name) => name.split("/")[0]);
  if (from === to) return true;
  const lower = (floorOf.get(to) ?? Infinity) < (floorOf.get(from) ?? -Infinity);
  return lower && (!stages.includes(to) || target === `${to}/index.ts`);
}

/** @param sources path below src -> text */
function violations(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].flatMap(([file, text]) =>
    [...text.matchAll(importPath)]
      .map(([, fixed, lazy]) => path.posix.join(path.posix.dirname(file), fixed ?? lazy ?? ""))
      .filter((target) => !allowed(file, target))
      .map((target) => `${file} -> ${target}`),
  );
}

/** What a stage's door lets through: the names of its export lists. */
function doorNames(text: string): string[] {
  return [...text.matchAll(/export\s+(?:type\s+)?\{([^}]*)\}/g)]
    .flatMap(([, list]) => (list ?? "").split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

test("src imports only downward and through the door", () => {
  const sources = sourcesBelow("src");
  assert.ok(sources.size > 5);
  assert.deepEqual(violations(sources), []);
});

test("every folder of src stands on a floor", () => {
  const folders = fs.readdirSync("src", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(
    folders.map((entry) => entry.name).filter((name) => !floorOf.has(name)),
    [],
  );
});

test(`a stage's door lets at most ${namesByDoor} names through, each named`, () => {
  for (const stage of stages.filter((name) => fs.existsSync(`src/${name}`))) {
    const text = fs.readFileSync(`src/${stage}/index.ts`, "utf8");
    assert.ok(!/export\s+\*/.test(text), `${stage}/index.ts exports *`);
    const names = doorNames(text);
    assert.ok(names.length <= namesByDoor, `${stage}/index.ts exports ${names.length} names: ${names.join(", ")}`);
  }
});

const planted: readonly (readonly [string, string, string])[] = [
  ["upward", "kernel/a.ts", `import { x } from "../observe/index.ts";`],
  ["neighbour", "observe/a.ts", `import { x } from "../detect/index.ts";`],
  ["past the door", "web/a.ts", `import { x } from "../observe/probes/tcp.ts";`],
  ["lazy", "clients/a.ts", `await import("../app/main.ts");`],
  ["type only", "kernel/a.ts", `import type { X } from "../web/server.ts";`],
  ["re-export", "kernel/a.ts", `export * from "../web/server.ts";`],
  ["side effect", "kernel/a.ts", `import "../web/server.ts";`],
  ["multi-line", "kernel/a.ts", `import {\n  x,\n  y,\n} from "../web/server.ts";`],
  ["unknown folder", "utils/a.ts", `import { x } from "../kernel/streak.ts";`],
  ["typeof import", "kernel/a.ts", `type X = typeof import("../web/server.ts");`],
  ["a double outside a test", "respond/a.ts", `import { x } from "../../test/doubles/x.ts";`],
  ["a test that climbs", "kernel/a.test.ts", `import { x } from "../respond/index.ts";`],
];
for (const [name, file, text] of planted) {
  test(`planted violation is caught: ${name}`, () => {
    assert.equal(violations(new Map([[file, text]])).length, 1);
  });
}
