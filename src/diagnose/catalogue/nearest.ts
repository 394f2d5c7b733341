import { editDistance } from "../../kernel/edit-distance.ts";

/** The known word most likely meant; null when none is close. */
export function nearest(written: string, known: Iterable<string>): string | null {
  const word = written.toLowerCase().slice(0, 64);
  const furthest = Math.max(1, Math.floor(word.length / 3));
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const name of known) {
    const distance = name.startsWith(`${word}-`) ? 1 : editDistance(word, name);
    if (distance <= furthest && (best === null || distance < best.distance)) best = { name, distance };
  }
  return best?.name ?? null;
}
