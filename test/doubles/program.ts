import fs from "node:fs";
import path from "node:path";

/** Where a source of this repository lies compiled below `folder`. */
export function compiledFile(folder: string, source: string): string {
  return path.join(folder, path.relative(process.cwd(), path.resolve(source)).replace(/\.tsx?$/, ".mjs"));
}

/** What Node is given to run a program of the sources: what the test run compiled of it, else the source and its loader. */
export function programWords(source: string): readonly string[] {
  const folder = process.env["KOBOSHI_TEST_COMPILED"];
  const compiled = folder === undefined ? undefined : compiledFile(folder, source);
  if (compiled !== undefined && fs.existsSync(compiled)) return ["--enable-source-maps", compiled];
  return ["--import", "tsx", path.resolve(source)];
}
