import type { ComponentChildren, InputHTMLAttributes, JSX } from "preact";
import type { Found, Suggestion } from "../../config/propose/look.ts";
import { StateMark } from "../../render/parts.tsx";
import { firstRunWords } from "../../words/first-run.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";

/** What the person has said so far; carried along in the forms. */
export interface FirstAnswers {
  readonly address: string;
  /** ids of the suggestions ticked; null: those that were proposed ticked */
  readonly take: readonly string[] | null;
  readonly mail: string;
  readonly smtp: string;
}

export const noAnswers: FirstAnswers = { address: "", take: null, mail: "", smtp: "" };

/** What was wrong with what was sent, told where it was typed. */
export interface FirstProblem {
  /** null: nothing that was typed is to blame */
  readonly at: "address" | "take" | "mail" | "smtp" | "code" | null;
  readonly message: string;
  readonly fix: string;
}

interface Step {
  readonly answers: FirstAnswers;
  readonly problem: FirstProblem | null;
}

interface Framed {
  readonly step: 1 | 2 | 3;
  readonly problem: FirstProblem | null;
  readonly body: ComponentChildren;
}

function page(context: PageContext, { step, problem, body }: Framed): Page {
  const say = firstRunWords(context.lang);
  return {
    title: say.title,
    mark: "paused",
    status: problem === null ? 200 : 422,
    body: (
      <>
        <p class="mut">{say.step(step)}</p>
        <Problem problem={problem} at={null} />
        {body}
      </>
    ),
  };
}

/** Nothing, unless the problem is about the field that follows. */
function Problem({ problem, at }: { problem: FirstProblem | null; at: FirstProblem["at"] }): JSX.Element | null {
  if (problem === null || problem.at !== at) return null;
  return (
    <div class="notice s-warning" role="alert" id="problem">
      <p>
        <b>{problem.message}</b>
      </p>
      <p>{problem.fix}</p>
    </div>
  );
}

interface FieldProps {
  readonly name: "address" | "mail" | "smtp" | "code";
  readonly label: string;
  readonly hint: string;
  readonly problem: FirstProblem | null;
  readonly input: InputHTMLAttributes;
}

/** One field with its help below, and above it what was wrong with it. */
function Field({ name, label, hint, problem, input }: FieldProps): JSX.Element {
  const wrong = problem?.at === name;
  return (
    <>
      <Problem problem={problem} at={name} />
      <label for={name}>{label}</label>
      <input
        {...input}
        id={name}
        name={name}
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={wrong ? `problem ${name}-hint` : `${name}-hint`}
        {...(wrong ? { "aria-invalid": true, autofocus: true } : {})}
      />
      <p class="mut" id={`${name}-hint`}>
        {hint}
      </p>
    </>
  );
}

interface AddressFormProps {
  readonly context: PageContext;
  readonly answers: FirstAnswers;
  readonly problem?: FirstProblem | null;
}

/** The one field everything begins with. */
export function AddressForm({ context, answers, problem = null }: AddressFormProps): JSX.Element {
  const say = firstRunWords(context.lang);
  if (context.viewer === null) return <p>{say.signInFirst}</p>;
  const input = { value: answers.address, required: true, maxLength: 300, inputMode: "url" } as const;
  return (
    <form method="post" action="/start/look" class="stack">
      <input type="hidden" name="csrf" value={context.viewer.csrf} />
      <Field name="address" label={say.whatToWatch} hint={say.addressHint} problem={problem} input={input} />
      <button class="pri">{say.watch}</button>
    </form>
  );
}

export function startPage(context: PageContext, { answers, problem }: Step): Page {
  const say = firstRunWords(context.lang);
  const body = (
    <>
      <h1>{say.title}</h1>
      <AddressForm context={context} answers={answers} problem={problem} />
    </>
  );
  return page(context, { step: 1, problem, body });
}

