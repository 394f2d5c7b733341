import type { CommitRecord } from "../../kernel/model/backup.ts";
import { readTags } from "../sets/tags.ts";
import type { ListedSnapshot } from "./keeper.ts";
import { readWritten, type WrittenTime } from "./rules.ts";

/** A committed set as the repository holds it. */
export interface StoredSet {
  readonly set: string;
  readonly record: CommitRecord;
  /** of the snapshot with the commit record: what restic goes by */
  readonly time: WrittenTime;
  /** the snapshots with its commit record; two equal commits are one */
  readonly commits: readonly string[];
  /** all other snapshots that belong to it, by tag or by record */
  readonly parts: readonly string[];
}

/** What a plan has in a repository. */
export interface Inventory {
  /** newest first */
  readonly sets: readonly StoredSet[];
  /** snapshots that say they hold a commit record and hold none that is valid */
  readonly strangers: readonly string[];
  /** snapshots of sets that were never committed, with the time each was written */
  readonly orphans: readonly { readonly id: string; readonly atMs: number }[];
}

/** @param records valid ones, by the id of their snapshot */
export function inventoryOf(
  plan: string,
  snapshots: readonly ListedSnapshot[],
  records: ReadonlyMap<string, CommitRecord>,
): Inventory {
  const own = snapshots.filter(({ tags }) => readTags(tags)?.plan === plan);
  const [commits, rest] = [own.filter(isCommit), own.filter((one) => !isCommit(one))];
  const valid = commits.filter((one) => records.get(one.id)?.set === setOf(one) && readWritten(one.time) !== null);
  const sets = [...new Set(valid.map((one) => setOf(one) ?? ""))].flatMap((set): readonly StoredSet[] => {
    const mine = valid.filter((one) => setOf(one) === set).toSorted((a, b) => (a.time < b.time ? -1 : 1));
    const [first] = mine;
    const [record, time] = first === undefined ? [] : [records.get(first.id), readWritten(first.time)];
    if (record === undefined || time == null) return [];
    const byTag = rest.filter((one) => setOf(one) === set).map(({ id }) => id);
    const parts = [...new Set([...byTag, ...record.parts.map(({ snapshot }) => snapshot)])];
    return [{ set, record, time, commits: mine.map(({ id }) => id), parts }];
  });
  const known = new Set(sets.flatMap(({ parts }) => parts));
  const commitSets = new Set(commits.map((one) => setOf(one)));
  return {
    sets: sets.toSorted((a, b) => b.time.atMs - a.time.atMs),
    strangers: commits.filter((one) => !valid.includes(one)).map(({ id }) => id),
    // a set with a commit that cannot be read is damaged, not abandoned
    orphans: rest
      .filter((one) => !known.has(one.id) && !commitSets.has(setOf(one)))
      .flatMap(({ id, time }) => {
        const atMs = readWritten(time)?.atMs;
        return atMs === undefined ? [] : [{ id, atMs }];
      }),
  };
}

function setOf({ tags }: ListedSnapshot): string | null {
  return readTags(tags)?.set ?? null;
}

function isCommit({ tags }: ListedSnapshot): boolean {
  return readTags(tags)?.part === "commit";
}
