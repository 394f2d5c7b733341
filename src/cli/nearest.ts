/** The known word closest to what was typed, when it is close enough to have been meant; null otherwise. */
export function nearest(typed: string, known: readonly string[]): string | null {
  const ranked = known
    .map((word) => ({ word, distance: editDistance(typed, word.split(" ")[0] ?? word) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, Math.floor(typed.length / 3)) ? best.word : null;
}

/** Insertions, deletions and changes. Source: Wagner & Fischer 1974, J. ACM 21:168. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, right] of Array.from(b).entries()) {
      const change = (row[j] ?? 0) + (left === right ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
