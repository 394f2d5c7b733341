import { createHash } from "node:crypto";
import { h } from "preact";
import type { Lang } from "../kernel/lang.ts";
import { escapeXml, htmlFragment } from "../render/html.ts";
import { joined } from "../words/customer.ts";
import { rfc3339 } from "../words/format.ts";
import { maintenanceWords } from "../words/page-maintenance.ts";
import { incidentWord, pageWords } from "../words/page.ts";
import { newsText, newsTitle } from "./maintenance-text.ts";
import type { PageWindow, PageWindowNews } from "./maintenance.ts";
import { feedName, generator, incidentName, pageName } from "./names.ts";
import type { PageModel, PageNotice } from "./page.ts";
import { closing, noticeTitle } from "./sentences.ts";

const dayMs = 86_400_000;

/** The same words always give the same id. Source: RFC 9562 §5.8, a UUID of version 8 from SHA-256. */
function stableId(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}

function element(name: string, text: string, attributes = ""): string {
  return `<${name}${attributes}>${escapeXml(text)}</${name}>`;
}

function link(rel: string, type: string, href: string): string {
  return `<link rel="${rel}" type="${type}" href="${escapeXml(href)}"/>`;
}

interface Entry {
  readonly updatedMs: number;
  readonly text: string;
}

/**
 * The news as Atom, newest first: one entry an incident, and one for each thing told of maintenance, so that readers hear
 * of each; an entry of an incident keeps its id and moves its `updated` with each notice.
 * Links are relative to the feed's own address, because the same files are published to several hosts. Source: RFC 4287.
 */
export function renderFeed(model: PageModel, lang: Lang): string {
  const entries = [...model.notices.map((notice) => entry(model, notice, lang)), ...maintenanceEntries(model, lang)];
  const newestMs = Math.max(...entries.map((one) => one.updatedMs), Math.floor(model.atMs / dayMs) * dayMs);
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${lang}">`,
    element("id", stableId(`${model.identity}/status/${lang}`)),
    element("title", pageWords(lang).feedTitle(model.title)),
    element("updated", rfc3339(newestMs, model.zone)),
    `<author>${element("name", model.title)}</author>`,
    element("generator", generator),
    link("self", "application/atom+xml", feedName(model, lang)),
    link("alternate", "text/html", pageName(model, lang)),
    ...entries.toSorted((a, b) => b.updatedMs - a.updatedMs).map(({ text }) => text),
    "</feed>",
    "",
  ].join("\n");
}

function updatedMs(notice: PageNotice): number {
  return notice.updates[0]?.atMs ?? notice.startedAtMs;
}

function entry(model: PageModel, notice: PageNotice, lang: Lang): Entry {
  const title = `${incidentWord(notice.state, lang)}: ${noticeTitle(notice, lang)}`;
  const text = [
    "<entry>",
    element("id", stableId(`${model.identity}/incident/${notice.id}/${notice.startedAtMs}/${lang}`)),
    element("title", title),
    element("published", rfc3339(notice.updates.at(-1)?.atMs ?? notice.startedAtMs, model.zone)),
    element("updated", rfc3339(updatedMs(notice), model.zone)),
    link("alternate", "text/html", incidentName(model, notice.id, lang)),
    element("content", htmlFragment(h("div", {}, paragraphs(model, notice, lang))), ' type="html"'),
    "</entry>",
  ].join("\n");
  return { updatedMs: updatedMs(notice), text };
}

/** The same window in the same version and the same thing told always give the same id. */
function maintenanceEntries(model: PageModel, lang: Lang): readonly Entry[] {
  const reading = { zone: model.zone, lang };
  return model.maintenance.flatMap((window) =>
    window.news.map(({ what, atMs }) => {
      const said = [newsText(window, what, reading), ...toldBeside(window, what, lang)];
      const text = [
        "<entry>",
        element("id", stableId(`${model.identity}/window/${window.id}/${window.version}/${what}/${lang}`)),
        element("title", newsTitle(window, what, lang)),
        element("published", rfc3339(atMs, model.zone)),
        element("updated", rfc3339(atMs, model.zone)),
        link("alternate", "text/html", pageName(model, lang)),
        element("content", htmlFragment(h("p", {}, joined(said, lang))), ' type="html"'),
        "</entry>",
      ].join("\n");
      return { updatedMs: atMs, text };
    }),
  );
}

function toldBeside({ alternate }: PageWindow, what: PageWindowNews, lang: Lang): readonly string[] {
  return alternate === null || what === "ended" || what === "cancelled"
    ? []
    : [maintenanceWords(lang).alternate(alternate)];
}

function paragraphs(model: PageModel, notice: PageNotice, lang: Lang): ReturnType<typeof h>[] {
  return notice.updates.map((update, index) => {
    const ending = index === 0 && notice.open ? [closing(model, lang)] : [];
    return h("p", {}, h("b", {}, incidentWord(update.state, lang)), " ", joined([update.text[lang], ...ending], lang));
  });
}
