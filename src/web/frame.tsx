import type { FastifyReply } from "fastify";
import type { ComponentChildren, JSX } from "preact";
import { styleHash } from "../render/css.ts";
import { renderPage } from "../render/layout.tsx";
import type { StateWord } from "../kernel/model/status.ts";
import { duration, zoneName } from "../words/format.ts";
import { glyphs } from "../words/states.ts";
import type { Script } from "./assets.ts";
import type { PageContext } from "./context.ts";
import { webCss } from "./css.ts";

/** One page before it is framed. */
export interface Page {
  /** what the tab says before `— koboshi` */
  readonly title: string;
  /** the shape in the tab's icon */
  readonly mark: StateWord;
  readonly body: ComponentChildren;
  readonly status?: number;
  /** which of the main pages this is */
  readonly here?: "home" | "incidents";
  readonly openCount?: number;
  /** milliseconds since the checks last ran; null: not known */
  readonly pulseAgeMs?: number | null;
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
  "img-src data:",
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
  const html = renderPage({
    lang: context.lang,
    title: `${page.title} — ${context.say.product}`,
    css: webCss,
    head: <Head page={page} script={framed ? page.script : null} />,
    ...(framed ? { header: <Header context={context} page={page} /> } : {}),
    body: page.body,
    footer: <Footer context={context} framed={framed} />,
  });
  return reply
    .headers(headers)
    .header("content-language", context.lang)
    .header("vary", "Cookie, Accept-Language")
    .status(page.status ?? 200)
    .type("text/html; charset=utf-8")
    .send(html);
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
  const { say } = context;
  const current = (name: Page["here"]): { "aria-current"?: "page" } =>
    page.here === name ? { "aria-current": "page" } : {};
  const count = page.openCount ?? 0;
  return (
    <>
      <a class="brand" href="/">
        {say.product}
      </a>
      <Pulse context={context} ageMs={page.pulseAgeMs ?? null} />
      <nav aria-label={say.navLabel}>
        <ul>
          <li>
            <a href="/" {...current("home")}>
              {say.home}
            </a>
          </li>
          <li>
            <a href="/incidents" {...current("incidents")}>
              {say.incidents}
              {count === 0 ? null : ` (${count})`}
            </a>
          </li>
        </ul>
      </nav>
    </>
  );
}

/** koboshi's own heartbeat: who watches the watcher is always to be seen. */
function Pulse({ context, ageMs }: { context: PageContext; ageMs: number | null }): JSX.Element | null {
  if (ageMs === null) return null;
  const { say, lang } = context;
  const late = ageMs > latePulseMs;
  return (
    <span class={`pulse ${late ? "c-unknown" : "mut"}`} id="pulse">
      {late ? `${glyphs.unknown} ${say.pulseLate(duration(ageMs, lang))}` : say.pulse(duration(ageMs, lang))}
    </span>
  );
}

function Footer({ context, framed }: { context: PageContext; framed: boolean }): JSX.Element {
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
      {framed ? <Session context={context} /> : null}
      {framed ? (
        <button type="button" id="pause" hidden data-pause={say.pause} data-resume={say.resume} data-stale={say.stale}>
          {say.pause}
        </button>
      ) : null}
      {framed ? <p id="news" role="status" class="only-read" /> : null}
      {viewer === null || !framed ? null : <p>{say.signedInAs(viewer.name)}</p>}
    </>
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
