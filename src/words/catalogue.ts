import type { Lang } from "../kernel/lang.ts";

/** A sentence, or a function that makes one of its facts. */
type Text = string | ((...facts: never[]) => string);
type Shape<T> = { readonly [Key in keyof T]: T[Key] extends string ? string : T[Key] };

/**
 * One part of the catalogue: the Japanese texts are the type, the English ones must have the same keys and parameters,
 * so a missing or misspelt text does not compile. @returns the texts of one language
 */
export function catalogue<T extends Readonly<Record<string, Text>>>(ja: T, en: Shape<T>): (lang: Lang) => Shape<T> {
  return (lang) => (lang === "ja" ? (ja as Shape<T>) : en);
}
