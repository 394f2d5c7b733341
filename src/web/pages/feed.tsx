import type { JSX } from "preact";
import type { NoticeVersion, KeptNotice } from "../../kernel/ports-feeds.ts";
import { Time } from "../../render/parts.tsx";
import { feedWords, matchReason, questionText, windowText } from "../../words/feeds.ts";
import { who, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { VerbForm } from "./actions.tsx";
import { NoticeMark } from "./feeds.tsx";

export interface FeedView {
  readonly notice: KeptNotice;
  /** newest first */
  readonly versions: readonly NoticeVersion[];
}

/** One notice: what was read, what a person must settle, and every wording it had. */
export function feedPage(context: PageContext, view: FeedView): Page {
  return { title: view.notice.newest.title, here: "feeds", mark: "ok", body: <Feed context={context} view={view} /> };
}

function Feed({ context, view: { notice, versions } }: { context: PageContext; view: FeedView }): JSX.Element {
  const { lang, site } = context;
  const say = feedWords(lang);
  const { newest } = notice;
  const { read } = newest;
  const zone = { timeZone: site.timeZone, lang };
  const lines = [
    ...read.alternates.map((one) => `${say.alternates}: ${windowText(one, zone)}`),
    ...(read.services.length === 0 ? [] : [`${say.services}: ${read.services.join(", ")}`]),
    ...(read.hosts.length === 0 ? [] : [`${say.hosts}: ${read.hosts.slice(0, 50).join(", ")}`]),
    ...(read.exceptHosts.length === 0 ? [] : [`${say.except}: ${read.exceptHosts.slice(0, 50).join(", ")}`]),
  ];
  return (
    <>
      <h1>{newest.title}</h1>
      <p>
        <NoticeMark context={context} notice={notice} /> <span class="mut">{notice.provider}</span>
      </p>
      <h2>{say.windows}</h2>
      {read.windows.length === 0 ? <p>{say.noWindow}</p> : null}
      <ul class="facts">
        {read.windows.map((window) => (
          <li key={window.startMs}>
            {windowText(window, zone)} {window.certain ? null : <strong>▲ {say.unsettled}</strong>}
          </li>
        ))}
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <Questions context={context} notice={notice} />
      <Decision context={context} notice={notice} />
      <h2>{say.ours}</h2>
      {notice.matches.length === 0 ? <p>{say.notOurs}</p> : null}
      <ul class="facts">
        {notice.matches.map((match) => (
          <li key={match.target}>
            {match.target}: {say.sure(Math.round(match.points * 100))} — {matchReason(match, lang)}
          </li>
        ))}
      </ul>
      <h2>{say.versions}</h2>
      <p class="mut">{say.readFrom}</p>
      {versions.map((version, nth) => (
        <Version key={version.number} context={context} version={version} open={nth === 0} />
      ))}
      <p>
        <a href="/feeds">{say.back}</a>
      </p>
    </>
  );
}

function Questions({ context, notice }: { context: PageContext; notice: KeptNotice }): JSX.Element | null {
  const { lang, site } = context;
  const { questions } = notice.newest.read;
  const say = feedWords(lang);
  if (questions.length === 0) return null;
  return (
    <>
      <h2>{say.questions}</h2>
      <ul class="facts">
        {questions.map(({ id, text, readings }) => (
          <li key={`${id} ${text}`}>
            ▲ {questionText(id, lang)} {text === "" ? null : <q>{text}</q>}
            {readings.length < 2 ? null : (
              <p>
                {say.readings(readings.map((one) => windowText(one, { timeZone: site.timeZone, lang })).join(" / "))}
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Decision({ context, notice }: { context: PageContext; notice: KeptNotice }): JSX.Element | null {
  const say = feedWords(context.lang);
  const { proposal, newest } = notice;
  if (proposal === null) return null;
  const by = proposal.decidedBy === null ? "" : who(context, proposal.decidedBy);
  const said = { proposed: say.proposed, confirmed: say.confirmed(by), rejected: say.rejected(by) }[proposal.state];
  const needsTimes = newest.read.questions.length > 0 || newest.read.windows.some(({ endMs }) => endMs === null);
  return (
    <>
      <h2>{say.proposal}</h2>
      <p>{said}</p>
      {proposal.outdated ? <p>▲ {say.outdated}</p> : null}
      {context.viewer === null ? (
        <p>
          <a class="btn" href={`/login?next=${encodeURIComponent("/")}`}>
            {say.signIn}
          </a>
        </p>
      ) : (
        <div class="act">
          <VerbForm context={context} action={`/feeds/${notice.id}/confirm`} back="/" stack={needsTimes}>
            <input type="hidden" name="version" value={String(newest.number)} />
            {needsTimes ? <Times context={context} /> : <></>}
            <button class="pri">{say.confirm}</button>
          </VerbForm>
          <VerbForm context={context} action={`/feeds/${notice.id}/reject`} back="/">
            <input type="hidden" name="version" value={String(newest.number)} />
            <button>{say.reject}</button>
          </VerbForm>
        </div>
      )}
    </>
  );
}

function Times({ context }: { context: PageContext }): JSX.Element {
  const say = feedWords(context.lang);
  return (
    <>
      <label>
        {say.start}
        <input name="start" autocomplete="off" placeholder="2026-11-26 02:00" />
      </label>
      <label>
        {say.end}
        <input name="end" autocomplete="off" placeholder="2026-11-26 05:00" />
      </label>
      <p class="mut">{say.startEndHow}</p>
    </>
  );
}

/** Foreign text: escaped as everything here; only what we read of it is marked. */
function Version({
  context,
  version,
  open,
}: {
  context: PageContext;
  version: NoticeVersion;
  open: boolean;
}): JSX.Element {
  const { lang, site } = context;
  const say = feedWords(lang);
  return (
    <details open={open}>
      <summary>
        {say.version(version.number)} <Time atMs={version.receivedAt.atMs} zone={site.timeZone} lang={lang} />
      </summary>
      {version.link === null ? null : (
        <p>
          <a href={version.link} rel="noreferrer noopener nofollow">
            {say.original}
          </a>
        </p>
      )}
      <pre>{marked(version)}</pre>
    </details>
  );
}

function marked({ text, read }: NoticeVersion): readonly (string | JSX.Element)[] {
  const parts: (string | JSX.Element)[] = [];
  let at = 0;
  for (const { start, end, field } of read.spans) {
    if (start < at || end > text.length) continue;
    parts.push(text.slice(at, start), <mark title={field}>{text.slice(start, end)}</mark>);
    at = end;
  }
  return [...parts, text.slice(at)];
}
