import readline from "node:readline";
import type { CommitRecord } from "../../kernel/model/backup.ts";
import type { OpenRepository } from "../restic/access.ts";
import { startRestic } from "../restic/call.ts";
import { startDump } from "../restic/read.ts";
import { readChange, type ChangeTool, type DiffLine, type SetChange } from "./change.ts";

/** Reads what a set changed from the trees in the repository, which a lying writer cannot make up. */
export function createResticChange(repository: OpenRepository): ChangeTool {
  return {
    async *diff(before, after): AsyncIterable<DiffLine> {
      const running = startRestic(repository, ["diff", "--json", "--no-lock", before, after]);
      running.stdin.end();
      running.stderr.resume();
      for await (const line of readline.createInterface({ input: running.stdout })) {
        const read = lineOf(line);
        if (read !== null) yield read;
      }
      const { code } = await running.ended;
      if (code !== 0) throw new Error(`restic diff ended with ${code ?? "a signal"}`);
    },
    async head(snapshot, path, bytes) {
      const running = startDump(repository, snapshot, path);
      running.stdin.end();
      running.stderr.resume();
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of running.stdout as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        length += chunk.length;
        if (length >= bytes) break;
      }
      running.kill("SIGKILL");
      await running.ended;
      return length === 0 ? null : Buffer.concat(chunks).subarray(0, bytes);
    },
  };
}

/** What the files of the second set are against those of the first; null: one of them has none. */
export async function changeBetween(
  repository: OpenRepository,
  before: CommitRecord,
  after: CommitRecord,
): Promise<SetChange | null> {
  const [first, second] = [before, after].map(({ set, parts }) => {
    const snapshot = parts.find(({ part }) => part === "files")?.snapshot;
    return snapshot === undefined ? null : { set, snapshot };
  });
  if (first == null || second == null) return null;
  return readChange(createResticChange(repository), first, second);
}

/** A line that is no JSON is text, kinds of lines nobody knows are left out. */
function lineOf(line: string): DiffLine | null {
  if (!line.startsWith("{")) return null;
  try {
    const row = JSON.parse(line) as Record<string, unknown>;
    const { message_type: type, path, modifier } = row;
    if (type !== "change" || typeof path !== "string" || typeof modifier !== "string") return null;
    return { path, modifier };
  } catch {
    return null;
  }
}
