import type { Lang } from "../kernel/lang.ts";
import type { AftercareFinding } from "../kernel/model/aftercare.ts";
import { dateTime, duration, list } from "./format.ts";

/** A finding as its sentences read it. */
export interface Found {
  readonly count: number;
  readonly items: readonly string[];
  number(fact: string): number;
  text(fact: string): string;
  is(fact: string): boolean;
  /** a fact that is a list, joined */
  all(fact: string): string;
  /** the first things by name and how many there are besides */
  some(): string;
  time(fact: string): string;
  length(fact: string): string;
}

export interface CheckWords {
  /** the question, as a heading */
  readonly title: string;
  /** what was compared with what */
  readonly compared: string;
  /** it is as before */
  readonly pass: string;
  /** what was found when it is not, one sentence without a full stop */
  bad(found: Found): string;
  /** the same in a few words, for one line */
  short(found: Found): string;
}

export type SaidInBoth = Readonly<Record<Lang, CheckWords>>;

const mostNamed = 3;

export function foundOf(finding: AftercareFinding, { timeZone, lang }: { timeZone: string; lang: Lang }): Found {
  const { facts, items } = finding;
  const count = typeof facts["count"] === "number" ? facts["count"] : items.length;
  const number = (fact: string): number => (typeof facts[fact] === "number" ? facts[fact] : 0);
  return {
    count,
    items,
    number,
    text: (fact) => String(facts[fact] ?? "—"),
    is: (fact) => facts[fact] === true,
    all(fact) {
      const value = facts[fact];
      return Array.isArray(value) ? list(value.map(String), lang) : "";
    },
    some() {
      const named = items.slice(0, mostNamed);
      const more = count - named.length;
      if (more <= 0) return named.join(lang === "ja" ? "、" : ", ");
      return lang === "ja" ? `${named.join("、")} ほか${more}件` : `${named.join(", ")} and ${more} more`;
    },
    time: (fact) => dateTime(number(fact), timeZone, lang),
    length: (fact) => duration(Math.abs(number(fact)) * 1_000, lang),
  };
}

/** `+3時間2分` / `-3 h 2 min`: a clock's distance from the right time; ahead is `+`. */
export function signedLength(seconds: number, lang: Lang): string {
  const sign = seconds < 0 ? "-" : "+";
  const size = Math.abs(seconds);
  if (size >= 60) return `${sign}${duration(size * 1_000, lang)}`;
  return `${sign}${size.toFixed(size < 10 ? 1 : 0)}${lang === "ja" ? "秒" : " s"}`;
}
