import type { JSX } from "preact";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { Problem } from "./incident.tsx";

export interface LoginView {
  /** where to go on, a path of our own */
  readonly next: string;
  readonly problem: { readonly message: string; readonly fix: string; readonly status: number } | null;
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
  const { say, site, viewer } = context;
  const people = [...site.people.values()];
  return (
    <>
      <h1>{say.loginTitle}</h1>
      {viewer === null ? null : <p>{say.loginDone}</p>}
      {view.problem === null ? null : <Problem context={context} problem={view.problem} />}
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
        <button class="pri">{say.loginSend}</button>
      </form>
      <p class="mut">{say.loginWhy}</p>
    </>
  );
}
