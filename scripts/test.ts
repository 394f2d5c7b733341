// `scripts/test.ts unit|contract|integration|scenarios`: unit in this process, the others one process a file.
import fs from "node:fs";
import path from "node:path";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { pathToFileURL } from "node:url";

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

/**
 * Two files at a time. One that failed beside others is tried once more by itself, for two cores shared by many servers
 * can be too slow for a test's patience; what needed that is named at the end, and what fails twice has failed.
 */
async function runFiles(all: readonly string[]): Promise<void> {
  const failed = await failing(all, 2);
  const again = failed.size === 0 ? failed : await failing([...failed], 1);
  for (const file of failed) {
    const word = again.has(file) ? "failed twice" : "failed beside others, passed by itself";
    process.stderr.write(`${word}: ${path.relative(process.cwd(), file)}\n`);
  }
  if (again.size > 0) process.exitCode = 1;
}

/** @returns the files in which something failed */
async function failing(which: readonly string[], concurrency: number): Promise<ReadonlySet<string>> {
  const failed = new Set<string>();
  const stream = run({ files: [...which], concurrency, timeout: 600_000 });
  stream.on("test:fail", ({ file, name }) => {
    for (const each of which) if (each === file || each === name) failed.add(each);
    if (file === undefined && !which.includes(name)) for (const each of which) failed.add(each);
  });
  const printed = stream.compose(new spec());
  printed.pipe(process.stdout, { end: false });
  await finished(printed);
  return failed;
}
