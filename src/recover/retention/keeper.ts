import type { CommitRecord } from "../../kernel/model/backup.ts";
import type { Result } from "../../kernel/result.ts";

/** A snapshot as the repository lists it. */
export interface ListedSnapshot {
  /** full id, 64 hex digits */
  readonly id: string;
  /** RFC 3339 with the writer's offset, as restic prints it */
  readonly time: string;
  readonly host: string;
  readonly tags: readonly string[];
  readonly paths: readonly string[];
}

export interface KeeperTrouble {
  readonly code: string;
  readonly text: string;
}

type Answer<T> = Promise<Result<T, KeeperTrouble>>;

/** One repository, opened with the maintainer's credential and never with the writer's. */
export interface RetentionKeeper {
  /** everything in it, also what is not ours */
  list(): Answer<readonly ListedSnapshot[]>;
  /** the valid commit records of the plan, by the id of the snapshot that holds each; torn ones are left out */
  records(plan: string): Answer<ReadonlyMap<string, CommitRecord>>;
  /** What `restic forget` would remove of the snapshots with all these tags, ungrouped; nothing is changed. @returns full ids */
  dryRun(
    tags: readonly string[],
    rules: readonly { readonly unit: string; readonly within: string }[],
  ): Answer<readonly string[]>;
  forget(ids: readonly string[]): Answer<null>;
  prune(): Answer<null>;
  /** the structure, with an empty cache */
  check(): Answer<null>;
}
