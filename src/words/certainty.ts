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

/** 1 to 99: nobody is ever entirely sure. */
export function percent(probability: number): number {
  return Math.min(99, Math.max(1, Math.round(probability * 100)));
}
