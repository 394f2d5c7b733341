import type { JSX } from "preact";
import { loginWords } from "../../words/login.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { Outcome, PasswordField, type FormProblem } from "./account-parts.tsx";

export interface LoginView {
  /** where to go on, a path of our own */
  readonly next: string;
  readonly problem: FormProblem | null;
  /** someone has an account */
  readonly byPassword: boolean;
  /** a start token would be taken */
  readonly byStart: boolean;
  /** what was typed as name */
  readonly name: string;
  /** the connection is not encrypted, and leads through a network */
  readonly inTheClear: boolean;
}

export function loginPage(context: PageContext, view: LoginView): Page {
  return {
    title: context.say.loginTitle,
    mark: "paused",
    status: view.problem?.status ?? 200,
    body: <Login context={context} view={view} />,
  };
}

function Login({ context, view }: { context: PageContext; view: LoginView }): JSX.Element {
  const { say, viewer, lang } = context;
  const own = loginWords(lang);
  return (
    <>
      <h1>{say.loginTitle}</h1>
      {viewer === null ? null : <p>{say.loginDone}</p>}
      <Outcome context={context} problem={view.problem} done={null} />
      {view.inTheClear ? <p class="notice s-warning">{own.plainHttp}</p> : null}
      {view.byPassword ? <ByPassword context={context} view={view} /> : null}
      {view.byPassword && view.byStart ? <h2>{own.startTitle}</h2> : null}
      {view.byStart ? <ByStartToken context={context} view={view} /> : null}
      <p class="mut">{view.byPassword ? own.forgotten : say.loginWhy}</p>
    </>
  );
}

function ByPassword({ context, view }: { context: PageContext; view: LoginView }): JSX.Element {
  const own = loginWords(context.lang);
  return (
    <form method="post" action="/login" class="stack">
      <input type="hidden" name="next" value={view.next} />
      <label>
        {own.name}
        <input
          name="name"
          required
          value={view.name}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          maxLength={64}
        />
      </label>
      <PasswordField name="password" label={own.password} use="current-password" />
      <button class="pri">{own.send}</button>
    </form>
  );
}

function ByStartToken({ context, view }: { context: PageContext; view: LoginView }): JSX.Element {
  const { say, site } = context;
  const people = [...site.people.values()];
  return (
    <>
      <p>{say.loginHow}</p>
      <form method="post" action="/login" class="stack" id="login">
        <input type="hidden" name="next" value={view.next} />
        <label>
          {say.loginToken}
          <input name="token" required autocomplete="one-time-code" autocapitalize="none" spellcheck={false} />
        </label>
        {people.length < 2 ? null : (
          <label>
            {say.loginWho}
            <select name="person">
              {people.map(({ key, name }) => (
                <option key={key} value={key}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <button class={view.byPassword ? "" : "pri"}>{say.loginSend}</button>
      </form>
    </>
  );
}

export interface CodeView {
  readonly ticket: string;
  readonly next: string;
  readonly problem: FormProblem | null;
}

/** The second step. */
export function codePage(context: PageContext, view: CodeView): Page {
  const own = loginWords(context.lang);
  return {
    title: own.codeTitle,
    mark: "paused",
    status: view.problem?.status ?? 200,
    body: (
      <>
        <h1>{own.codeTitle}</h1>
        <Outcome context={context} problem={view.problem} done={null} />
        <p>{own.codeHow}</p>
        <form method="post" action="/login/code" class="stack">
          <input type="hidden" name="ticket" value={view.ticket} />
          <input type="hidden" name="next" value={view.next} />
          <label>
            {own.code}
            <input
              name="code"
              required
              autocomplete="one-time-code"
              autocapitalize="none"
              spellcheck={false}
              maxLength={40}
            />
          </label>
          <button class="pri">{own.codeSend}</button>
        </form>
        <p class="mut">{own.forgotten}</p>
      </>
    ),
  };
}
