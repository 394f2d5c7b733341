import type { CommitRecord } from "../../kernel/model/backup.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { OpenRepository } from "../restic/access.ts";
import type { ResticOutcome } from "../restic/outcome.ts";
import { readFile } from "../restic/read.ts";
import { listSnapshots, type Snapshot } from "../restic/snapshots.ts";
import { commitPath, missingOf, readCommit } from "./commit-record.ts";
import { epochMs } from "./moment.ts";
import { ownTag, planTag, readTags } from "./tags.ts";

/** Clocks of hosts that are kept in time differ by less. */
export const clockToleranceMs = 300_000;
/** Reading one record takes a second from afar. */
const maxRecords = 400;

export interface ReadSets {
  /** committed and complete, newest first; none dated in the future */
  readonly sets: readonly CommitRecord[];
  /** committed, but something is missing that may not be */
  readonly partial: readonly CommitRecord[];
  /** committed, dated in the future: listed, never the newest */
  readonly future: readonly CommitRecord[];
  /** commit snapshots that prove nothing */
  readonly broken: readonly {
    readonly snapshot: string;
    readonly reason: "torn" | "invalid" | "unreadable" | "parts-missing";
  }[];
  /** snapshots of sets without a commit record */
  readonly orphans: readonly Snapshot[];
  /** sets whose snapshot is dated by a clock that is off, with by how much: the host's minus ours */
  readonly clocks: ReadonlyMap<string, number>;
}

export interface SetsWanted {
  readonly plan: string;
  readonly nowMs: number;
  /** records read before, by snapshot id: they never change */
  readonly known?: ReadonlyMap<string, CommitRecord>;
}

/** What a repository holds of a plan, from its commit records alone. Needs no lock and no writer. */
export async function readSets(
  repository: OpenRepository,
  { plan, nowMs, known = new Map() }: SetsWanted,
): Promise<Result<ReadSets, ResticOutcome>> {
  const listed = await listSnapshots(repository, { tags: [ownTag, planTag(plan)] });
  if (!listed.ok) return listed;
  const commits = listed.value
    .filter(({ tags }) => readTags(tags)?.part === "commit")
    .toSorted((a, b) => b.time.localeCompare(a.time))
    .slice(0, maxRecords);
  const ids = new Set(listed.value.map(({ id }) => id));
  const good = new Map<string, { record: CommitRecord; snapshot: Snapshot }>();
  const broken: { snapshot: string; reason: ReadSets["broken"][number]["reason"] }[] = [];
  for (const snapshot of commits.toReversed()) {
    const record = known.get(snapshot.id) ?? (await recordOf(repository, snapshot, plan));
    if (typeof record === "string") broken.push({ snapshot: snapshot.id, reason: record });
    else if (record.parts.some((part) => !ids.has(part.snapshot))) {
      broken.push({ snapshot: snapshot.id, reason: "parts-missing" });
    } else if (!good.has(record.set)) good.set(record.set, { record, snapshot });
  }
  return ok({ ...sorted([...good.values()], nowMs), broken, orphans: orphansOf(listed.value, [...good.values()]) });
}

async function recordOf(
  repository: OpenRepository,
  snapshot: Snapshot,
  plan: string,
): Promise<CommitRecord | "torn" | "invalid" | "unreadable"> {
  const text = await readFile(repository, snapshot.id, snapshot.paths[0] ?? commitPath(plan));
  if (!text.ok) return "unreadable";
  const record = readCommit(text.value);
  if (!record.ok) return record.error;
  return record.value.plan === plan ? record.value : "invalid";
}

/** When a set is from: the earlier of what the hub wrote and of what the host's clock said. */
export function setAtMs(record: CommitRecord): number {
  return Math.min(epochMs(record.snapshotAt), epochMs(record.finishedAt));
}

function sorted(
  good: readonly { readonly record: CommitRecord; readonly snapshot: Snapshot }[],
  nowMs: number,
): Pick<ReadSets, "sets" | "partial" | "future" | "clocks"> {
  const clocks = new Map<string, number>();
  const [sets, partial, future]: CommitRecord[][] = [[], [], []];
  for (const { record, snapshot } of good) {
    const offMs = epochMs(snapshot.time) - epochMs(record.finishedAt);
    if (Math.abs(offMs) > clockToleranceMs) clocks.set(record.set, offMs);
    const isFuture = setAtMs(record) > nowMs + clockToleranceMs;
    if (isFuture) future?.push(record);
    else if (missingOf(record).length > 0) partial?.push(record);
    else sets?.push(record);
  }
  return { sets: newestFirst(sets), partial: newestFirst(partial), future: newestFirst(future), clocks };
}

function newestFirst(list: readonly CommitRecord[] = []): readonly CommitRecord[] {
  return list.toSorted((a, b) => setAtMs(b) - setAtMs(a) || b.set.localeCompare(a.set));
}

function orphansOf(
  listed: readonly Snapshot[],
  good: readonly { readonly record: CommitRecord }[],
): readonly Snapshot[] {
  const owned = new Set(good.flatMap(({ record }) => record.parts.map(({ snapshot }) => snapshot)));
  const committed = new Set(good.map(({ record }) => record.set));
  return listed.filter(({ id, tags }) => !owned.has(id) && !committed.has(readTags(tags)?.set ?? ""));
}
