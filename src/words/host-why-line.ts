import type { Lang } from "../kernel/lang.ts";
import type { HostAnswers, WhySection } from "../kernel/model/host-answers.ts";
import type { UsedOf } from "../kernel/model/host-service-answers.ts";
import { dateTime } from "./format.ts";
import { thousands } from "./figures.ts";
import { hostWhyWords } from "./host-why-words.ts";

/** One line of an answer. */
export interface WhyLine {
  readonly text: string;
  /** a good administrator would stop at it */
  readonly isNotable: boolean;
}

export interface WhyPlace {
  readonly lang: Lang;
  readonly timeZone: string;
}

export interface WhySaying extends WhyPlace {
  readonly say: ReturnType<typeof hostWhyWords>;
  /** a moment, or a dash */
  time(atMs: number | null): string;
  /** `812 of 1,024` */
  use(of: UsedOf): string;
}

/** What is said of each section that was answered. */
export type WhyTellers = {
  readonly [Section in WhySection]?: (
    answer: NonNullable<HostAnswers[Section]>,
    saying: WhySaying,
  ) => readonly WhyLine[];
};

export function sayingIn(place: WhyPlace): WhySaying {
  const say = hostWhyWords(place.lang);
  return {
    ...place,
    say,
    time: (atMs) => (atMs === null ? "—" : dateTime(atMs, place.timeZone, place.lang)),
    use: ({ used, limit }) => (limit === null ? thousands(used) : say.use(thousands(used), thousands(limit))),
  };
}

export function plain(text: string): WhyLine {
  return { text: text.trim(), isNotable: false };
}

export function notable(text: string): WhyLine {
  return { text: text.trim(), isNotable: true };
}

export function line(text: string, isNotable: boolean): WhyLine {
  return { text: text.trim(), isNotable };
}

/** Less than a tenth is noise, whole figures are enough from ten on. */
export function rateText(perSecond: number): string {
  return perSecond >= 10 ? thousands(Math.round(perSecond)) : String(Math.round(perSecond * 10) / 10);
}

/** Nearly used up. */
const nearRatio = 0.8;

export function isNear({ used, limit }: UsedOf): boolean {
  return limit !== null && limit > 0 && used >= limit * nearRatio;
}
