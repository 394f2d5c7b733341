import { createHash } from "node:crypto";
import type { Lang } from "../kernel/lang.ts";
import { calendarText } from "../render/ical.ts";
import { maintenanceWords } from "../words/page-maintenance.ts";
import { maintenanceTitle, newsText } from "./maintenance-text.ts";
import type { PageWindow } from "./maintenance.ts";
import { generator } from "./names.ts";
import type { PageModel } from "./page.ts";

/** Maintenance for calendar programs, in customers' words; its identities stay while it is moved. Source: RFC 5545. */
export function renderCalendar(model: PageModel, lang: Lang): string {
  const say = maintenanceWords(lang);
  const name = `${model.title} ${say.heading}`;
  const page = createHash("sha256").update(model.identity).digest("hex").slice(0, 16);
  const entries = model.maintenance.map((window) => ({
    uid: `maintenance-${window.id}@${page}.invalid`,
    sequence: window.version - 1 + (window.state === "cancelled" ? 1 : 0),
    changedAtMs: window.endedAtMs ?? window.createdAtMs,
    startMs: window.startMs,
    endMs: window.endMs,
    title: maintenanceTitle(window, lang),
    description: descriptionOf(model, window, lang),
    isCancelled: window.state === "cancelled",
    url: null,
  }));
  return calendarText(name, entries, generator);
}

function descriptionOf({ zone }: PageModel, window: PageWindow, lang: Lang): string {
  const { alternate } = window;
  const said = newsText(window, window.state === "cancelled" ? "cancelled" : "announced", { zone, lang });
  return [said, ...(alternate === null ? [] : [maintenanceWords(lang).alternate(alternate)])].join("\n");
}
