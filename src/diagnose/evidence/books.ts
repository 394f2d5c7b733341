import type { Facts } from "../../kernel/model/observation.ts";
import type { Reading } from "./evidence.ts";

/** One line of a book: who wrote it does not matter, when and what does. */
export interface Entry {
  /** Unix epoch UTC */
  readonly atMs: number;
  readonly text: string;
}

/** What a book says of one part. `isKept`: somebody writes into it, so that an empty page means that nothing was done. */
export interface Page {
  readonly entries: readonly Entry[];
  readonly isKept: boolean;
}

const keptRaw = 2_048;
const shownChars = 200;

/** The newest entry stands in the sentence, all of them in the raw text. */
export function fromEntries(state: string, entries: readonly Entry[], facts: Facts = {}): Reading {
  const newest = entries.toSorted((a, b) => b.atMs - a.atMs);
  const [first] = newest;
  const told = first === undefined ? {} : { text: first.text.slice(0, shownChars), atMs: first.atMs };
  return {
    state,
    value: entries.length,
    facts: { ...told, ...facts },
    raw: newest
      .map(({ text }) => text)
      .join("\n")
      .slice(0, keptRaw),
  };
}
