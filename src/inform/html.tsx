import type { JSX } from "preact";
import type { Lang } from "../kernel/lang.ts";
import type { StateWord } from "../kernel/model/status.ts";
import { barsCss, DayBars } from "../render/bars.tsx";
import { baseCss, styleHash } from "../render/css.ts";
import { renderPage } from "../render/layout.tsx";
import { Glyph, StateMark, Time } from "../render/parts.tsx";
import { joined, sorrySentence } from "../words/customer.ts";
import { maintenanceWords } from "../words/page-maintenance.ts";
import { customerState, incidentWord, pageWords } from "../words/page.ts";
import { Maintenance } from "./maintenance-html.tsx";
import { calendarName, feedName, generator, incidentName, pageName } from "./names.ts";
import type { PageModel, PageNotice, PageService } from "./page.ts";
import { besides, closing, headline, noticeTitle, pastText, stateTitle } from "./sentences.ts";

/** The shared style and the strips of days. */
const pageCss = `${baseCss}${barsCss}.past{flex-basis:100%}`;

/** No script, no other host, no form: the page is one answer and nothing else. */
const policy = `default-src 'none';style-src ${styleHash(pageCss)};base-uri 'none';form-action 'none'`;

/** The whole page in one answer: state first, then services, then news. */
export function renderStatusPage(model: PageModel, lang: Lang): string {
  const say = pageWords(lang);
  const open = model.notices.filter((notice) => notice.open);
  const ended = model.notices.filter((notice) => !notice.open);
  return renderPage({
    lang,
    css: pageCss,
    title: `${stateTitle(model.state, lang)} — ${model.title}`,
    head: <Head model={model} lang={lang} description={say.description(model.title, headline(model, lang))} up="" />,
    header: (
      <>
        <h1 {...nameLang(model, lang)}>{model.title}</h1>
        <Languages model={model} lang={lang} nameOf={pageName} />
      </>
    ),
    body: (
      <>
        <Verdict model={model} lang={lang} />
        <p class="mut">
          {say.updated} <Time atMs={model.atMs} zone={model.zone} lang={lang} show="full" />
          {lang === "ja" ? "。" : ". "}
          {say.whenOld} <a href={pageName(model, lang)}>{say.reload}</a>
        </p>
        <Services model={model} lang={lang} />
        <Maintenance model={model} lang={lang} />
        <h2>{say.news}</h2>
        {model.notices.length === 0 ? <p>{say.noNews}</p> : null}
        {open.map((notice) => (
          <OpenNotice key={notice.id} notice={notice} model={model} lang={lang} />
        ))}
        {open.length > 0 && ended.length > 0 ? <h2>{say.earlier}</h2> : null}
        {ended.length === 0 ? null : <Ended notices={ended} model={model} lang={lang} />}
        <h2>{say.subscribe}</h2>
        <p>
          <a href={feedName(model, lang)}>Atom</a> / <a href="status.json">JSON</a> /{" "}
          <a href={calendarName(model, lang)}>{maintenanceWords(lang).calendar}</a>
        </p>
      </>
    ),
    footer: <Contact model={model} lang={lang} />,
  });
}

/** One incident alone, for links from the feed. */
export function renderIncidentPage(model: PageModel, notice: PageNotice, lang: Lang): string {
  const say = pageWords(lang);
  const title = noticeTitle(notice, lang);
  const nameOf = (page: PageModel, other: Lang): string =>
    incidentName(page, notice.id, other).replace("incident/", "");
  return renderPage({
    lang,
    css: pageCss,
    title: `${incidentWord(notice.state, lang)}: ${title} — ${model.title}`,
    head: <Head model={model} lang={lang} description={title} up="../" />,
    header: (
      <>
        <p>
          <a href={`../${pageName(model, lang)}`}>{say.back}</a>
        </p>
        <Languages model={model} lang={lang} nameOf={nameOf} />
      </>
    ),
    body: (
      <>
        <h1>
          <StateMark state={noticeState(notice)} lang={lang} word={incidentWord(notice.state, lang)} /> {title}
        </h1>
        <Timeline notice={notice} model={model} lang={lang} ending={closing(model, lang)} />
      </>
    ),
    footer: <Contact model={model} lang={lang} />,
  });
}

interface Part {
  readonly model: PageModel;
  readonly lang: Lang;
}

/** Names stay in the language of the file; a reader's voice is told so. */
function nameLang(model: PageModel, lang: Lang): { lang?: Lang } {
  return model.nameLang === lang ? {} : { lang: model.nameLang };
}

function Head({ model, lang, description, up }: Part & { description: string; up: string }): JSX.Element {
  return (
    <>
      <meta http-equiv="Content-Security-Policy" content={policy} />
      <meta name="generator" content={generator} />
      <meta name="description" content={description} />
      <link
        rel="alternate"
        type="application/atom+xml"
        href={up + feedName(model, lang)}
        title={pageWords(lang).feedTitle(model.title)}
      />
    </>
  );
}

