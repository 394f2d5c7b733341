import type { FastifyReply } from "fastify";
import type { ComponentChildren, JSX } from "preact";
import { styleHash } from "../render/css.ts";
import { htmlFragment } from "../render/html.ts";
import { renderPage } from "../render/layout.tsx";
import type { Incident } from "../kernel/model/incident.ts";
import type { StateWord, WatchStatus } from "../kernel/model/status.ts";
import { duration, zoneName } from "../words/format.ts";
import { glyphs } from "../words/states.ts";
import { watchWord } from "../words/watch.ts";
import { shellWords } from "../words/web-shell.ts";
import { Alarm } from "./alarm.tsx";
import type { Script } from "./assets.ts";
import { sendText } from "./compress.ts";
import type { PageContext } from "./context.ts";
import { webCss } from "./css.ts";
import { liveAnswer } from "./live-parts.ts";
import { Nav, type NavKey } from "./nav.tsx";

/** One page before it is framed. */
export interface Page {
  /** what the tab says before `— koboshi` */
  readonly title: string;
  /** the shape in the tab's icon */
  readonly mark: StateWord;
  readonly body: ComponentChildren;
  readonly status?: number;
  /** which of the main pages this is */
  readonly here?: NavKey;
  readonly openCount?: number;
  /** milliseconds since the checks last ran; null: not known */
  readonly pulseAgeMs?: number | null;
  /** whether someone outside watches koboshi; left out: not known */
  readonly watch?: WatchStatus | undefined;
  /** what is going on while this page is about something else; worst first */
  readonly alarms?: readonly Incident[];
  /** wide pages use the whole screen of a desktop */
  readonly wide?: boolean;
  /** false for pages reached by a link alone: they show nothing but themselves */
  readonly frame?: boolean;
}

/** The scheduler runs at least once a second; half a minute without it means nothing is watched. */
export const latePulseMs = 30_000;

