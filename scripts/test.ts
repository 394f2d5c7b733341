// `scripts/test.ts unit|contract|integration|scenarios [PART-OF-A-NAME…]`: unit in this process, the others one process a file.
import fs from "node:fs";
import path from "node:path";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { pathToFileURL } from "node:url";
import { compiledFile } from "../test/doubles/program.ts";
import { compileTests } from "./test-compile.ts";

const roots: Record<string, readonly string[]> = {
  unit: ["src", "test/architecture"],
  contract: ["test/contract"],
  integration: ["test/integration"],
  scenarios: ["test/scenarios"],
};

function testFiles(kind: string): string[] {
  return (roots[kind] ?? [])
    .filter((root) => fs.existsSync(root))
    .flatMap((root) =>
      fs
        .readdirSync(root, { recursive: true, encoding: "utf8" })
        .filter((name) => /\.test\.tsx?$/.test(name))
        .map((name) => path.resolve(root, name)),
    )
    .sort();
}

const kind = process.argv[2] ?? "unit";
const only = process.argv.slice(3);
const files = testFiles(kind).filter((file) => only.length === 0 || only.some((part) => file.includes(part)));
if (files.length === 0) throw new Error(`no ${kind} test found`);

if (kind === "unit") {
  // unref: fires only while a test keeps the loop alive
  setTimeout(() => {
    process.stderr.write(`tests ended but the process did not; open: ${process.getActiveResourcesInfo().join(" ")}\n`);
    process.exit(1);
  }, 180_000).unref();
  for (const file of files) await import(pathToFileURL(file).href);
} else {
  await runFiles(files);
}

/** A test file as it is written, and as its process runs it. */
interface TestFile {
  readonly source: string;
  readonly compiled: string;
}

/**
 * Two files at a time. One that failed beside others is tried once more by itself, for two cores shared by many servers
 * can be too slow for a test's patience; what needed that is named at the end, and what fails twice has failed.
 */
async function runFiles(all: readonly string[]): Promise<void> {
  const folder = await compileTests(all);
  // the processes of the tests inherit both: they run what is compiled, without a TypeScript loader
  process.execArgv = ["--enable-source-maps"];
  process.env["KOBOSHI_TEST_COMPILED"] = folder;
  const tests = all.map((source) => ({ source, compiled: compiledFile(folder, source) }));
  const failed = await failing(tests, 2);
  const again = failed.length === 0 ? failed : await failing(failed, 1);
  for (const each of failed) {
    const word = again.includes(each) ? "failed twice" : "failed beside others, passed by itself";
    process.stderr.write(`${word}: ${path.relative(process.cwd(), each.source)}\n`);
  }
  if (again.length > 0) process.exitCode = 1;
}

/** @returns the files in which something failed; all of them when a failure does not say where it was */
async function failing(which: readonly TestFile[], concurrency: number): Promise<readonly TestFile[]> {
  const failed = new Set<TestFile>();
  const stream = run({ files: which.map(({ compiled }) => compiled), concurrency, timeout: 600_000 });
  stream.on("test:fail", ({ file, name }) => {
    // by a source map a failure may be the source's, and a whole file's bears its path as its name
    const places = new Set([file ?? "", name].map((place) => path.resolve(place)));
    const those = which.filter(({ source, compiled }) => places.has(source) || places.has(compiled));
    for (const each of those.length === 0 ? which : those) failed.add(each);
  });
  const printed = stream.compose(new spec());
  printed.pipe(process.stdout, { end: false });
  await finished(printed);
  return which.filter((each) => failed.has(each));
}
