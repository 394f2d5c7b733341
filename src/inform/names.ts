import type { Lang } from "../kernel/lang.ts";

/** Written into every file of the page, so that koboshi knows its own again. */
export const generator = "koboshi.page/1";

interface Langs {
  readonly langs: readonly Lang[];
}

/** `index.html` in the page's first language, `en.html` in the others. */
export function pageName({ langs }: Langs, lang: Lang): string {
  return lang === langs[0] ? "index.html" : `${lang}.html`;
}

/** `feed.atom`, `feed.en.atom`. */
export function feedName({ langs }: Langs, lang: Lang): string {
  return lang === langs[0] ? "feed.atom" : `feed.${lang}.atom`;
}

/** `maintenance.ics`, `maintenance.en.ics`. */
export function calendarName({ langs }: Langs, lang: Lang): string {
  return lang === langs[0] ? "maintenance.ics" : `maintenance.${lang}.ics`;
}

/** `incident/241.html`, `incident/241.en.html`. */
export function incidentName({ langs }: Langs, id: number, lang: Lang): string {
  return lang === langs[0] ? `incident/${id}.html` : `incident/${id}.${lang}.html`;
}
