import { createHash } from "node:crypto";
import { renderCalendar } from "./calendar.ts";
import { renderFeed } from "./feed.ts";
import { renderIncidentPage, renderStatusPage } from "./html.tsx";
import { renderStatusJson } from "./json.ts";
import { calendarName, feedName, incidentName, pageName } from "./names.ts";
import { tickKinds } from "../render/bars.tsx";
import type { PageModel } from "./page.ts";
import { pastText } from "./sentences.ts";

/** One file of the page; `path` is relative, with `/`, and never leaves the page's folder. */
export interface PageFile {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** The page at one moment: what is written, what it says, and its names. */
export interface Edition {
  readonly model: PageModel;
  /** in the order they are put in place: `index.html` last */
  readonly files: readonly PageFile[];
  /** sha256 over paths and bodies, hex */
  readonly hash: string;
  /** the same for two editions that say the same, whenever they were made */
  readonly saying: string;
}

const types = {
  html: "text/html; charset=utf-8",
  json: "application/json; charset=utf-8",
  atom: "application/atom+xml; charset=utf-8",
  ical: "text/calendar; charset=utf-8",
};

export function pageEdition(model: PageModel): Edition {
  const { langs, notices } = model;
  const incidents = notices.flatMap((notice) =>
    langs.map((lang) => file(incidentName(model, notice.id, lang), "html", renderIncidentPage(model, notice, lang))),
  );
  const feeds = langs.map((lang) => file(feedName(model, lang), "atom", renderFeed(model, lang)));
  const calendars = langs.map((lang) => file(calendarName(model, lang), "ical", renderCalendar(model, lang)));
  const pages = langs.map((lang) => file(pageName(model, lang), "html", renderStatusPage(model, lang)));
  const files = [
    ...incidents,
    ...feeds,
    ...calendars,
    file("status.json", "json", renderStatusJson(model)),
    ...pages.toReversed(),
  ];
  return { model, files, hash: filesHash(files), saying: sha256(JSON.stringify(sayingOf(model))) };
}

/** What a reader would notice: not when it was made, and of the past only what is drawn and written. */
function sayingOf(model: PageModel): unknown {
  const { atMs: _, services, ...said } = model;
  const seen = services.map(({ past, ...service }) => {
    const drawn = past === null ? null : [pastText(past, "ja"), tickKinds(past.days, past.days.length)];
    return { ...service, past: drawn };
  });
  return { ...said, services: seen };
}

function file(path: string, type: keyof typeof types, text: string): PageFile {
  return { path, contentType: types[type], body: Buffer.from(text) };
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** One name for a set of files, whatever order they come in. */
export function filesHash(files: readonly Pick<PageFile, "path" | "body">[]): string {
  return sha256(
    files
      .map(({ path, body }) => `${path} ${sha256(body)}\n`)
      .sort()
      .join(""),
  );
}
