import {
  snapshotSections,
  type DifferenceClass,
  type HostSnapshot,
  type SnapshotDifference,
  type SnapshotSection,
} from "../../kernel/model/snapshot.ts";
import { classOf, missingPart, type Parts } from "./classes.ts";

/** Worst first. What could not be seen may hide the worst. */
const order: readonly DifferenceClass[] = ["alarm", "unobserved", "matters", "info", "noise"];

/** What is told apart when a host's changes are learnt. */
export function noiseKey({ section, key }: Pick<SnapshotDifference, "section" | "key">): string {
  return `${section} ${key}`;
}

/**
 * All that is not as it was, worst first, by part and key among equals. A part that either side lacks is one difference of its
 * own, with the part's name as key and the reasons as values; parts that neither was asked for are passed over.
 * @param isNoise never asked about what is alarming
 */
export function compareSnapshots(
  before: HostSnapshot,
  after: HostSnapshot,
  isNoise: (key: string) => boolean,
): readonly SnapshotDifference[] {
  const found = snapshotSections.flatMap((section) => inPart({ section, before, after }));
  const judged = found.map((one) =>
    mayBeNoise(one) && isNoise(noiseKey(one)) ? { ...one, class: "noise" as const } : one,
  );
  return judged.toSorted((a, b) => order.indexOf(a.class) - order.indexOf(b.class));
}

export function mayBeNoise(difference: SnapshotDifference): boolean {
  return difference.class !== "alarm" && difference.class !== "unobserved";
}

interface Pair {
  readonly section: SnapshotSection;
  readonly before: HostSnapshot;
  readonly after: HostSnapshot;
}

function inPart({ section, before, after }: Pair): readonly SnapshotDifference[] {
  const [was, is] = [missingPart(before, section), missingPart(after, section)];
  if (was === "not-asked" && is === "not-asked") return [];
  const missing: readonly SnapshotDifference[] =
    was === null && is === null ? [] : [{ section, key: section, before: was, after: is, class: "unobserved" }];
  const parts = { before: before.sections[section], after: after.sections[section] };
  // what only root sees is missing from a part that is read with other rights
  if (parts.before === undefined || parts.after === undefined || was !== is) return missing;
  return [...missing, ...changesIn(section, { before: parts.before, after: parts.after })];
}

function changesIn(section: SnapshotSection, parts: Parts): readonly SnapshotDifference[] {
  const keys = new Set([...Object.keys(parts.before), ...Object.keys(parts.after)]);
  const found: SnapshotDifference[] = [];
  for (const key of keys) {
    const change = { section, key, before: parts.before[key] ?? null, after: parts.after[key] ?? null };
    if (change.before === change.after) continue;
    const judged = classOf(change, parts);
    if (judged !== null) found.push({ ...change, class: judged });
  }
  return found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
