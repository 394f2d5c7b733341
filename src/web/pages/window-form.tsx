import type { JSX } from "preact";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Window } from "../../kernel/model/window.ts";
import { zoneName } from "../../words/format.ts";
import { windowWords } from "../../words/windows.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { VerbForm } from "./actions.tsx";
import { windowPath } from "./calendar.tsx";

/** What stands in the form: as it was typed after a refusal, else as it is offered. */
export interface WindowDraft {
  readonly title: string;
  readonly start: string;
  readonly end: string;
  readonly targets: readonly string[];
  /** further targets, with spaces between */
  readonly other: string;
  readonly alternate: string;
  readonly isPublic: boolean;
}

export const emptyDraft: WindowDraft = {
  title: "",
  start: "",
  end: "",
  targets: [],
  other: "",
  alternate: "",
  isPublic: false,
};

/** Why it was not saved; `isOffered`: the end in the form is one that was offered. */
export interface FormRefusal {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly isOffered: boolean;
}

interface FormProps {
  readonly context: PageContext;
  readonly draft: WindowDraft;
  readonly refusal: FormRefusal | null;
}

/** Plans maintenance. */
export function newWindowPage(context: PageContext, draft: WindowDraft, refusal: FormRefusal | null): Page {
  const title = windowWords(context.lang).newTitle;
  return framed(context, {
    title,
    refusal,
    body: (
      <VerbForm context={context} action="/calendar" back="/calendar" stack>
        <Name context={context} draft={draft} />
        <Times context={context} draft={draft} />
        <Targets context={context} draft={draft} />
        <Rest context={context} draft={draft} />
        <Save context={context} text={windowWords(context.lang).save} />
      </VerbForm>
    ),
  });
}

/** Gives a planned window other times. */
export function moveWindowPage(
  context: PageContext,
  window: Window,
  { draft, refusal }: Pick<FormProps, "draft" | "refusal">,
): Page {
  const say = windowWords(context.lang);
  const path = windowPath(window.id);
  return framed(context, {
    title: say.moveTitle(window.title),
    refusal,
    body: (
      <VerbForm context={context} action={`${path}/move`} back={path} stack>
        <Times context={context} draft={draft} zone={window.timeZone} />
        <Save context={context} text={say.saveMove} />
      </VerbForm>
    ),
  });
}

function framed(
  context: PageContext,
  { title, refusal, body }: { title: string; refusal: FormRefusal | null; body: JSX.Element },
): Page {
  const say = windowWords(context.lang);
  return {
    title,
    here: "calendar",
    mark: refusal === null ? "ok" : "warning",
    ...(refusal === null ? {} : { status: 400 }),
    body: (
      <>
        <h1>{title}</h1>
        {refusal === null ? null : (
          <div class="notice s-down" role="alert">
            <p>
              <b>{refusal.message}</b> ({refusal.code})
            </p>
            <p>{refusal.isOffered ? say.offeredEnd : refusal.fix}</p>
          </div>
        )}
        {body}
        <p>
          <a href="/calendar">{say.toCalendar}</a>
        </p>
      </>
    ),
  };
}

function Name({ context, draft }: Omit<FormProps, "refusal">): JSX.Element {
  const say = windowWords(context.lang);
  return (
    <label>
      {say.fieldTitle}
      <input
        name="title"
        required
        maxlength={200}
        value={draft.title}
        placeholder={say.fieldTitleExample}
        autocomplete="off"
      />
    </label>
  );
}

/** Plain text fields: a browser's own picker shows its own zone and takes neither `02:00` nor `+3h`. */
function Times({ context, draft, zone }: Omit<FormProps, "refusal"> & { readonly zone?: string }): JSX.Element {
  const say = windowWords(context.lang);
  const { site, now } = context;
  const timeZone = zone ?? site.timeZone;
  const shown = `${timeZone} ${zoneName(now.atMs, timeZone)}`;
  return (
    <>
      <label>
        {say.fieldStart}
        <input
          name="start"
          required
          maxlength={60}
          value={draft.start}
          placeholder="2026-11-26T02:00"
          autocomplete="off"
          aria-describedby="times"
        />
      </label>
      <label>
        {say.fieldEnd}
        <input
          name="end"
          maxlength={60}
          value={draft.end}
          placeholder="2026-11-26T05:00"
          autocomplete="off"
          aria-describedby="times"
        />
      </label>
      <p class="mut" id="times">
        {say.fieldTimes(shown)}
      </p>
    </>
  );
}

/** more than so many are written rather than picked */
const mostChoices = 40;

function Targets({ context, draft }: Omit<FormProps, "refusal">): JSX.Element {
  const say = windowWords(context.lang);
  const choices = choicesOf(context.site);
  const shown = choices.length > mostChoices ? [] : choices;
  const unlisted = draft.targets.filter((target) => !shown.some(({ id }) => id === target));
  const other = [...unlisted, draft.other].filter((text) => text !== "").join(" ");
  return (
    <>
      <fieldset>
        <legend>{say.fieldTargets}</legend>
        <p class="mut">{say.fieldTargetsHow}</p>
        {shown.map(({ id, name }) => (
          <label key={id} class="ck">
            <input type="checkbox" name="for" value={id} checked={draft.targets.includes(id)} />
            {name} <span class="mut">{id}</span>
          </label>
        ))}
        <label>
          {say.fieldOther}
          <input
            name="other"
            maxlength={2000}
            value={other}
            placeholder="place:sakura"
            autocomplete="off"
            aria-describedby="other"
          />
        </label>
        <p class="mut" id="other">
          {say.fieldOtherHow}
        </p>
      </fieldset>
    </>
  );
}

function choicesOf(site: Site): readonly { readonly id: ComponentId; readonly name: string }[] {
  return [
    ...[...site.hosts.keys()].map((key) => ({ id: `host:${key}` as const, name: key })),
    ...[...site.services.values()].map(({ key, name }) => ({ id: `service:${key}` as const, name })),
  ];
}

function Rest({ context, draft }: Omit<FormProps, "refusal">): JSX.Element {
  const say = windowWords(context.lang);
  return (
    <>
      <label>
        {say.fieldAlternate}
        <input name="alternate" maxlength={200} value={draft.alternate} autocomplete="off" />
      </label>
      <label class="ck">
        <input type="checkbox" name="public" value="yes" checked={draft.isPublic} />
        {say.fieldPublic}
      </label>
    </>
  );
}

function Save({ context, text }: { context: PageContext; text: string }): JSX.Element {
  if (context.viewer !== null) return <button class="pri">{text}</button>;
  return (
    <a class="btn pri" href={`/login?next=${encodeURIComponent(context.url)}`}>
      {windowWords(context.lang).signIn}
    </a>
  );
}
