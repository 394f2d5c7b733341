import { createInterface } from "node:readline";
import { z } from "zod";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { OpenRepository } from "../restic/access.ts";
import { callRestic, startRestic } from "../restic/call.ts";
import { readOutcome } from "../restic/outcome.ts";
import { startDump } from "../restic/read.ts";
import { collect } from "../workplace/run.ts";
import type { ResticTool, ResticTrouble, StoredFile } from "./restic-port.ts";

/** Reading a bucket takes as long as it takes, but not for ever. */
const longLimitMs = 12 * 3_600_000;
const maxSaid = 262_144;
const maxErrors = 65_536;

/** One line of `ls --json`; the first is the snapshot itself. */
const node = z.object({
  path: z.string(),
  type: z.string(),
  size: z.number().default(0),
  uid: z.number().nullish(),
});

/** What verifying asks, by the restic of the repository's workplace. */
export function createResticTool(repository: OpenRepository): ResticTool {
  return {
    async check(bucket) {
      const subset = bucket === null ? [] : [`--read-data-subset=${bucket.number}/${bucket.of}`];
      const said = await callRestic(repository, ["check", "--no-lock", ...subset], { timeoutMs: longLimitMs });
      const trouble = said.end === "ok" ? null : { end: said.end, text: said.text };
      return { trouble, said: `${said.stdout}\n${said.stderr}`.slice(0, maxSaid) };
    },
    snapshots: () => listIds(repository, "snapshots"),
    packs: () => listIds(repository, "packs"),
    files: (snapshot) => listFiles(repository, snapshot),
    async restore(snapshot, { folder, include }) {
      const only = (include ?? []).flatMap((pattern) => ["--include", pattern]);
      const said = await callRestic(repository, ["restore", snapshot, "--no-lock", "--target", folder, ...only], {
        timeoutMs: longLimitMs,
      });
      return said.end === "ok" ? null : { end: said.end, text: said.text };
    },
    dump: (snapshot, path) => startDump(repository, snapshot, path),
  };
}

async function listIds(
  repository: OpenRepository,
  kind: "packs" | "snapshots",
): Promise<Result<readonly string[], ResticTrouble>> {
  const ids: string[] = [];
  const trouble = await eachLine(repository, ["list", kind, "--no-lock"], (line) => {
    if (/^[0-9a-f]{64}$/.test(line)) ids.push(line);
  });
  return trouble === null ? ok(ids) : err(trouble);
}

async function listFiles(
  repository: OpenRepository,
  snapshot: string,
): Promise<Result<readonly StoredFile[], ResticTrouble>> {
  const files: StoredFile[] = [];
  const trouble = await eachLine(repository, ["ls", "--json", "--no-lock", snapshot], (line) => {
    const parsed = node.safeParse(jsonOf(line));
    if (!parsed.success) return;
    const { path, type, size, uid } = parsed.data;
    files.push({ path, type, bytes: size, uid: uid ?? null });
  });
  return trouble === null ? ok(files) : err(trouble);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null; // a line of text between the lines of JSON
  }
}

async function eachLine(
  repository: OpenRepository,
  words: readonly string[],
  take: (line: string) => void,
): Promise<ResticTrouble | null> {
  const running = startRestic(repository, words);
  const errors = collect(running.stderr, maxErrors);
  running.stdin.end();
  for await (const line of createInterface({ input: running.stdout, crlfDelay: Infinity })) take(line);
  const { code } = await running.ended;
  const { end, text } = readOutcome({ code, stderr: errors.text() });
  return end === "ok" ? null : { end, text };
}