function Languages({ model, lang, nameOf }: Part & { nameOf: (model: PageModel, lang: Lang) => string }): JSX.Element {
  const others = model.langs.filter((other) => other !== lang);
  return (
    <p>
      {others.map((other) => (
        <a key={other} href={nameOf(model, other)} lang={other} hreflang={other} rel="alternate">
          {pageWords(lang).language}
        </a>
      ))}
    </p>
  );
}

function Verdict({ model, lang }: Part): JSX.Element {
  const say = pageWords(lang);
  const state: StateWord = model.state === "empty" ? "unknown" : model.state;
  return (
    <section class={`v s-${state}`} aria-labelledby="verdict">
      <h2 id="verdict">
        <Glyph state={state} /> {headline(model, lang)}
      </h2>
      {model.state === "empty" ? <p>{say.emptyMeaning}</p> : null}
      {model.blind ? <p>{say.blindMeaning}</p> : null}
      {besides(model, lang).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {model.nextNewsAtMs === null ? null : (
        <p>
          {say.nextNews} <Time atMs={model.nextNewsAtMs} zone={model.zone} lang={lang} show="clock" />{" "}
          {say.nextNewsPromise}
        </p>
      )}
    </section>
  );
}

function Services({ model, lang }: Part): JSX.Element | null {
  const say = pageWords(lang);
  if (model.services.length === 0) return null;
  return (
    <>
      <h2>{say.services}</h2>
      <ul class="rows">
        {model.services.map((service) => (
          <li key={service.key}>
            <h3 {...nameLang(model, lang)}>{service.name}</h3>
            <StateMark state={service.state} lang={lang} word={customerState(service.state, lang)} />
            {service.because === null ? null : <p class="mut">{say.because(service.because)}</p>}
            <Past service={service} lang={lang} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Ninety ticks and their number, of one reading: a red tick never stands beside 100 %. */
function Past({ service, lang }: { service: PageService; lang: Lang }): JSX.Element | null {
  const { past } = service;
  if (past === null) return null;
  const text = pastText(past, lang);
  return (
    <>
      <div class="past">
        <DayBars days={past.days} ticks={past.days.length} label={pageWords(lang).pastLabel(text)} />
      </div>
      <p class="mut">{text}</p>
    </>
  );
}

function noticeState(notice: PageNotice): StateWord {
  if (!notice.open) return "ok";
  return notice.state === "monitoring" ? "warning" : "down";
}

function OpenNotice({ notice, model, lang }: Part & { notice: PageNotice }): JSX.Element {
  return (
    <section>
      <h3>
        <a href={incidentName(model, notice.id, lang)}>{noticeTitle(notice, lang)}</a>
      </h3>
      <Timeline notice={notice} model={model} lang={lang} ending={sorrySentence(lang)} />
    </section>
  );
}

/** Newest first; the newest word of an open incident is followed by `ending`. */
function Timeline({ notice, model, lang, ending }: Part & { notice: PageNotice; ending: string }): JSX.Element {
  return (
    <ol class="tl" reversed>
      {notice.updates.map((update, index) => (
        <li key={update.atMs}>
          <Time atMs={update.atMs} zone={model.zone} lang={lang} /> <b>{incidentWord(update.state, lang)}</b>{" "}
          {joined([update.text[lang], ...(index === 0 && notice.open ? [ending] : [])], lang)}
        </li>
      ))}
    </ol>
  );
}

function Ended({ notices, model, lang }: Part & { notices: readonly PageNotice[] }): JSX.Element {
  return (
    <ul class="rows">
      {notices.map((notice) => (
        <li key={notice.id}>
          <h3>
            <a href={incidentName(model, notice.id, lang)}>{noticeTitle(notice, lang)}</a>
          </h3>
          <StateMark state="ok" lang={lang} word={incidentWord(notice.state, lang)} />
          <p class="mut">{notice.updates[0]?.text[lang]}</p>
        </li>
      ))}
    </ul>
  );
}

function Contact({ model, lang }: Part): JSX.Element | null {
  const { phone, hours, mail } = model.contact;
  if (phone === null && mail === null) return null;
  return (
    <p>
      {pageWords(lang).contact}{" "}
      {phone === null ? null : (
        <>
          <a href={`tel:${phone.replace(/[^\d+]/g, "")}`}>{phone}</a>
          {hours === null ? null : ` (${hours})`}{" "}
        </>
      )}
      {mail === null ? null : <a href={`mailto:${encodeURIComponent(mail).replace("%40", "@")}`}>{mail}</a>}
    </p>
  );
}