const csp = [
  "default-src 'none'",
  `style-src ${styleHash(webCss)}`,
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** What keeps a page to itself. Referrer `same-origin`: with `no-referrer` browsers send forms as from nowhere. */
const headers: Readonly<Record<string, string>> = {
  "content-security-policy": csp,
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

export function sendPage(
  reply: FastifyReply,
  context: PageContext,
  page: Page & { script: Script | null },
): FastifyReply {
  const framed = page.frame !== false;
  const { theme, density } = context.look;
  const html = renderPage({
    lang: context.lang,
    title: tabTitle(context, page),
    css: webCss,
    look: {
      "data-theme": theme,
      "data-density": density,
      "data-framed": framed ? (page.wide === true ? "wide" : "yes") : "no",
    },
    head: <Head page={page} script={framed ? page.script : null} />,
    ...(framed ? { header: <Header context={context} page={page} /> } : {}),
    body: page.body,
    footer: <Footer context={context} framed={framed} script={framed ? page.script : null} />,
  });
  void reply
    .headers(headers)
    .header("content-language", context.lang)
    .status(page.status ?? 200)
    .type("text/html; charset=utf-8");
  return sendText(reply, html);
}

/** Answers an open page that asks what has changed. @param have what it says it has */
export function sendChanges(reply: FastifyReply, context: PageContext, page: Page & { have: string }): FastifyReply {
  const answer = liveAnswer(htmlFragment(<>{page.body}</>), page.have, {
    title: tabTitle(context, page),
    icon: icon(page.mark),
    parts: {
      nav: htmlFragment(<Nav context={context} here={page.here} openCount={page.openCount ?? 0} />),
      pulse: htmlFragment(<Pulse context={context} page={page} />),
      alarm: htmlFragment(<Alarm context={context} incidents={page.alarms ?? []} />),
    },
  });
  void reply.headers(headers).type("application/json; charset=utf-8");
  return sendText(reply, JSON.stringify(answer));
}

function tabTitle({ say }: PageContext, page: Page): string {
  return `${page.title} — ${say.product}`;
}

function Head({ page, script }: { page: Page; script: Script | null }): JSX.Element {
  return (
    <>
      <link rel="icon" href={icon(page.mark)} />
      <meta name="robots" content="noindex" />
      {script === null ? null : <script type="module" src={script.url} />}
    </>
  );
}

const iconColours: Readonly<Record<StateWord, string>> = {
  ok: "#116329",
  warning: "#7d4e00",
  down: "#a40e26",
  affected: "#7d4e00",
  maintenance: "#0a4a94",
  unknown: "#57606a",
  paused: "#57606a",
};

/** The tab's icon changes shape as well as colour. */
function icon(state: StateWord): string {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" fill="#fff" rx="3"/>` +
    `<text x="8" y="13" font-size="14" text-anchor="middle" fill="${iconColours[state]}">${glyphs[state]}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function Header({ context, page }: { context: PageContext; page: Page }): JSX.Element {
  const { say, lang } = context;
  const words = shellWords(lang);
  return (
    <>
      <div class="top">
        <a class="brand" href="/">
          {say.product}
        </a>
        <Pulse context={context} page={page} />
        <form role="search" action="/search" method="get">
          <input type="search" name="q" aria-label={words.searchLabel} placeholder={words.search} autocomplete="off" />
        </form>
      </div>
      <Nav context={context} here={page.here} openCount={page.openCount ?? page.alarms?.length ?? 0} />
      <Alarm context={context} incidents={page.alarms ?? []} />
    </>
  );
}

/** koboshi's own heartbeat: who watches the watcher is always to be seen. */
function Pulse({ context, page }: { context: PageContext; page: Page }): JSX.Element {
  const { pulseAgeMs: ageMs = null, watch } = page;
  if (ageMs === null) return <span class="pulse" id="pulse" />;
  const { say, lang } = context;
  const late = ageMs > latePulseMs;
  const dog = watch === undefined ? "" : ` · ${watchWord(watch.watchdog, lang)}`;
  return (
    <span class={`pulse ${late ? "c-unknown" : "mut"}`} id="pulse">
      {late ? `${glyphs.unknown} ${say.pulseLate(duration(ageMs, lang))}` : say.pulse(duration(ageMs, lang))}
      {dog}
    </span>
  );
}

function Footer({
  context,
  framed,
  script,
}: {
  context: PageContext;
  framed: boolean;
  script: Script | null;
}): JSX.Element {
  const { say, viewer, site, now, lang } = context;
  const path = context.url.split("?")[0] ?? "/";
  const other = lang === "ja" ? "en" : "ja";
  return (
    <>
      <p>{say.timeZone(zoneName(now.atMs, site.timeZone))}</p>
      <a href={withLang(context.url, other)} lang={other} hreflang={other}>
        {say.otherLang}
      </a>
      {framed ? <a href={path}>{say.reload}</a> : null}
      {framed ? <a href="/look">{shellWords(lang).look}</a> : null}
      {framed ? <Session context={context} /> : null}
      {framed ? <Switches context={context} script={script} /> : null}
      {framed ? <p id="news" role="status" class="only-read" /> : null}
      {viewer === null || !framed ? null : <p>{say.signedInAs(viewer.name)}</p>}
    </>
  );
}

/** What the page's script needs to know, on the one button that only it can work. */
function Switches({ context, script }: { context: PageContext; script: Script | null }): JSX.Element {
  const { say, look } = context;
  return (
    <button
      type="button"
      id="pause"
      hidden
      data-pause={say.pause}
      data-resume={say.resume}
      data-stale={say.stale}
      data-palette={script?.paletteUrl ?? ""}
      data-keys={look.shortcuts ? "on" : "off"}
    >
      {say.pause}
    </button>
  );
}

function Session({ context }: { context: PageContext }): JSX.Element {
  const { say, viewer } = context;
  if (viewer === null) return <a href="/login">{say.signIn}</a>;
  return (
    <form method="post" action="/logout">
      <input type="hidden" name="csrf" value={viewer.csrf} />
      <button>{say.signOut}</button>
    </form>
  );
}

/** The same address in another language; the token of a link is part of it. */
function withLang(url: string, lang: string): string {
  const [path = "/", query = ""] = url.split("?");
  const params = new URLSearchParams(query);
  params.set("lang", lang);
  return `${path}?${params.toString()}`;
}
