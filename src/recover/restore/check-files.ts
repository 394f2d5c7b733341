import type { Workplace } from "../workplace/workplace.ts";
import { safeText } from "../../clients/safe-text.ts";
import type { FileEntry } from "./ports.ts";
import { relinkScript } from "./scripts.ts";
import { shownPath, type FileUnit } from "./units.ts";

export interface FilesChecked {
  /** compared by their sums */
  readonly compared: number;
  /** what is not as the manifest says, for people; empty: all is well */
  readonly differs: string;
}

const batch = 5_000;
const namedAtMost = 5;
const longMs = 86_400_000;

/**
 * Compares what lies in `stage` with the manifest: how many files and how many bytes there are, and the content of every
 * file whose sum the manifest holds. What changed while it was copied is only counted.
 */
export async function checkFiles(
  workplace: Workplace,
  { entries, paths }: FileUnit,
  stage: string,
): Promise<FilesChecked> {
  if (entries === null) return { compared: 0, differs: await anyOf(workplace, stage, paths) };
  const counted = await countFiles(workplace, stage, entries);
  if (counted !== "") return { compared: 0, differs: counted };
  const sample = entries.filter(({ type, sha256, isLive }) => type === "file" && sha256 !== null && !isLive);
  const differs: string[] = [];
  for (let from = 0; from < sample.length; from += batch)
    differs.push(...(await compare(workplace, stage, sample.slice(from, from + batch))));
  await digHoles(workplace, stage, entries);
  differs.push(...(await mendLinks(workplace, stage, entries)));
  const named = differs.slice(0, namedAtMost).join(", ");
  return { compared: sample.length, differs: differs.length > namedAtMost ? `${named} … (${differs.length})` : named };
}

/** Without a manifest restic's own check of every file is all there is; at least something must have come. */
async function anyOf(workplace: Workplace, stage: string, paths: readonly string[]): Promise<string> {
  const input = Buffer.from(paths.map((path) => `${path}\0`).join(""), "latin1");
  const script = 'for p do [ -e "$S$p" ] || [ -L "$S$p" ] || exit 1; done';
  const said = await workplace.run({ argv: ["xargs", "-0", "sh", "-c", script, "sh"], env: { S: stage } }, { input });
  return said.code === 0 ? "" : paths.map(shownPath).join(", ");
}

async function countFiles(workplace: Workplace, stage: string, entries: readonly FileEntry[]): Promise<string> {
  const script = String.raw`find "$1" -type f -printf '%s\n' | awk '{ n += 1; s += $1 } END { printf "%d %.0f", n, s }'`;
  const said = await workplace.run({ argv: ["sh", "-c", script, "sh", stage] }, { timeoutMs: longMs });
  const [files, bytes] = said.stdout.split(" ").map(Number);
  const expected = entries.filter(({ type }) => type === "file");
  const settled = expected.every(({ isLive }) => !isLive);
  const expectedBytes = expected.reduce((sum, entry) => sum + entry.bytes, 0);
  if (said.code !== 0) return safeText(said.stderr, []);
  // a file that changed meanwhile may as well have come or gone
  if (
    settled
      ? files === expected.length && bytes === expectedBytes
      : (files ?? 0) >= expected.filter(({ isLive }) => !isLive).length
  )
    return "";
  return `${files ?? 0}/${expected.length} files, ${bytes ?? 0}/${expectedBytes} bytes`;
}

async function compare(workplace: Workplace, stage: string, sample: readonly FileEntry[]): Promise<readonly string[]> {
  const said = await workplace.run(
    { argv: ["xargs", "-0", "sha256sum", "-z", "--"], cwd: stage, env: { LC_ALL: "C" } },
    { input: pathList(sample), timeoutMs: longMs },
  );
  const sums = said.stdout.split("\0").map((line) => line.slice(0, 64));
  // one that cannot be read has no line: then nobody knows whose the others are
  if (sums.length !== sample.length + 1) return [safeText(said.stderr, [])];
  return sample.filter(({ sha256 }, index) => sums[index] !== sha256).map(({ path }) => shownPath(path));
}

/** Gives back the space of holes that an old restic wrote out; the content stays the same. */
async function digHoles(workplace: Workplace, stage: string, entries: readonly FileEntry[]): Promise<void> {
  const sparse = entries.filter(({ isSparse, type }) => isSparse && type === "file");
  if (sparse.length === 0) return;
  // where the file system or the program cannot, the file merely takes more space
  const script = 'for f do t=$(stat -c %y -- "$f"); fallocate --dig-holes "$f"; touch -d "$t" -- "$f"; done';
  await workplace.run(
    { argv: ["xargs", "-0", "sh", "-c", script, "sh"], cwd: stage },
    { input: pathList(sparse), timeoutMs: longMs },
  );
}

/** Points links to the bytes they held: an older restic keeps targets as UTF-8, and loses the bytes of any other. */
async function mendLinks(
  workplace: Workplace,
  stage: string,
  entries: readonly FileEntry[],
): Promise<readonly string[]> {
  const links = entries.filter(({ linkTarget }) => linkTarget !== undefined);
  if (links.length === 0) return [];
  const input = Buffer.from(links.map(({ path, linkTarget }) => `.${path}\0${linkTarget}\0`).join(""), "latin1");
  const said = await workplace.run(
    { argv: ["xargs", "-0", "-n", "2", "sh", "-c", relinkScript, "sh"], cwd: stage, env: { LC_ALL: "C" } },
    { input, timeoutMs: longMs },
  );
  return said.code === 0 ? [] : [safeText(said.stderr, []) || links.map(({ path }) => shownPath(path)).join(", ")];
}

function pathList(entries: readonly FileEntry[]): Buffer {
  return Buffer.from(entries.map(({ path }) => `.${path}\0`).join(""), "latin1");
}
