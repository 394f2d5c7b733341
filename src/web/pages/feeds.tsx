import type { JSX } from "preact";
import { phaseOf } from "../../kernel/model/provider-notice.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import type { FeedStatus, KeptNotice } from "../../kernel/ports-feeds.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import {
  feedWords,
  noticeKindName,
  noticeStateName,
  questionText,
  troubleText,
  windowText,
} from "../../words/feeds.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { UnreadProviders } from "./unread-providers.tsx";

export interface FeedsView {
  readonly feeds: readonly FeedStatus[];
  /** newest first */
  readonly notices: readonly KeptNotice[];
  readonly search: string;
  readonly next: number | null;
}

/** Where notices are read, and the notices. */
export function feedsPage(context: PageContext, view: FeedsView): Page {
  const worst = view.feeds.find(({ state }) => state === "down" || state === "warning");
  return {
    title: feedWords(context.lang).title,
    here: "feeds",
    mark: worst === undefined ? "ok" : "warning",
    body: <Feeds context={context} view={view} />,
  };
}

function Feeds({ context, view }: { context: PageContext; view: FeedsView }): JSX.Element {
  const say = feedWords(context.lang);
  const { feeds, notices, search, next } = view;
  return (
    <>
      <h1>{say.title}</h1>
      <p>{say.lead}</p>
      <h2>{say.notices}</h2>
      <form method="get" action="/feeds" class="stack">
        <label>
          {say.search}
          <input name="q" value={search} autocomplete="off" maxLength={200} />
        </label>
        <button>{say.searchButton}</button>
      </form>
      {notices.length === 0 ? <p>{search === "" ? say.noNotices : say.noneFound}</p> : null}
      <ul class="rows">
        {notices.map((notice) => (
          <NoticeRow key={notice.id} context={context} notice={notice} />
        ))}
      </ul>
      {next === null ? null : (
        <p>
          <a class="btn" href={`/feeds?${new URLSearchParams({ q: search, before: String(next) }).toString()}`}>
            {say.older}
          </a>
        </p>
      )}
      <h2>{say.sources}</h2>
      <Sources context={context} feeds={feeds} />
      <UnreadProviders context={context} />
    </>
  );
}

function Sources({ context, feeds }: { context: PageContext; feeds: readonly FeedStatus[] }): JSX.Element {
  const { lang, site } = context;
  const say = feedWords(lang);
  if (feeds.length === 0) {
    return (
      <>
        <p>{say.noSources}</p>
        <pre>{"providers:\n  my-vps:\n    notices: [ { feed: https://… } ]"}</pre>
      </>
    );
  }
  return (
    <ul class="rows">
      {feeds.map((feed) => (
        <li key={feed.key}>
          <span class="name">{feed.provider}</span>
          <StateMark state={feed.state} lang={lang} />
          <p>{feed.trouble === null ? null : troubleText(feed.trouble, lang)}</p>
          <p class="mut">
            {feed.kind} · {feed.address} · {say.count(feed.notices)} ·{" "}
            {feed.lastSuccessAt === null ? (
              say.neverRead
            ) : (
              <Time atMs={feed.lastSuccessAt.atMs} zone={site.timeZone} lang={lang} />
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}

function NoticeRow({ context, notice }: { context: PageContext; notice: KeptNotice }): JSX.Element {
  const { lang, site } = context;
  const say = feedWords(lang);
  const { newest } = notice;
  const { read } = newest;
  return (
    <li>
      <a class="name" href={`/feeds/${notice.id}`}>
        {newest.title}
      </a>
      <NoticeMark context={context} notice={notice} />
      {read.windows.map((window) => (
        <p key={window.startMs}>{windowText(window, { timeZone: site.timeZone, lang })}</p>
      ))}
      {read.questions.length === 0 ? null : (
        <p>
          ▲ {say.unsettled}: {[...new Set(read.questions.map(({ id }) => questionText(id, lang)))].join(" / ")}
        </p>
      )}
      <p class="mut">
        {notice.provider} · <Time atMs={newest.receivedAt.atMs} zone={site.timeZone} lang={lang} /> ·{" "}
        {say.sure(Math.round(notice.confidence * 100))}
      </p>
    </li>
  );
}

/** Kind and stage as shape, word and colour. */
export function NoticeMark({ context, notice }: { context: PageContext; notice: KeptNotice }): JSX.Element {
  const { lang } = context;
  const { kind, state } = notice.newest.read;
  return (
    <StateMark
      state={markOf(notice)}
      lang={lang}
      word={`${noticeKindName(kind, lang)} / ${noticeStateName(state, lang)}`}
    />
  );
}

function markOf({ newest: { read } }: KeptNotice): StateWord {
  const phase = phaseOf(read.state);
  if (phase === "over" || phase === "cancelled") return "ok";
  if (read.kind === "outage" || read.kind === "degraded") return "warning";
  return phase === "none" ? "unknown" : "maintenance";
}
