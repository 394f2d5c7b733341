import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { programWords } from "../doubles/program.ts";
import type { PlainRestic } from "../doubles/recover-plain-restic.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RestoreCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stderr(): string;
}

/** Starts `koboshi backup restore` in a process of its own. */
export function restoreCommand(words: readonly string[], env: Readonly<Record<string, string>> = {}): RestoreCommand {
  const program = [...programWords("test/doubles/recover-restore-program.ts"), "backup", "restore"];
  const child = spawn(process.execPath, [...program, ...words], {
    env: { ...process.env, KOBOSHI_LANG: "en", ...env },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end();
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  return { child, ended, stderr: () => stderr };
}

/** Folders `a`, `b` … with files of random bytes, as large as said in all. */
export function fillFolders(root: string, folders: number, bytes: number): void {
  for (let index = 0; index < folders; index++) {
    const folder = path.join(root, `part${index}`);
    fs.mkdirSync(folder, { recursive: true });
    for (let file = 0; file < 4; file++)
      fs.writeFileSync(path.join(folder, `f${file}`), randomBytes(bytes / folders / 4));
  }
}

/** Sum of names and contents below a folder. */
export function sumOf(root: string): string {
  const script = "find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum";
  return execFileSync("sh", ["-c", script], { cwd: root, encoding: "utf8" });
}

/** A configuration with one plan, `shop-data`, of which copies lie in this repository. */
export function writePlan(
  restic: PlainRestic,
  wanted: { readonly paths: readonly string[]; readonly down?: string; readonly repo?: string },
): string {
  const file = path.join(restic.folder, "koboshi.yml");
  const limits = wanted.down === undefined ? "" : `\n    limits: { down: ${wanted.down} }`;
  fs.writeFileSync(
    file,
    `version: 1
people: { me: you@example.jp }
places: { office: { provider: own } }
hosts: { web1: { address: 127.0.0.1 } }
vantages: [{ name: here, at: office }]
services: { www: https://www.example.jp }
backups:
  shop-data:
    of: { host: web1, paths: ${JSON.stringify(wanted.paths)} }
    with: restic
    password: "\${file:${restic.passwordFile}}"
    to: [{ at: office, repo: ${JSON.stringify(wanted.repo ?? restic.repo)} }]${limits}
`,
    { mode: 0o600 },
  );
  return file;
}
