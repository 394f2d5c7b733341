import { createHash } from "node:crypto";
import type { CommitRecord } from "../../kernel/model/backup.ts";
import { ok, type Result } from "../../kernel/result.ts";
import { listFiles, sumAhead, type KnownSums } from "../sets/list-files.ts";
import { manifestPath } from "../sets/manifest.ts";
import { whileLocked } from "./locked.ts";
import { storeText, tagsOf } from "./store.ts";
import type { RunTrouble } from "./trouble.ts";
import type { RunWork, Stored } from "./work.ts";

export interface WithManifest {
  readonly stored: Stored;
  readonly manifest: CommitRecord["manifest"];
}

/** When the files' copy began, and what was learned of them meanwhile. */
export interface Beside {
  readonly filesBeganMs: number;
  readonly sums: KnownSums;
}

/** Copies by `copy`, and takes the files' sums beside it as long as that lasts. */
export async function besideSums<T>(
  work: RunWork,
  copy: () => Promise<T>,
): Promise<{ readonly copied: T; readonly beside: Beside }> {
  const filesBeganMs = work.deps.clock.nowMs();
  const over = new AbortController();
  const none: KnownSums = new Map();
  const summing =
    work.sources.there.length === 0
      ? Promise.resolve(none)
      : sumAhead({ ...asked(work, filesBeganMs), signal: over.signal }).catch((thrown: unknown) => {
          // without them the manifest takes them itself, afterwards
          work.deps.log.warn("no sums taken beside the copy", { text: String(thrown) });
          return none;
        });
  const copied = await copy().finally(() => over.abort());
  return { copied, beside: { filesBeganMs, sums: await summing } };
}

function asked(
  { workplace, sources, clockOffsetMs, id }: RunWork,
  filesBeganMs: number,
): Pick<Parameters<typeof listFiles>[0], "workplace" | "paths" | "sinceMs" | "seed"> {
  return { workplace, paths: sources.there, sinceMs: filesBeganMs + (clockOffsetMs ?? 0), seed: id };
}

/** Writes down what the files were like. A host whose `find` cannot tell has none, and its files are checked less well. */
export async function writeManifest(
  work: RunWork,
  stored: Stored,
  beside: Beside,
): Promise<Result<WithManifest, RunTrouble>> {
  if (!stored.parts.some(({ part }) => part === "files")) return ok({ stored, manifest: null });
  return whileLocked(work, () => writeOnce(work, stored, beside));
}

async function writeOnce(
  work: RunWork,
  stored: Stored,
  { filesBeganMs, sums }: Beside,
): Promise<Result<WithManifest, RunTrouble>> {
  const hash = createHash("sha256");
  const path = manifestPath(work.plan.key);
  let bytes = 0;
  const written = await storeText(work, {
    part: "meta",
    path,
    tags: tagsOf(work, "meta", null),
    async write(put) {
      const listed = await listFiles({
        ...asked(work, filesBeganMs),
        sums,
        signal: work.signal,
        write(text) {
          hash.update(text, "utf8");
          bytes += Buffer.byteLength(text);
          work.speed.at(bytes, null);
          return put(text);
        },
      });
      if (listed === null)
        work.deps.log.warn("no manifest: the host's find cannot print names", { host: work.plan.host });
      return listed !== null;
    },
  });
  if (!written.ok) return written;
  if (written.value === null) return ok({ stored, manifest: null });
  const { shortId, addedBytes } = written.value;
  const sha256 = hash.digest("hex");
  return ok({
    stored: {
      ...stored,
      parts: [...stored.parts, { part: "meta", snapshot: shortId, bytes, files: 1, sha256, of: null, missing: [] }],
      addedBytes: stored.addedBytes + addedBytes,
    },
    manifest: { snapshot: shortId, path, sha256 },
  });
}
