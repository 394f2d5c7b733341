import { editDistance } from "../kernel/edit-distance.ts";

/** The known word closest to what was typed, when it is close enough to have been meant; null otherwise. */
export function nearest(typed: string, known: readonly string[]): string | null {
  const ranked = known
    .map((word) => ({ word, distance: editDistance(typed, word.split(" ")[0] ?? word) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, Math.floor(typed.length / 3)) ? best.word : null;
}
