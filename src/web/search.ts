import { normalise, romaji } from "./readings.ts";

/** Something one can go to. Short keys: a site of 3,000 checks is sent whole to whoever opens the search. */
export interface Findable {
  /** what it is called */
  readonly t: string;
  /** where it is */
  readonly u: string;
  /** what sort of thing it is, in words */
  readonly k: string;
  /** everything it can be found by, as `haystack` gives it */
  readonly h: string;
}

/** Those that every word of the query is found in; what begins with it comes first. */
export function search(all: readonly Findable[], query: string, limit: number): readonly Findable[] {
  const words = normalise(query)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  const first = romaji(words[0] ?? "");
  const found = all.filter(({ h }) => words.every((word) => h.includes(word) || h.includes(romaji(word))));
  const begins = new Set(found.filter(({ t }) => romaji(normalise(t)).startsWith(first)));
  return [...begins, ...found.filter((one) => !begins.has(one))].slice(0, limit);
}
