import type { JSX } from "preact";
import { elapsedMs } from "../../kernel/clock.ts";
import type { ChannelSpec } from "../../kernel/model/site.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import type { ChannelLine, ChannelTest } from "../../kernel/ports.ts";
import { Glyph, StateMark } from "../../render/parts.tsx";
import { channelResult, channelWords, isGoodResult } from "../../words/channels.ts";
import { dateTime } from "../../words/format.ts";
import { age, who, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { BackToSettings, ChangeForm, Outcome, type FormProblem } from "./account-parts.tsx";

export interface ChannelsView {
  readonly lines: readonly ChannelLine[];
  /** the test that was just made */
  readonly tried: { readonly channel: string; readonly to: string; readonly test: ChannelTest } | null;
  readonly problem: FormProblem | null;
}

/** After so long a test says little: passwords, addresses and spam filters have changed. */
const oldMs = 30 * 86_400_000;
const room = "*";

/** Every channel, whom it reaches, and when each end was last tried. */
export function channelsPage(context: PageContext, view: ChannelsView): Page {
  const words = channelWords(context.lang);
  const states = new Set(view.lines.map((line) => stateOf(context, line.last)));
  const { channels } = context.site.notify;
  const mark = channels.size === 0 || states.has("down") ? "down" : states.has("warning") ? "warning" : "ok";
  return {
    title: words.title,
    mark,
    here: "settings",
    status: view.problem?.status ?? 200,
    body: (
      <>
        <h1>{words.title}</h1>
        <Outcome context={context} problem={view.problem} done={null} />
        <Tried context={context} tried={view.tried} />
        <p>{words.how}</p>
        {channels.size === 0 ? <None context={context} /> : null}
        {[...channels.values()].map((spec) => (
          <Card key={spec.key} context={context} spec={spec} lines={linesOf(view, spec.key)} />
        ))}
        {context.viewer === null ? <p>{words.signInFirst}</p> : null}
        <p>
          <a href="/settings/config/edit?at=notify">{words.edit}</a>
        </p>
        <BackToSettings context={context} />
      </>
    ),
  };
}

function linesOf({ lines }: ChannelsView, key: string): readonly ChannelLine[] {
  return lines.filter(({ channel }) => channel === key);
}

function stateOf({ now }: PageContext, test: ChannelTest | null): StateWord {
  if (test === null) return "warning";
  if (!isGoodResult(test.result)) return "down";
  return elapsedMs(test.at, now) > oldMs ? "warning" : "ok";
}

function nameOf(context: PageContext, to: string): string {
  return to === room ? channelWords(context.lang).room : who(context, to);
}

/** What came of the test, above everything. A relay that took it has not shown it to anyone. */
function Tried({ context, tried }: { context: PageContext; tried: ChannelsView["tried"] }): JSX.Element | null {
  if (tried === null) return null;
  const words = channelWords(context.lang);
  const { result, text } = tried.test;
  const good = isGoodResult(result);
  const end = tried.to === room ? tried.channel : `${nameOf(context, tried.to)} (${tried.channel})`;
  return (
    <div class={`notice ${good ? "s-ok" : "s-down"}`} role={good ? "status" : "alert"}>
      <p>
        <b>
          {good ? words.sent(end) : end}: {channelResult(result, context.lang)}
        </b>
      </p>
      {text === null ? null : <p>{words.said(text)}</p>}
      {result === "accepted" ? <p>{words.acceptedMore}</p> : null}
    </div>
  );
}

function None({ context }: { context: PageContext }): JSX.Element {
  const words = channelWords(context.lang);
  return (
    <div class="notice s-down">
      <p>
        <b>
          <Glyph state="down" /> {words.none}
        </b>
      </p>
      <p>{words.noneFix}</p>
    </div>
  );
}

interface CardProps {
  readonly context: PageContext;
  readonly spec: ChannelSpec;
  readonly lines: readonly ChannelLine[];
}

function Card({ context, spec, lines }: CardProps): JSX.Element {
  const words = channelWords(context.lang);
  return (
    <section class="card" aria-label={spec.key}>
      <h2>{spec.key}</h2>
      <p class="mut">{wayOf(context, spec)}</p>
      {lines.length === 0 ? (
        <p>
          <StateMark state="warning" lang={context.lang} word={words.nobody} />
        </p>
      ) : (
        <ul class="rows">
          {lines.map((line) => (
            <Line key={line.to} context={context} line={line} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** How it leaves; a webhook's address is a secret. */
function wayOf({ lang }: PageContext, spec: ChannelSpec): string {
  const words = channelWords(lang);
  if (spec.kind === "webhook") return words.webhook;
  return words.mail(spec.smtp === null ? words.sendmail : `${spec.smtp.host}:${spec.smtp.port}`);
}

function Line({ context, line }: { context: PageContext; line: ChannelLine }): JSX.Element {
  const { lang, site, viewer } = context;
  const words = channelWords(lang);
  const { channel, to, last } = line;
  const name = nameOf(context, to);
  const mail = site.people.get(to)?.mail ?? null;
  const state = stateOf(context, last);
  const old = last !== null && state === "warning";
  return (
    <li>
      <span>
        <b>{name}</b> {mail === null || mail === name ? null : <span class="mut">{mail}</span>}
      </span>
      <StateMark state={state} lang={lang} word={last === null ? words.never : channelResult(last.result, lang)} />
      {last === null ? null : (
        <p class="mut">
          {words.last(dateTime(last.at.atMs, site.timeZone, lang), who(context, last.actor))}
          {last.text === null ? "" : ` — ${words.said(last.text)}`}
        </p>
      )}
      {old ? <p>{words.old(age(context, last.at))}</p> : null}
      {viewer === null ? null : (
        <ChangeForm context={context} action="/settings/channels/test">
          <input type="hidden" name="channel" value={channel} />
          <input type="hidden" name="to" value={to} />
          <button aria-label={words.tryNowTo(to === room ? channel : `${name} (${channel})`)}>{words.tryNow}</button>
        </ChangeForm>
      )}
    </li>
  );
}
