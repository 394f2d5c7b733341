import type { Lang } from "../kernel/lang.ts";
import type { Window } from "../kernel/model/window.ts";
import { catalogue } from "./catalogue.ts";
import { clockTime, dateTime } from "./format.ts";
import { safeLine } from "./one-line.ts";
import { groupName } from "./window-checks.ts";
import { few } from "./windows.ts";

const words = catalogue(
  {
    until: (title: string, time: string) => `${title} ${time} まで。`,
    over: (title: string, time: string) => `${title} 予定の終わり ${time} を過ぎています。`,
    verifying: (title: string, left: number) => `${title} の作業は終わり、確かめています(残り ${left} 件)。`,
    verifyingAll: (title: string) => `${title} の作業は終わり、確かめています。`,
    stopped: (count: number) => `サーバー${count}台が予定どおり停止しています。`,
    willCheck: "戻ったら、時計・サービス・実行されなかった cron・ページを確かめます。",
    willCheckOnly: (names: string) => `戻ったら、${names}を確かめます。`,
    next: (time: string, title: string) => `次の保守 ${time} ${title}`,
    held: (count: number) => `保留中: ${count} 件`,
  },
  {
    until: (title: string, time: string) => `${title} until ${time}.`,
    over: (title: string, time: string) => `${title}: past its planned end ${time}.`,
    verifying: (title: string, left: number) => `${title}: the work is over, the checks are on (${left} left).`,
    verifyingAll: (title: string) => `${title}: the work is over, the checks are on.`,
    stopped: (count: number) => `${count === 1 ? "1 host" : `${count} hosts`} stopped as planned.`,
    willCheck: "I check clock, units, missed cron and pages when it is back.",
    willCheckOnly: (names: string) => `I check ${names} when it is back.`,
    next: (time: string, title: string) => `Next maintenance: ${time} ${title}`,
    held: (count: number) => `held: ${count}`,
  },
);

/** One line for a window that is under way: until when, what is stopped, what is checked afterwards. */
export function underWayLine(
  window: Window,
  { timeZone, lang, nowMs, left }: { timeZone: string; lang: Lang; nowMs: number; left: number | null },
): string {
  const say = words(lang);
  const title = safeLine(window.title);
  const gap = lang === "ja" ? "" : " ";
  if (window.state === "verifying") return left === null ? say.verifyingAll(title) : say.verifying(title, left);
  const sameDay = window.endMs - nowMs < 18 * 3_600_000;
  const end = (sameDay ? clockTime : dateTime)(window.endMs, timeZone, lang);
  const down = window.course.backAt === null ? window.course.wentDown.length : 0;
  const names = window.checksWanted.map((group) => groupName(group, lang));
  return [
    (window.endMs < nowMs ? say.over : say.until)(title, end),
    ...(down === 0 ? [] : [say.stopped(down)]),
    names.length === 0 ? say.willCheck : say.willCheckOnly(few(names, lang)),
  ].join(gap);
}

/** One line for the window that comes next. */
export function nextWindowLine(window: Window, { timeZone, lang }: { timeZone: string; lang: Lang }): string {
  return words(lang).next(dateTime(window.startMs, timeZone, lang), safeLine(window.title));
}

/** `保留中: 14 件`. */
export function heldText(count: number, lang: Lang): string {
  return words(lang).held(count);
}
