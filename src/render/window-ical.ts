import type { Lang } from "../kernel/lang.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Window } from "../kernel/model/window.ts";
import { affectsText, windowWords } from "../words/windows.ts";
import { calendarText, type CalendarEntry } from "./ical.ts";

export interface IcalPlace {
  readonly site: Pick<Site, "name" | "url" | "services" | "people"> & Partial<Pick<Site, "jobs">>;
  readonly lang: Lang;
  /** each entry leads to its page; false where whoever reads it cannot open that */
  readonly hasLinks: boolean;
}

/** The windows as a calendar that other programs subscribe to. */
export function windowCalendar(windows: readonly Window[], place: IcalPlace): string {
  const name = `${place.site.name} ${windowWords(place.lang).title}`;
  return calendarText(
    name,
    windows.map((window) => entryOf(window, place)),
  );
}

function entryOf(window: Window, { site, lang, hasLinks }: IcalPlace): CalendarEntry {
  const { id, version, alternate, state } = window;
  const isCancelled = state === "cancelled";
  const told = [
    affectsText(window, site, lang),
    ...(alternate === null ? [] : [windowWords(lang).alternate(alternate)]),
  ];
  return {
    uid: `window-${id}@${site.url === null ? "koboshi.invalid" : new URL(site.url).hostname}`,
    sequence: version - 1 + (isCancelled ? 1 : 0),
    changedAtMs: (window.closedAt ?? window.createdAt).atMs,
    startMs: window.startMs,
    endMs: window.endMs,
    title: window.title,
    description: told.join("\n"),
    isCancelled,
    url: hasLinks && site.url !== null ? `${site.url}/calendar/${id}` : null,
  };
}
