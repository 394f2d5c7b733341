import type { Lang } from "../kernel/lang.ts";
import type { StateWord } from "../kernel/model/status.ts";
import { customerMoment } from "../words/customer.ts";
import { list } from "../words/format.ts";
import { maintenanceWords } from "../words/page-maintenance.ts";
import { pageWords } from "../words/page.ts";
import { windowSpan } from "../words/windows.ts";
import type { PageWindow, PageWindowNews, PageWindowState } from "./maintenance.ts";

const namesShown = 3;

/** Where and in which language it is read. */
export interface Reading {
  readonly zone: string;
  readonly lang: Lang;
}

function namesText({ names }: PageWindow, lang: Lang): string {
  if (names.length <= namesShown) return list(names, lang);
  const shown = names.slice(0, namesShown);
  return pageWords(lang).some(lang === "ja" ? list(shown, lang) : shown.join(", "), names.length - namesShown);
}

export function maintenanceTitle(window: PageWindow, lang: Lang): string {
  return maintenanceWords(lang).title(namesText(window, lang));
}

/** `11月26日(木) 2:00〜5:00(3時間)` in the site's zone. */
export function maintenanceSpan(window: PageWindow, { zone, lang }: Reading): string {
  return windowSpan(window, { timeZone: zone, lang });
}

export function maintenanceWord(state: PageWindowState, lang: Lang): string {
  return maintenanceWords(lang)[state];
}

const marks: Readonly<Record<PageWindowState, StateWord>> = {
  planned: "maintenance",
  running: "maintenance",
  checking: "maintenance",
  ended: "ok",
  cancelled: "paused",
};

export function maintenanceMark(state: PageWindowState): StateWord {
  return marks[state];
}

/** What has to be said beside its times. */
export function maintenanceRemarks({ state, alternate, news }: PageWindow, lang: Lang): readonly string[] {
  const say = maintenanceWords(lang);
  const isComing = state === "planned" || state === "running";
  return [
    ...(state === "running" && news.some(({ what }) => what === "late") ? [say.wasLate] : []),
    ...(state === "checking" ? [say.checkingHow] : []),
    ...(isComing && alternate !== null ? [say.alternate(alternate)] : []),
  ];
}

/** `保守開始: ネットショップ`. */
export function newsTitle(window: PageWindow, what: PageWindowNews, lang: Lang): string {
  const say = maintenanceWords(lang);
  const titles: Readonly<Record<PageWindowNews, string>> = {
    announced: say.tellAnnounced,
    soon: say.tellSoon,
    started: say.tellStarted,
    late: say.tellLate,
    ended: say.tellEnded,
    cancelled: say.tellCancelled,
  };
  return `${titles[what]}: ${namesText(window, lang)}`;
}

/** What subscribers read at that moment. */
export function newsText(window: PageWindow, what: PageWindowNews, reading: Reading): string {
  const { lang } = reading;
  const say = maintenanceWords(lang);
  const [span, names] = [maintenanceSpan(window, reading), namesText(window, lang)];
  const texts: Readonly<Record<PageWindowNews, () => string>> = {
    announced: () => say.saidAnnounced(span, names),
    soon: () => say.saidSoon(span, names),
    started: () => say.saidStarted(names, customerMoment(window.endMs, reading)),
    late: () => say.saidLate(names),
    ended: () => say.saidEnded(names),
    cancelled: () => say.saidCancelled(span, names),
  };
  return texts[what]();
}
