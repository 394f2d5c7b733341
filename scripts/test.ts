// `scripts/test.ts unit|contract|integration|scenarios`: unit in this process, the others one process a file.
import fs from "node:fs";
import path from "node:path";
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
  const stream = run({ files, concurrency: 2, timeout: 600_000 });
  stream.on("test:fail", () => {
    process.exitCode = 1;
  });
  stream.compose(new spec()).pipe(process.stdout);
}
