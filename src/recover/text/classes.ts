import type { TextClasses } from "../../kernel/model/backup.ts";

export const textClassNames = [
  "ascii",
  "hiragana",
  "katakana",
  "kanji",
  "halfKana",
  "other",
  "supplementary",
  "suspect",
] as const satisfies readonly (keyof TextClasses)[];
const at = Object.fromEntries(textClassNames.map((name, index) => [name, index])) as Record<keyof TextClasses, number>;

/** `from, to, class` of the basic plane; the rest is `other`. Surrogates are counted where they pair. */
const ranges: readonly (readonly [number, number, keyof TextClasses])[] = [
  [0x00, 0x7f, "ascii"],
  [0x80, 0x9f, "suspect"],
  [0x3041, 0x309f, "hiragana"],
  [0x30a0, 0x30ff, "katakana"],
  [0x3400, 0x4dbf, "kanji"],
  [0x4e00, 0x9fff, "kanji"],
  [0xf900, 0xfaff, "kanji"],
  [0xff61, 0xff9f, "halfKana"],
  [0xfffd, 0xfffd, "suspect"],
  [0x3f, 0x3f, "suspect"],
];

let table: Uint8Array | null = null;

function classTable(): Uint8Array {
  if (table !== null) return table;
  const made = new Uint8Array(0x1_0000).fill(at.other);
  for (const [from, to, name] of ranges) made.fill(at[name], from, to + 1);
  table = made;
  return made;
}

/** Characters of each class seen so far; the values must be the text itself, without a dump's escapes. */
export interface ClassCounter {
  add(text: string): void;
  totals(): TextClasses;
}

export function createClassCounter(): ClassCounter {
  const counts = new Float64Array(textClassNames.length);
  const classes = classTable();
  return {
    add(text) {
      for (let index = 0; index < text.length; index++) {
        const unit = text.charCodeAt(index);
        if (unit >= 0xd800 && unit <= 0xdfff) index += countSurrogate(counts, text, index);
        else counts[classes[unit] as number]! += 1;
      }
    },
    totals: () =>
      Object.fromEntries(textClassNames.map((name, index) => [name, counts[index]])) as unknown as TextClasses,
  };
}

/** @returns how many units more it took */
function countSurrogate(counts: Float64Array, text: string, index: number): number {
  const isPair = (text.codePointAt(index) ?? 0) > 0xffff;
  counts[isPair ? at.supplementary : at.suspect]! += 1;
  return isPair ? 1 : 0;
}

/** The classes of a few texts. */
export function countClasses(texts: Iterable<string>): TextClasses {
  const counter = createClassCounter();
  for (const text of texts) counter.add(text);
  return counter.totals();
}

/** A tenth of a percent: less is what a database may round away, more is damage. Source: RECOVERY §3.4. */
const toleratedRatio = 0.001;

export interface ClassDifference {
  readonly name: keyof TextClasses;
  readonly source: number;
  readonly copy: number;
}

/** Counters that differ by more than 0.1 % of what the source counted there (so also any that fell to 0), largest first. */
export function differingClasses(source: TextClasses, copy: TextClasses): readonly ClassDifference[] {
  return textClassNames
    .map((name) => ({ name, source: source[name], copy: copy[name] }))
    .filter((one) => Math.abs(one.copy - one.source) > toleratedRatio * Math.max(one.source, 1))
    .toSorted((a, b) => Math.abs(b.copy - b.source) - Math.abs(a.copy - a.source));
}
