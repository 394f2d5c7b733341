import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import type { Running } from "../workplace/workplace.ts";
import type { Result } from "../../kernel/result.ts";
import { broken, open } from "./finding.ts";

/** Why restic could not do what it was asked: one of its ends and its own words, bounded. */
export interface ResticTrouble {
  readonly end: string;
  readonly text: string;
}

/** A file of a snapshot. Names that are not UTF-8 have lost bytes here. */
export interface StoredFile {
  readonly path: string;
  readonly type: string;
  readonly bytes: number;
  readonly uid: number | null;
}

/** What verifying needs of restic, on one repository with one credential. Nothing here locks or writes. */
export interface ResticTool {
  /** `check` with an empty cache; with a bucket the packs of it are read, too. `said`: all it printed, bounded */
  check(bucket: Bucket | null): Promise<{ readonly trouble: ResticTrouble | null; readonly said: string }>;
  /** full ids */
  snapshots(): Promise<Result<readonly string[], ResticTrouble>>;
  packs(): Promise<Result<readonly string[], ResticTrouble>>;
  files(snapshot: string): Promise<Result<readonly StoredFile[], ResticTrouble>>;
  /** Into a folder on the tool's workplace. @param include patterns of restic's; null: everything */
  restore(
    snapshot: string,
    options: { readonly folder: string; readonly include: readonly string[] | null },
  ): Promise<ResticTrouble | null>;
  dump(snapshot: string, path: string): Running;
}

/** Bucket `number` (from 1) of `of`. */
export interface Bucket {
  readonly number: number;
  readonly of: number;
}

/** Ends that say nothing of the copy, only that it was not to be had now. */
const passing: ReadonlySet<string> = new Set([
  "locked",
  "no-space",
  "refused",
  "unreachable",
  "untrusted",
  "clock-skew",
  "interrupted",
  "no-program",
  "timeout",
]);

/** What a failure of restic says of the copy. */
export function troubleFinding({ end, text }: ResticTrouble): VerifyFinding {
  if (passing.has(end)) return open("not-reached", { end, text });
  if (end === "wrong-password") return broken("key-refused", { text });
  const isMissing = end === "no-repository" || end === "no-bucket";
  return broken(isMissing ? "no-repository" : "check-failed", { text });
}
