import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { CommitRecord } from "../../kernel/model/backup.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { OpenRepository } from "../restic/access.ts";
import { startRestic } from "../restic/call.ts";
import { eachLine } from "../restic/lines.ts";
import { readOutcome, type ResticOutcome } from "../restic/outcome.ts";
import { listSnapshots } from "../restic/snapshots.ts";
import { readEntry } from "../sets/manifest.ts";
import { setTag } from "../sets/tags.ts";
import { collect } from "../workplace/run.ts";
import type { FileEntry } from "./ports.ts";
import { bytePath } from "./units.ts";

/** What a set holds of files. */
export interface SetFiles {
  /** null: the set has no manifest */
  readonly manifest: readonly FileEntry[] | null;
  /** what was copied; one character for each byte, as in the entries */
  readonly roots: readonly string[];
}

/** Reads a set's manifest as a stream; one that is not whole is an error, as what it says could not be checked. */
export async function readSetFiles(
  repository: OpenRepository,
  record: CommitRecord,
): Promise<Result<SetFiles, ResticOutcome>> {
  if (record.manifest === null) return readRoots(repository, record);
  const { snapshot, path, sha256 } = record.manifest;
  const running = startRestic(repository, ["dump", "--no-lock", snapshot, path]);
  running.stdin.end();
  const errors = collect(running.stderr, 65_536);
  const hash = createHash("sha256");
  const entries: FileEntry[] = [];
  let roots: readonly string[] | null = null;
  const lines = eachLine(running.stdout, (line) => {
    if (roots === null) roots = rootsOf(line);
    else pushEntry(entries, line);
  });
  running.stdout.on("data", (text: string) => hash.update(text, "utf8"));
  const { code } = await running.ended;
  await Promise.all([lines, errors.closed]);
  const outcome = readOutcome({ code, stderr: errors.text() });
  if (outcome.end !== "ok") return err(outcome);
  if (hash.digest("hex") !== sha256 || roots === null) return err({ end: "failed", code, text: `${path}: sha256` });
  return ok({ manifest: entries, roots });
}

function rootsOf(line: string): readonly string[] {
  const { paths } = JSON.parse(line) as { readonly paths?: unknown };
  return Array.isArray(paths) ? paths.filter((path) => typeof path === "string").map(bytePath) : [];
}

function pushEntry(entries: FileEntry[], line: string): void {
  const entry = readEntry(line);
  if (entry === null) return;
  const { path, type, size, mtimeNs, sha256, sparse, live, linkGroup, target } = entry;
  const changedAtMs = Number(mtimeNs) / 1e6;
  entries.push({
    path: path.toString("latin1"),
    type: type === "link" ? "other" : type,
    bytes: type === "file" ? size : 0,
    changedAtMs: Number.isFinite(changedAtMs) ? changedAtMs : null,
    sha256,
    isSparse: sparse,
    isLive: live,
    linkGroup,
    ...(target === null || isUtf8(target) ? {} : { linkTarget: target.toString("latin1") }),
  });
}

async function readRoots(repository: OpenRepository, record: CommitRecord): Promise<Result<SetFiles, ResticOutcome>> {
  const part = record.parts.find((each) => each.part === "files");
  if (part === undefined) return ok({ manifest: null, roots: [] });
  const listed = await listSnapshots(repository, { tags: [setTag(record.set)] });
  if (!listed.ok) return listed;
  const snapshot = listed.value.find(({ id }) => id === part.snapshot);
  return ok({ manifest: null, roots: (snapshot?.paths ?? []).map(bytePath) });
}
