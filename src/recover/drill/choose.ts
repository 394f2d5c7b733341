import type { CommitRecord } from "../../kernel/model/backup.ts";
import type { PlaceCopies } from "./ports.ts";

/** Every fourth drill proves an older generation, for the newest good copy may be the bad one on the day. */
const olderEvery = 4;

export interface Choice {
  readonly place: string;
  readonly record: CommitRecord;
  readonly why: "newest" | "random" | "wished";
}

/**
 * Which copy is rehearsed: the newest in three of four drills, any committed one in the fourth; the places take turns,
 * the one that outlives the audit's worst event first.
 * A set in quarantine is never among them.
 * @returns null when no place has a committed set to take
 */
export function chooseCopy(
  copies: readonly PlaceCopies[],
  {
    before,
    place,
    survivors,
    random,
  }: { before: number; place: string | null; survivors: readonly string[]; random: () => number },
): Choice | null {
  const filled = copies.filter((one) => one.records.length > 0);
  const wished = place === null ? null : filled.find((one) => one.place === place);
  if (wished === undefined) return null;
  const rank = (name: string): number => {
    const at = survivors.indexOf(name);
    return at === -1 ? survivors.length : at;
  };
  const turns = filled.toSorted((a, b) => rank(a.place) - rank(b.place));
  const chosen = wished ?? turns[before % Math.max(1, turns.length)];
  const newest = chosen?.records[0];
  if (chosen === undefined || newest === undefined) return null;
  const older = before % olderEvery === olderEvery - 1;
  const record = older ? (chosen.records[Math.floor(random() * chosen.records.length)] ?? newest) : newest;
  const why = record === newest ? "newest" : "random";
  return { place: chosen.place, record, why: wished === null ? why : "wished" };
}

/** What is drawn holds at least this share of what can be drawn, and at least so many bytes. */
export interface LeastSample {
  readonly ratio: number;
  readonly bytes: number;
}

export const usualLeast: LeastSample = { ratio: 0.1, bytes: 5e9 };

/** Bytes at which a sample is large enough. */
export function enoughBytes(totalBytes: number, { ratio, bytes }: LeastSample): number {
  return Math.min(totalBytes, Math.max(totalBytes * ratio, bytes));
}

/**
 * Folders of a sampled drill: drawn at random until they hold a tenth and 5 GB, or everything there is. Databases are
 * always whole and not part of this.
 * @returns those drawn, in the order drawn
 */
export function sampleFolders<Lot extends { readonly bytes: number }>(
  folders: readonly Lot[],
  random: () => number,
  least: LeastSample = usualLeast,
): readonly Lot[] {
  const total = folders.reduce((sum, { bytes }) => sum + bytes, 0);
  const enough = enoughBytes(total, least);
  const left = [...folders];
  const drawn: Lot[] = [];
  let bytes = 0;
  while (left.length > 0 && bytes < enough) {
    const [one] = left.splice(Math.floor(random() * left.length), 1);
    if (one === undefined) break;
    drawn.push(one);
    bytes += one.bytes;
  }
  return drawn;
}
