import { bare, isConstantWord, isMark, isValue, keyOf, value, type Token } from "./signature.ts";

const gap = "\u0002";

/** One place of a signature taken out: a word, a value, or a chunk of several tokens between spaces. */
export interface Hole {
  /** what is left, with the hole in its place; equal for every signature that differs only there */
  readonly key: string;
  /** a value stands there */
  readonly isValue: boolean;
  /** more than one token */
  readonly isWide: boolean;
  /** constant words outside of it */
  readonly wordsLeft: number;
  readonly isFirst: boolean;
  /** the signature with a value in its place */
  filled(): readonly Token[];
}

/** Every hole of a signature that leaves a constant word, single places first, each side from the left. */
export function* holesOf(tokens: readonly Token[]): Generator<Hole> {
  const make = holeMaker(tokens);
  for (let at = 0; at < tokens.length; at++) {
    const hole = isMark(tokens[at] ?? "") ? null : make(at, at + 1);
    if (hole !== null) yield hole;
  }
  for (const [from, to] of chunks(tokens)) {
    const hole = make(from, to);
    if (hole !== null) yield hole;
  }
}

/** @returns null for a hole that leaves no constant word */
function holeMaker(tokens: readonly Token[]): (from: number, to: number) => Hole | null {
  const words = countWords(tokens, 0, tokens.length);
  const key = keyOf(tokens);
  const offsets = [0];
  for (const token of tokens) offsets.push((offsets.at(-1) ?? 0) + token.length + 1);
  return (from, to) => {
    const wordsLeft = words - countWords(tokens, from, to);
    if (wordsLeft < 1) return null;
    const space = (tokens[from] ?? "").startsWith(" ") ? " " : "";
    return {
      key: key.slice(0, offsets[from]) + space + gap + key.slice((offsets[to] ?? 0) - 1),
      isValue: to - from === 1 && isValue(tokens[from] ?? ""),
      isWide: to - from > 1,
      wordsLeft,
      isFirst: from === 0,
      filled: () => [...tokens.slice(0, from), space + value, ...tokens.slice(to)],
    };
  };
}

function countWords(tokens: readonly Token[], from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (isConstantWord(tokens[at] ?? "")) count++;
  return count;
}

/** Runs of several tokens without a space, their outer brackets and punctuation left outside. */
function chunks(tokens: readonly Token[]): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let start = 0;
  for (let at = 1; at <= tokens.length; at++) {
    if (at < tokens.length && !(tokens[at] ?? "").startsWith(" ")) continue;
    const [from, to] = inner(tokens, start, at);
    if (to - from > 1) found.push([from, to]);
    start = at;
  }
  return found;
}

const openers = "([{<";
const closers = ")]}>";

function inner(tokens: readonly Token[], start: number, end: number): readonly [number, number] {
  let [from, to] = [start, end];
  while (from < to && isMark(tokens[from] ?? "")) from++;
  while (to > from && isMark(tokens[to - 1] ?? "") && !closesInside(tokens, from, to)) to--;
  return [from, to];
}

/** The bracket at the end was opened within the run (`LOCAL(0)`). */
function closesInside(tokens: readonly Token[], from: number, to: number): boolean {
  const kind = closers.indexOf(bare(tokens[to - 1] ?? ""));
  if (kind < 0) return false;
  let depth = 0;
  for (let at = to - 1; at >= from; at--) {
    const text = bare(tokens[at] ?? "");
    if (text === closers[kind]) depth++;
    if (text === openers[kind] && --depth === 0) return true;
  }
  return false;
}
