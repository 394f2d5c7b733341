import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";
import { clockTime, dateTime, duration, list, zoneName } from "./format.ts";

/** How badly customers are hit, for the choice of words. `affected`: hit through something else. */
export type Harm = "down" | "affected" | "warning";

const verbs = catalogue(
  {
    down: (names: string) => `${names}をご利用いただけない状態です`,
    affected: (names: string) => `${names}に影響が出ており、ご利用いただけない場合があります`,
    warning: (names: string) => `${names}がつながりにくい状態です`,
  },
  {
    down: (names: string) => `${names} cannot be used`,
    affected: (names: string) => `${names} may not work as usual`,
    warning: (names: string) => `connections to ${names} are slow or unstable`,
  },
);

const sentences = catalogue(
  {
    first: (since: string, what: string) => `${since}ごろから、${what}。`,
    also: (names: string) => `${names}にも影響が出ております。`,
    looking: "現在、原因を調べております。",
    still: (at: string, what: string, lasted: string) =>
      `${at}現在も、${what}(発生から${lasted})。引き続き対応しております。`,
    stillHolds: (at: string, names: string) =>
      `${at}現在、${names}は正常にご利用いただけます。引き続き経過を確認しております。`,
    stillUnknown: (at: string, names: string) =>
      `${at}現在、${names}の状況を確認できておりません。引き続き確認しております。`,
    identified: "原因が判明し、復旧作業をしております。",
    fixing: "復旧作業をしております。",
    monitoring: "復旧に向けた対応を終え、経過を確認しております。",
    resolved: (at: string, lasted: string) => `${at}に復旧いたしました(影響 ${lasted})。`,
    resolvedDown: (at: string, lasted: string) => `${at}に復旧いたしました(停止 ${lasted})。`,
    falseAlarm: "確認の結果、サービスに問題はございませんでした。このお知らせを取り消します。",
    works: (names: string) => `${names}は通常どおりご利用いただけます。`,
    next: (at: string) => `次のお知らせは${at}ごろいたします。`,
    sorry: "ご不便をおかけし申し訳ございません。",
    wasSorry: "ご不便をおかけし申し訳ございませんでした。",
  },
  {
    first: (since: string, what: string) => `Since about ${since}, ${what}.`,
    also: (names: string) => `Also affected: ${names}.`,
    looking: "We are looking into it.",
    still: (at: string, what: string, lasted: string) =>
      `At ${at}, ${what} still (${lasted} so far). We are working on it.`,
    stillHolds: (at: string, names: string) => `At ${at}, working again: ${names}. We are watching that it holds.`,
    stillUnknown: (at: string, names: string) => `At ${at}, we cannot confirm the state of ${names}. We keep checking.`,
    identified: "The cause has been found and we are repairing it.",
    fixing: "We are repairing it.",
    monitoring: "The repair is done and we are watching that it holds.",
    resolved: (at: string, lasted: string) => `Working again since ${at} (affected for ${lasted}).`,
    resolvedDown: (at: string, lasted: string) => `Working again since ${at} (out of service for ${lasted}).`,
    falseAlarm: "We checked again: there was no problem with the service. We withdraw this notice.",
    works: (names: string) => `Working as usual: ${names}.`,
    next: (at: string) => `Next news about ${at}.`,
    sorry: "We are sorry for the trouble.",
    wasSorry: "We are sorry for the trouble this caused.",
  },
);

/** Where and in which language a notice is written. */
export interface Written {
  readonly zone: string;
  readonly lang: Lang;
}

/** `2:12` as it is said in a letter: `2時12分`, `3時`. Other languages stay as they are. */
function spoken(text: string, lang: Lang): string {
  if (lang !== "ja") return text;
  return text.replace(/(\d+):(\d\d)$/, (_, hour, minute) =>
    minute === "00" ? `${hour}時` : `${hour}時${Number(minute)}分`,
  );
}

/** `11月22日(日) 2時12分` / `02:12 JST on Sun 22 Nov`. */
export function customerMoment(atMs: number, { zone, lang }: Written): string {
  if (lang === "ja") return spoken(dateTime(atMs, zone, lang), lang);
  const time = clockTime(atMs, zone, lang);
  const day = dateTime(atMs, zone, lang).replace(` ${time}`, "");
  return `${time} ${zoneName(atMs, zone)} on ${day}`;
}

/** `3時` / `03:00 JST`. */
export function customerTime(atMs: number, { zone, lang }: Written): string {
  const time = clockTime(atMs, zone, lang);
  return lang === "ja" ? spoken(time, lang) : `${time} ${zoneName(atMs, zone)}`;
}

export interface FirstFacts {
  readonly harm: Harm;
  readonly names: readonly string[];
  /** what suffers from it */
  readonly also: readonly string[];
  readonly sinceMs: number;
}

/** The first notice, made of facts alone. */
export function firstNotice({ harm, names, also, sinceMs }: FirstFacts, to: Written): string {
  const say = sentences(to.lang);
  const what = verbs(to.lang)[harm](list(names, to.lang));
  const others = also.length === 0 ? [] : [say.also(list(also, to.lang))];
  return joined([say.first(customerMoment(sinceMs, to), what), ...others, say.looking], to.lang);
}

/** Sentences one after another, as the language sets them. */
export function joined(parts: readonly string[], lang: Lang): string {
  return parts.join(lang === "ja" ? "" : " ");
}

export interface StillFacts {
  /** as far as known at `atMs` */
  readonly now: Harm | "ok" | "unknown";
  readonly names: readonly string[];
  readonly sinceMs: number;
  readonly atMs: number;
}

/** The notice that keeps a promise when nobody has written anything new. */
export function stillNotice({ now, names, sinceMs, atMs }: StillFacts, to: Written): string {
  const say = sentences(to.lang);
  const [at, who] = [customerTime(atMs, to), list(names, to.lang)];
  if (now === "ok") return say.stillHolds(at, who);
  if (now === "unknown") return say.stillUnknown(at, who);
  return say.still(at, verbs(to.lang)[now](who), duration(atMs - sinceMs, to.lang));
}

/** The notice of the end, with how long it lasted. */
export function resolvedNotice(facts: { harm: Harm; atMs: number; lastedMs: number }, to: Written): string {
  const say = sentences(to.lang);
  const [at, lasted] = [customerMoment(facts.atMs, to), duration(facts.lastedMs, to.lang)];
  const end = facts.harm === "down" ? say.resolvedDown(at, lasted) : say.resolved(at, lasted);
  return joined([end, say.wasSorry], to.lang);
}

export function progressNotice(state: "identified" | "fixing" | "monitoring" | "falseAlarm", lang: Lang): string {
  return sentences(lang)[state];
}

export function worksSentence(names: readonly string[], lang: Lang): string {
  return sentences(lang).works(list(names, lang));
}

export function nextSentence(atMs: number, to: Written): string {
  return sentences(to.lang).next(customerTime(atMs, to));
}

export function sorrySentence(lang: Lang): string {
  return sentences(lang).sorry;
}
