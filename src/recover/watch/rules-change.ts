import type { SetChange } from "./change.ts";
import type { BackupFinding, SuspiciousTrouble, Watched } from "./finding.ts";
import { thresholds } from "./thresholds.ts";
import { datedSets, type DatedSet } from "./usable.ts";

/** What a set is compared with. */
interface Usual {
  readonly bytes: number;
  readonly files: number;
}

/**
 * Of the newest set of each place, against those before it: smaller, larger, other than usual. The backup was taken all
 * the same. After a person called a set as expected, the sets from it on are what is usual.
 */
export function changeFindings(watched: Watched): readonly BackupFinding[] {
  return watched.copies.flatMap((copy): readonly BackupFinding[] => {
    const all = datedSets(copy, watched.runs, watched.now.atMs).filter(({ isFuture }) => !isFuture);
    const accepted = all.findIndex(({ record }) => record.set === watched.accepted.get(copy.place));
    const sets = accepted === -1 ? all : all.slice(0, accepted + 1);
    const [newest, before] = sets;
    if (newest === undefined || before === undefined) return [];
    const change = watched.changes.get(copy.place);
    const usual = usualOf(sets.slice(1, 1 + thresholds.medianOf), accepted === -1 ? thresholds.leastBefore : 1);
    const found = [
      ...(usual === null ? [] : sizeFindings(newest, usual)),
      ...contentFindings(newest, before, change?.set === newest.record.set ? change : null),
    ];
    return found.map(({ trouble, severity, facts }) => ({
      trouble,
      severity,
      place: copy.place,
      startedAtMs: newest.atMs,
      facts: { ...facts, set: newest.record.set, lastGoodSet: before.record.set, lastGoodAtMs: before.atMs },
    }));
  });
}

type Found = Pick<BackupFinding, "severity" | "facts"> & { readonly trouble: SuspiciousTrouble };

function usualOf(before: readonly DatedSet[], least: number): Usual | null {
  if (before.length < least) return null;
  return {
    bytes: median(before.map(({ record }) => record.totals.bytes)),
    files: median(before.map(({ record }) => record.totals.files)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

function sizeFindings({ record }: DatedSet, usual: Usual): readonly Found[] {
  const { bytes, files } = record.totals;
  const facts = { bytes, files, usualBytes: usual.bytes, usualFiles: usual.files };
  if (isLess(bytes, usual.bytes) || isLess(files, usual.files))
    return [{ trouble: "shrunk", severity: "warning", facts }];
  if (isMore(bytes, usual.bytes) || isMore(files, usual.files))
    return [{ trouble: "exploded", severity: "warning", facts }];
  return [];
}

function isLess(value: number, usual: number): boolean {
  return usual > 0 && value <= usual * thresholds.shrunkRatio;
}

function isMore(value: number, usual: number): boolean {
  return usual > 0 && value >= usual * thresholds.explodedRatio;
}

function contentFindings({ record }: DatedSet, before: DatedSet, change: SetChange | null): readonly Found[] {
  const files = before.record.totals.files;
  if (files < thresholds.leastFiles) return [];
  // what was renamed is gone under its old name; without a look into the sets the counts alone tell
  const deleted = change === null ? files - record.totals.files : change.removedFiles - change.renamedFiles;
  const found: Found[] = [];
  if (deleted > files * thresholds.deletedRatio)
    found.push({ trouble: "deleted", severity: "critical", facts: { deletedFiles: deleted, beforeFiles: files } });
  if (change === null) return found;
  const { changedFiles, renamedFiles, sampledFiles, highEntropyFiles, newEnding, newEndingFiles } = change;
  const facts = { changedFiles: changedFiles + renamedFiles, beforeFiles: files, sampledFiles, highEntropyFiles };
  const isScrambled =
    sampledFiles >= thresholds.leastSampled && highEntropyFiles > sampledFiles * thresholds.highEntropyRatio;
  const isRenamed = newEndingFiles >= thresholds.leastFiles && newEndingFiles > files * thresholds.newEndingRatio;
  if (isScrambled || isRenamed)
    found.push({ trouble: "encrypted", severity: "critical", facts: { ...facts, newEnding, newEndingFiles } });
  else if (changedFiles + renamedFiles > files * thresholds.changedRatio)
    found.push({ trouble: "changed", severity: "warning", facts });
  return found;
}

/** A suspicion ends by itself only when what was missing, or too much, is as it was; a scrambled set needs a person's word. */
export function isSettled(
  trouble: SuspiciousTrouble,
  newest: Usual,
  reference: Usual & { readonly before: number },
): boolean {
  if (trouble === "shrunk" || trouble === "exploded")
    return isNormal(newest.bytes, reference.bytes) && isNormal(newest.files, reference.files);
  return trouble === "deleted" && newest.files >= reference.before * (1 - thresholds.deletedRatio);
}

function isNormal(value: number, usual: number): boolean {
  return !isLess(value, usual) && !isMore(value, usual);
}
