import fs from "node:fs";
import path from "node:path";

/** Only one lab at a time: namespaces and rules are the machine's. @returns the living owner's pid, or null when it is ours now */
export function takeLock(file: string): number | null {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const owner = Number.parseInt(fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "", 10);
  if (Number.isInteger(owner) && owner !== process.pid && isLab(owner)) return owner;
  fs.writeFileSync(file, `${process.pid}\n`);
  return null;
}

export function leaveLock(file: string): void {
  fs.rmSync(file, { force: true });
}

/** A number may have gone to another program since. */
function isLab(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("lab/run");
  } catch {
    return false;
  }
}
