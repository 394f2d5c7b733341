import { langs } from "../kernel/lang.ts";
import { printable } from "../render/html.ts";
import { rfc3339 } from "../words/format.ts";
import type { PageWindow } from "./maintenance.ts";
import { generator } from "./names.ts";
import type { PageModel, PageNotice } from "./page.ts";
import { headline } from "./sentences.ts";

/** Readers should not believe the page once it is older than this. */
export const staleAfterMs = 600_000;

/** The page for machines, in both languages at once. Times RFC 3339 with zone, durations in seconds. */
export function renderStatusJson(model: PageModel): string {
  const at = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms, model.zone));
  const incident = (notice: PageNotice): object => ({
    id: notice.id,
    state: notice.state,
    services: notice.names,
    startedAt: at(notice.startedAtMs),
    endedAt: at(notice.endedAtMs),
    updates: notice.updates.map(({ atMs, state, text }) => ({ at: at(atMs), state, text })),
  });
  const maintenance = (window: PageWindow): object => ({
    id: window.id,
    state: window.state,
    services: window.names,
    plannedStart: at(window.startMs),
    plannedEnd: at(window.endMs),
    startedAt: at(window.startedAtMs),
    endedAt: at(window.endedAtMs),
    alternate: window.alternate,
  });
  const page = {
    schema: generator,
    title: model.title,
    state: model.state,
    headline: Object.fromEntries(langs.map((lang) => [lang, headline(model, lang)])),
    updatedAt: at(model.atMs),
    staleAfterSeconds: staleAfterMs / 1000,
    nextNewsAt: at(model.nextNewsAtMs),
    services: model.services.map(({ key, name, state, because, past }) => ({
      id: key,
      name,
      state,
      because,
      downSeconds90Days: past === null ? null : Math.round(past.downMs / 1000),
      // as precise as the page says it, so that a minute more is no news
      availability90Days: past?.ratio == null ? null : Math.round(past.ratio * 10_000) / 10_000,
    })),
    incidents: model.notices.map(incident),
    maintenance: model.maintenance.map(maintenance),
  };
  return `${printable(JSON.stringify(page, null, 1))}\n`;
}
