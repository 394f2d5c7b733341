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
const maxRecords = 400;
/** Reading one record takes a second from afar, nearly all of it waiting. */
const readAtOnce = 4;

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
  /** records read before, by snapshot id: they never change. What is read now is added, what is gone is taken out */
  readonly known?: Map<string, CommitRecord>;
  /** so many complete sets are enough; left out: all */
  readonly newest?: number;
}

/** What a repository holds of a plan, from its commit records alone. Needs no lock and no writer. */
export async function readSets(
  repository: OpenRepository,
  wanted: SetsWanted,
): Promise<Result<ReadSets, ResticOutcome>> {
  const { plan, nowMs } = wanted;
  const listed = await listSnapshots(repository, { tags: [ownTag, planTag(plan)] });
  if (!listed.ok) return listed;
  const ids = new Set(listed.value.map(({ id }) => id));
  const read = await readRecords(repository, listed.value, wanted);
  const good = new Map<string, { record: CommitRecord; snapshot: Snapshot }>();
  const broken: { snapshot: string; reason: ReadSets["broken"][number]["reason"] }[] = [];
  // of two commits of one set the first counts
  for (const { snapshot, record } of read.toSorted((a, b) => a.snapshot.time.localeCompare(b.snapshot.time))) {
    if (typeof record === "string") broken.push({ snapshot: snapshot.id, reason: record });
    else if (record.parts.some((part) => !ids.has(part.snapshot))) {
      broken.push({ snapshot: snapshot.id, reason: "parts-missing" });
    } else if (!good.has(record.set)) good.set(record.set, { record, snapshot });
  }
  return ok({ ...sorted([...good.values()], nowMs), broken, orphans: orphansOf(listed.value, [...good.values()]) });
}

interface ReadRecord {
  readonly snapshot: Snapshot;
  readonly record: CommitRecord | "torn" | "invalid" | "unreadable";
}

/** Newest first, until enough complete sets are found; what is dated in the future comes last. */
async function readRecords(
  repository: OpenRepository,
  snapshots: readonly Snapshot[],
  { plan, nowMs, known = new Map(), newest = Infinity }: SetsWanted,
): Promise<readonly ReadRecord[]> {
  const groups = commitsBySet(snapshots, nowMs + clockToleranceMs);
  for (const id of known.keys()) if (!snapshots.some((snapshot) => snapshot.id === id)) known.delete(id);
  const read: ReadRecord[] = [];
  const isComplete = ({ record }: ReadRecord): boolean =>
    typeof record !== "string" && setAtMs(record) <= nowMs + clockToleranceMs && missingOf(record).length === 0;
  const atOnce = Math.min(newest, readAtOnce);
  for (let from = 0; from < groups.length && read.filter(isComplete).length < newest; from += atOnce) {
    const commits = groups.slice(from, from + atOnce).flat();
    const records = await Promise.all(
      commits.map(async (snapshot) => known.get(snapshot.id) ?? (await recordOf(repository, snapshot, plan))),
    );
    for (const [index, snapshot] of commits.entries()) {
      const record = records[index] ?? "unreadable";
      if (typeof record !== "string") known.set(snapshot.id, record);
      read.push({ snapshot, record });
    }
  }
  return read;
}

/** Every commit of a set together, bounded. */
function commitsBySet(snapshots: readonly Snapshot[], presentMs: number): readonly (readonly Snapshot[])[] {
  const isFuture = ({ time }: Snapshot): number => Number(epochMs(time) > presentMs);
  const commits = snapshots
    .filter(({ tags }) => readTags(tags)?.part === "commit")
    .toSorted((a, b) => isFuture(a) - isFuture(b) || b.time.localeCompare(a.time))
    .slice(0, maxRecords);
  const groups = new Map<string, Snapshot[]>();
  for (const commit of commits) {
    const set = readTags(commit.tags)?.set ?? "";
    groups.set(set, [...(groups.get(set) ?? []), commit]);
  }
  return [...groups.values()];
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
  const isNamedRight = record.value.plan === plan && record.value.set === readTags(snapshot.tags)?.set;
  return isNamedRight ? record.value : "invalid";
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
