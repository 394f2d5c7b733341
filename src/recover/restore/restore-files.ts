import { err, ok, type Result } from "../../kernel/result.ts";
import { safeText } from "../../clients/safe-text.ts";
import { checkFiles } from "./check-files.ts";
import { fetchFiles, type Fetching, type FetchEnd } from "./fetch-files.ts";
import type { RestoreTrouble } from "./ports.ts";
import { placeScript } from "./scripts.ts";
import type { Target } from "./target.ts";
import type { FileUnit } from "./units.ts";

export interface FilesDone {
  readonly fetchSeconds: number;
  readonly verifySeconds: number;
  readonly compared: number;
}

export type FilesEnd = RestoreTrouble | { readonly again: FetchEnd };

export interface FilesWanted {
  readonly target: Target;
  readonly fetching: Fetching;
  /** on the same file system as where the files go */
  readonly stage: string;
  readonly before: string;
  /** lies checked in `stage` from an earlier try */
  readonly isVerified: boolean;
  oneByOne<T>(how: () => Promise<T>): Promise<T>;
}

/**
 * One unit from the repository to its place. Nothing is put there that was not compared, and its marks are on the disk
 * before the next step: whatever kills us, what is in place is right, and what is marked is in place.
 */
export async function restoreFiles(unit: FileUnit, wanted: FilesWanted): Promise<Result<FilesDone, FilesEnd>> {
  const { target, fetching, stage, before } = wanted;
  const { clock, workplace } = fetching;
  const began = clock.monotonicMs();
  let [fetchedAt, compared] = [began, 0];
  if (!wanted.isVerified) {
    const free = await target.free(stage);
    if (free !== null && (free.bytes < unit.bytes || (free.inodes ?? unit.files) < unit.files))
      return err({ code: "no-space", of: unit.label, text: `${unit.bytes} > ${free.bytes}` });
    const fetched = await fetchFiles(unit, stage, fetching);
    fetchedAt = clock.monotonicMs();
    if (!fetched.ok) {
      if (isFull(fetched.error)) await workplace.run({ argv: ["rm", "-rf", "--", stage] });
      return err(endOf(unit, fetched.error));
    }
    const checked = await checkFiles(workplace, unit, stage);
    if (checked.differs !== "") return err({ code: "files-differ", of: unit.label, text: checked.differs });
    compared = checked.compared;
    await target.mark(`${unit.id}.verified`, before);
  }
  const env = { KOBOSHI_STAGE: stage, KOBOSHI_BEFORE: before };
  const placed = await wanted.oneByOne(() => target.each(placeScript, unit.paths, env));
  if (placed.code !== 0) return err({ code: "placing-failed", of: unit.label, text: safeText(placed.stderr, []) });
  await target.mark(`${unit.id}.done`, before);
  await workplace.run({ argv: ["rm", "-rf", "--", stage] });
  return ok({
    fetchSeconds: (fetchedAt - began) / 1_000,
    verifySeconds: (clock.monotonicMs() - fetchedAt) / 1_000,
    compared,
  });
}

function isFull(end: FetchEnd): boolean {
  return typeof end === "object" && end.end === "no-space";
}

function endOf({ label }: FileUnit, end: FetchEnd): FilesEnd {
  return isFull(end) && typeof end === "object" ? { code: "no-space", of: label, text: end.text } : { again: end };
}
