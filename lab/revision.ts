import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** The folders whose text decides what a run measures. */
const tried = ["src", "lab/company"];

/** The commit; with changes that are not committed, or without a repository, also a hash of the code as it lies there. */
export function revisionOf(root: string): string {
  const commit = git(root, ["rev-parse", "--short=12", "HEAD"]);
  const changes = git(root, ["status", "--porcelain", "--", ...tried]);
  if (commit !== null && changes === "") return commit;
  const hash = createHash("sha256");
  for (const folder of tried) addFolder(hash, path.join(root, folder));
  return `${commit ?? "no-commit"}+${hash.digest("hex").slice(0, 8)}`;
}

function git(root: string, words: readonly string[]): string | null {
  try {
    return execFileSync("git", words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
}

function addFolder(hash: ReturnType<typeof createHash>, folder: string): void {
  if (!fs.existsSync(folder)) return;
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  for (const name of names) {
    const file = path.join(folder, name);
    if (fs.statSync(file).isFile()) hash.update(name).update(fs.readFileSync(file));
  }
}
