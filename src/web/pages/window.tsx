import type { JSX } from "preact";
import { isHolding, type Window } from "../../kernel/model/window.ts";
import type { HeldSubject } from "../../kernel/ports-prevent.ts";
import { StateMark } from "../../render/parts.tsx";
import { dateTime } from "../../words/format.ts";
import { groupName, waivedName } from "../../words/window-checks.ts";
import { courseLines } from "../../words/window-course.ts";
import { isLeft } from "../../words/window-findings.ts";
import {
  affectsText,
  few,
  foreignSpan,
  windowMark,
  windowOriginName,
  windowSpan,
  windowStateName,
  windowWords,
} from "../../words/windows.ts";
import { who, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { VerbForm } from "./actions.tsx";
import { leftText, windowPath } from "./calendar.tsx";
import { Checklist, type ChecksProps } from "./window-checks.tsx";
import { HeldList } from "./window-held.tsx";

export interface WindowView extends Omit<ChecksProps, "context" | "back"> {
  /** what waited for it, newest first */
  readonly held: readonly HeldSubject[];
}

/** One window: what is done when, how it went, and what keeps it from being over. */
export function windowPage(context: PageContext, view: WindowView): Page {
  const { window } = view;
  return {
    title: window.title,
    here: "calendar",
    mark: windowMark(window),
    body: (
      <>
        <Verdict context={context} view={view} />
        <Facts context={context} window={window} />
        <Course context={context} window={window} />
        <HeldList context={context} window={window} held={view.held} />
        <Checklist context={context} {...view} back={windowPath(window.id)} />
        <Verbs context={context} view={view} />
        <p>
          <a href="/calendar">{windowWords(context.lang).toCalendar}</a>
        </p>
      </>
    ),
  };
}

interface Props {
  readonly context: PageContext;
  readonly view: WindowView;
}

function Verdict({ context, view: { window, findings } }: Props): JSX.Element {
  const { lang, site } = context;
  const say = windowWords(lang);
  const mark = windowMark(window);
  const left = leftText(context, window);
  const open = findings.filter(isLeft).length;
  return (
    <section class={`v s-${mark}`} aria-labelledby="verdict">
      <h1 id="verdict">
        <StateMark state={mark} lang={lang} word={windowStateName(window.state, lang)} /> {window.title}
      </h1>
      <p>
        {windowSpan(window, { timeZone: site.timeZone, lang })}
        {left === null ? null : ` · ${left}`}
      </p>
      {window.state === "verifying" && findings.length > 0 ? (
        <p>{open === 0 ? say.allPassed : say.remaining(open)}</p>
      ) : null}
      {window.heldSignals === 0 ? null : <p>{(isHolding(window) ? say.held : say.heldWas)(window.heldSignals)}</p>}
    </section>
  );
}

function Facts({ context, window }: { context: PageContext; window: Window }): JSX.Element {
  const { lang, site } = context;
  const say = windowWords(lang);
  const place = { timeZone: site.timeZone, lang };
  const at = (ms: number): string => dateTime(ms, site.timeZone, lang);
  const { signature } = window;
  const lines = [
    affectsText(window, site, lang),
    foreignSpan(window, place),
    window.alternate === null ? null : say.alternate(window.alternate),
    window.isPublic ? say.public : say.notPublic,
    window.checksWanted.length === 0
      ? null
      : say.checksWanted(
          few(
            window.checksWanted.map((group) => groupName(group, lang)),
            lang,
          ),
        ),
    window.version > 1 ? say.moved(window.version) : null,
    window.closedAt === null ? null : say.closedAt(at(window.closedAt.atMs)),
  ].filter((line) => line !== null);
  return (
    <>
      <ul class="facts">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
        <li class="mut">
          {say.origin}: <Origin context={context} window={window} />
        </li>
      </ul>
      {signature === null ? null : (
        <div class="notice s-warning" role="note">
          <p>
            <b>{say.signed(who(context, signature.by), at(signature.at.atMs))}</b>
          </p>
          <p>
            {say.reason}: {signature.reason}
          </p>
          {signature.waived.length === 0 ? null : (
            <p>{say.waived(signature.waived.map((name) => waivedName(name, lang)).join(", "))}</p>
          )}
        </div>
      )}
      {isHolding(window) ? (
        <p class="mut">
          {say.heldHow} {say.heldNever}
        </p>
      ) : null}
    </>
  );
}

function Origin({ context, window }: { context: PageContext; window: Window }): JSX.Element {
  const { lang, site } = context;
  const { origin, reference } = window;
  const made = dateTime(window.createdAt.atMs, site.timeZone, lang);
  const text = windowWords(lang).by(windowOriginName(origin, lang), who(context, window.createdBy), made);
  const number = /^[1-9]\d{0,8}$/.exec(reference ?? "")?.[0];
  if (number !== undefined && origin === "notice") return <a href={`/feeds/${number}`}>{text}</a>;
  if (number !== undefined && origin === "recovery") return <a href={`/i/${number}`}>{text}</a>;
  return <>{text}</>;
}

function Course({ context, window }: { context: PageContext; window: Window }): JSX.Element | null {
  const { lang, site } = context;
  const lines = courseLines(window, { timeZone: site.timeZone, lang });
  if (lines.length === 0 || window.state === "planned") return null;
  return (
    <section aria-labelledby="course">
      <h2 id="course">{windowWords(lang).course}</h2>
      <ul class="facts">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

/** What a person may do with it, by where it stands. */
function Verbs({ context, view }: Props): JSX.Element | null {
  const { window } = view;
  const { lang } = context;
  const say = windowWords(lang);
  const path = windowPath(window.id);
  if (window.state === "closed" || window.state === "cancelled") return null;
  if (context.viewer === null) {
    return (
      <div class="act">
        <a class="btn pri" href={`/login?next=${encodeURIComponent(path)}`}>
          {say.signIn}
        </a>
      </div>
    );
  }
  if (window.state === "verifying") return <VerifyingVerbs context={context} view={view} />;
  return (
    <>
      {window.state === "planned" ? null : <p class="mut">{say.doneHow}</p>}
      <div class="act">
        {window.state === "planned" ? (
          <a class="btn" href={`${path}/move`}>
            {say.move}
          </a>
        ) : (
          <VerbForm context={context} action={`${path}/done`} back={path}>
            <button class="pri">{say.done}</button>
          </VerbForm>
        )}
      </div>
      <details>
        <summary>{say.cancel}</summary>
        <p class="mut">{say.cancelHow}</p>
        <VerbForm context={context} action={`${path}/cancel`} back={path} stack>
          <ReasonField context={context} required={false} />
          <button>{say.cancel}</button>
        </VerbForm>
      </details>
    </>
  );
}

function VerifyingVerbs({ context, view: { window, findings } }: Props): JSX.Element {
  const say = windowWords(context.lang);
  const path = windowPath(window.id);
  const left = findings.filter(isLeft).length;
  return (
    <>
      <div class="act">
        <VerbForm context={context} action={`${path}/check`} back={path}>
          <button class="pri">{say.check}</button>
        </VerbForm>
      </div>
      {left === 0 ? null : (
        <details>
          <summary>{say.sign}</summary>
          <p>{say.signHow(left)}</p>
          <VerbForm context={context} action={`${path}/sign`} back={path} stack>
            <ReasonField context={context} required />
            <button>{say.sign}</button>
          </VerbForm>
        </details>
      )}
    </>
  );
}

function ReasonField({ context, required }: { context: PageContext; required: boolean }): JSX.Element {
  return (
    <label>
      {windowWords(context.lang).reason}
      <textarea name="reason" maxlength={2000} required={required} />
    </label>
  );
}
