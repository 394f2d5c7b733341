import type { ComponentChildren, JSX } from "preact";
import type { PageContext } from "../context.ts";
import { accessWords } from "../../words/access.ts";

/** What was wrong with a form; the status goes with the page. */
export interface FormProblem {
  readonly message: string;
  readonly fix: string;
  readonly status: number;
}

/** Above a form: what was wrong, or what was done. */
export function Outcome({
  context,
  problem,
  done,
}: {
  context: PageContext;
  problem: FormProblem | null;
  done: string | null;
}): JSX.Element | null {
  if (problem !== null) {
    return (
      <div class="notice s-warning" role="alert">
        <p>
          <b>{context.say.problem}</b>: {problem.message}
        </p>
        <p>{problem.fix}</p>
      </div>
    );
  }
  return done === null ? null : (
    <p class="notice s-ok" role="status">
      {done}
    </p>
  );
}

/** A form that changes something: it carries the session's own field. Nothing is shown to whoever has no session. */
export function ChangeForm({
  context,
  action,
  id,
  children,
}: {
  context: PageContext;
  action: string;
  id?: string;
  children: ComponentChildren;
}): JSX.Element | null {
  if (context.viewer === null) return null;
  return (
    <form method="post" action={action} class="stack" {...(id === undefined ? {} : { id })}>
      <input type="hidden" name="csrf" value={context.viewer.csrf} />
      {children}
    </form>
  );
}

/** What helps to fill a field in, said after its label. */
export function Hint({ id, children }: { id: string; children: string }): JSX.Element {
  return (
    <p class="mut" id={id}>
      {children}
    </p>
  );
}

interface SecretFieldProps {
  readonly name: string;
  readonly label: string;
  /** which of the browser's kept passwords belongs here */
  readonly use: "current-password" | "new-password";
  readonly hint?: string;
}

/** A password's field: pasting and password managers work, nothing is corrected on the way. */
export function PasswordField({ name, label, use, hint }: SecretFieldProps): JSX.Element {
  const described = hint === undefined ? {} : { "aria-describedby": `${name}-hint` };
  return (
    <>
      <label>
        {label}
        <input
          type="password"
          name={name}
          required
          autocomplete={use}
          autocapitalize="none"
          spellcheck={false}
          {...described}
        />
      </label>
      {hint === undefined ? null : <Hint id={`${name}-hint`}>{hint}</Hint>}
    </>
  );
}

export function BackToSettings({ context }: { context: PageContext }): JSX.Element {
  return (
    <p>
      <a href="/settings">{accessWords(context.lang).back}</a>
    </p>
  );
}

/** A secret that is told this once, to be copied by hand or by the clipboard. */
export function ToldOnce({ lines, label }: { lines: readonly string[]; label: string }): JSX.Element {
  return (
    <pre aria-label={label} tabIndex={0}>
      {lines.join("\n")}
    </pre>
  );
}