/** What was found, ticked as proposed, and whom to wake. */
export function foundPage(context: PageContext, found: Found & { shownHost: string }, step: Step): Page {
  const { answers, problem } = step;
  const say = firstRunWords(context.lang);
  const isTicked = ({ id, ticked }: Suggestion): boolean => answers.take?.includes(id) ?? ticked;
  const working = found.suggestions.filter(({ state }) => state === "ok").length;
  const mail = { type: "email", value: answers.mail, maxLength: 254, autocomplete: "email" } as const;
  const smtp = { value: answers.smtp, maxLength: 300 };
  const body = (
    <>
      <h1>{say.found(found.shownHost)}</h1>
      <p>{say.foundHow(working, found.suggestions.length)}</p>
      <form method="post" action="/start/mail" class="stack">
        <Carried context={context} answers={answers} keys={["address"]} />
        <input type="hidden" name="asked" value="yes" />
        <Problem problem={problem} at="take" />
        <fieldset>
          <legend>{say.tick}</legend>
          {found.suggestions.map((one) => (
            <label key={one.id} class="ck">
              <input type="checkbox" name={`take.${one.id}`} value="yes" checked={isTicked(one)} />
              <span>
                <StateMark state={one.state} lang={context.lang} /> {one.say[context.lang]}
              </span>
            </label>
          ))}
        </fieldset>
        <Field name="mail" label={say.whomToWake} hint={say.mailHint} problem={problem} input={mail} />
        <div class="act">
          <button class="pri">{say.tryIt}</button>
          <button name="later" value="yes" formnovalidate>
            {say.later}
          </button>
        </div>
        <details open={answers.smtp !== "" || problem?.at === "smtp"}>
          <summary>{say.relay}</summary>
          <Field name="smtp" label={say.relayLabel} hint={say.relayHint} problem={problem} input={smtp} />
        </details>
      </form>
    </>
  );
  return page(context, { step: 2, problem, body });
}

interface CodeStep extends Step {
  readonly ticket: string;
  /** what was typed */
  readonly code: string;
}

/** The number that arrived. */
export function codePage(context: PageContext, { ticket, code, answers, problem }: CodeStep): Page {
  const say = firstRunWords(context.lang);
  const keys = ["address", "mail", "smtp"] as const;
  const input = {
    value: code,
    required: true,
    inputMode: "numeric",
    autocomplete: "one-time-code",
    maxLength: 12,
  } as const;
  const body = (
    <>
      <h1>{say.sent(answers.mail)}</h1>
      <form method="post" action="/start/finish" class="stack">
        <Carried context={context} answers={answers} keys={keys} />
        <input type="hidden" name="ticket" value={ticket} />
        <Field name="code" label={say.code} hint={say.codeHint} problem={problem} input={input} />
        <button class="pri">{say.finish}</button>
      </form>
      <form method="post" action="/start/look" class="stack">
        <Carried context={context} answers={answers} keys={keys} />
        <button>{say.again}</button>
      </form>
    </>
  );
  return page(context, { step: 3, problem, body });
}

interface CarriedProps {
  readonly context: PageContext;
  readonly answers: FirstAnswers;
  readonly keys: readonly ("address" | "mail" | "smtp")[];
}

/** Answers of earlier steps, so that nothing has to be typed twice. */
function Carried({ context, answers, keys }: CarriedProps): JSX.Element {
  return (
    <>
      <input type="hidden" name="csrf" value={context.viewer?.csrf ?? ""} />
      {keys.map((key) => (
        <input key={key} type="hidden" name={key} value={answers[key]} />
      ))}
      {keys.length > 1 ? <input type="hidden" name="asked" value="yes" /> : null}
      {keys.length > 1
        ? answers.take?.map((id) => <input key={id} type="hidden" name={`take.${id}`} value="yes" />)
        : null}
    </>
  );
}

export interface Written {
  readonly path: string;
  /** secrets masked */
  readonly text: string;
  readonly proved: boolean;
}

/** The file that was written, shown once. */
export function writtenPage(context: PageContext, { path, text, proved }: Written): Page {
  const say = firstRunWords(context.lang);
  const lines = text.trimEnd().split("\n").length;
  const next = [
    ...(proved ? [] : [{ href: "/settings/config/edit?at=people", word: say.nextMail }]),
    { href: "/vantages", word: say.nextVantage },
    { href: "/settings/config/edit?at=status_page", word: say.nextPage },
    { href: "/settings/account", word: say.nextPassword },
  ];
  return {
    title: say.done,
    mark: "ok",
    body: (
      <>
        <h1>
          <StateMark state="ok" lang={context.lang} word={say.done} />
        </h1>
        <p>
          {say.written(path, lines)}
          {proved ? ` — ${say.proved}` : ""}
        </p>
        {proved ? null : (
          <p>
            <StateMark state="warning" lang={context.lang} word={say.notProved} />
          </p>
        )}
        <p class="act">
          <a class="btn pri" href="/">
            {say.home}
          </a>
        </p>
        <pre>{text}</pre>
        <h2>{say.next}</h2>
        <ul>
          {next.map(({ href, word }) => (
            <li key={href}>
              <a href={href}>{word}</a>
            </li>
          ))}
        </ul>
      </>
    ),
  };
}
