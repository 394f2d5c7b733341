import { z } from "zod";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { OpenRepository } from "./access.ts";
import { callRestic } from "./call.ts";
import type { ResticOutcome } from "./outcome.ts";

/** One snapshot as restic lists it. Names of files are never taken from here: JSON loses bytes. */
export interface Snapshot {
  /** full, 64 hex digits */
  readonly id: string;
  /** by the writer's clock, RFC 3339 with nanoseconds */
  readonly time: string;
  readonly host: string;
  readonly tree: string;
  readonly tags: readonly string[];
  readonly paths: readonly string[];
  /** the snapshot it was copied from */
  readonly original: string | null;
}

const listed = z.array(
  z.object({
    id: z.string().regex(/^[0-9a-f]{64}$/),
    time: z.string(),
    hostname: z.string().default(""),
    tree: z.string().default(""),
    tags: z.array(z.string()).nullish(),
    paths: z.array(z.string()).nullish(),
    original: z.string().nullish(),
  }),
);

export interface SnapshotsWanted {
  /** all of these must be there; none: every snapshot */
  readonly tags: readonly string[];
  readonly signal?: AbortSignal;
}

/** Lists without a lock, so that it also works on a repository that may only be read. */
export async function listSnapshots(
  repository: OpenRepository,
  { tags, signal }: SnapshotsWanted,
): Promise<Result<readonly Snapshot[], ResticOutcome>> {
  const filter = tags.length === 0 ? [] : ["--tag", tags.join(",")];
  const said = await callRestic(
    repository,
    ["snapshots", "--json", "--no-lock", ...filter],
    signal === undefined ? {} : { signal },
  );
  if (said.end !== "ok") return err(said);
  const parsed = listed.safeParse(jsonOf(said.stdout) ?? []);
  if (!parsed.success) return err({ end: "failed", code: said.code, text: "the list of snapshots cannot be read" });
  return ok(
    parsed.data.map(({ id, time, hostname, tree, tags: has, paths, original }) => ({
      id,
      time,
      host: hostname,
      tree,
      tags: has ?? [],
      paths: paths ?? [],
      original: original ?? null,
    })),
  );
}

/** restic writes `null` when there are none, and may say something before the list. */
function jsonOf(stdout: string): unknown {
  const line = stdout.split("\n").find((each) => each.startsWith("[") || each === "null");
  if (line === undefined) return "unreadable";
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return "unreadable";
  }
}
