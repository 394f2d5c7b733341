import type { Command, Running } from "./workplace.ts";
import { collect } from "./run.ts";

/**
 * Writes what comes as one line of base64 into a file only its owner may read, in memory where there is a folder for that,
 * says where, and takes it away when its input ends: also when whoever asked for it was killed.
 */
const script = [
  "umask 077",
  "IFS= read -r secret || exit 1",
  'for base in /dev/shm /run "${TMPDIR:-/tmp}"; do',
  '  folder=$(mktemp -d "$base/koboshi-secret-XXXXXXXX" 2>/dev/null) && break',
  "done",
  '[ -n "$folder" ] || exit 1',
  "trap 'rm -rf \"$folder\"' EXIT",
  "trap 'exit 143' HUP INT TERM",
  'printf %s "$secret" | base64 -d >"$folder/secret" || exit 1',
  "unset secret",
  "printf '%s\\n' \"$folder/secret\"",
  "cat >/dev/null",
].join("\n");

export interface SecretFile {
  readonly path: string;
  remove(): Promise<void>;
}

/** Where `start` runs programs. The file is gone when `remove` has resolved. */
export async function putSecretBy(start: (command: Command) => Running, text: string): Promise<SecretFile> {
  const holder = start({ argv: ["sh", "-c", script] });
  const stderr = collect(holder.stderr, 4_096);
  holder.stdin.write(`${Buffer.from(text, "utf8").toString("base64")}\n`);
  const path = await firstLine(holder);
  if (path === null) {
    holder.stdin.end();
    await holder.ended;
    throw new Error(`a file for a secret could not be made: ${stderr.text().slice(0, 300)}`);
  }
  return {
    path,
    async remove() {
      holder.stdin.end();
      await holder.ended;
    },
  };
}

/** @returns null when the program ended without saying any */
function firstLine(running: Running): Promise<string | null> {
  return new Promise((resolve) => {
    let said = "";
    running.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      const end = said.indexOf("\n");
      if (end !== -1) resolve(said.slice(0, end));
    });
    running.stdout.once("close", () => resolve(null));
    void running.ended.then(() => resolve(null));
  });
}
