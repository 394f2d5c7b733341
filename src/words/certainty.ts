import type { Bilingual, Lang } from "../kernel/lang.ts";

const words: readonly { readonly from: number; readonly word: Bilingual }[] = [
  { from: 0.95, word: { ja: "ほぼ確実", en: "almost certain" } },
  { from: 0.8, word: { ja: "可能性が高い", en: "likely" } },
  { from: 0.5, word: { ja: "疑わしい", en: "suspected" } },
  { from: 0, word: { ja: "候補", en: "a candidate" } },
];

/** The four words a probability is told in. */
export function certainty(probability: number, lang: Lang): string {
  return words.find(({ from }) => probability >= from)?.word[lang] ?? "";
}

/** 1 to 99: nobody is ever entirely sure. Never rounded up, so that the figure does not contradict the word. */
export function percent(probability: number): number {
  return Math.min(99, Math.max(1, Math.floor(probability * 100 + tiny)));
}

/** 0.29 × 100 is a little less than 29 */
const tiny = 1e-9;
