import type { JSX } from "preact";
import type { ConfigView } from "../../config/desk/views.ts";
import { dotted, type Finding } from "../../config/finding.ts";
import { checkKinds, type ConfigForm, type FormField } from "../../config/form/form.ts";
import { configWebWords } from "../../words/config-web.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { editUrl, Findings, PartRows } from "./config.tsx";

export interface EditFacts {
  readonly view: Pick<ConfigView, "mode" | "hash">;
  readonly form: ConfigForm;
  /** what was typed, by dotted path, after a refusal */
  readonly typed: ReadonlyMap<string, string>;
  /** why it was refused */
  readonly findings: readonly Finding[];
  /** a refusal that is about no single place */
  readonly problem: string | null;
}

/** One entry of the configuration as a form, made from the language; it works without JavaScript. */
export function configEditPage(context: PageContext, facts: EditFacts): Page {
  const { form, findings, problem } = facts;
  const refused = findings.length > 0 || problem !== null;
  const title = configWebWords(context.lang).editTitle(dotted(form.path));
  return {
    title,
    mark: refused ? "warning" : "ok",
    here: "config",
    ...(refused ? { status: 400 } : {}),
    body: (
      <>
        <h1>{title}</h1>
        <Lead context={context} facts={facts} />
        {refused ? <Refused context={context} facts={facts} /> : null}
        {form.fields.length === 0 ? null : <Fields context={context} facts={facts} />}
        {form.parts.length === 0 ? null : <PartRows context={context} parts={form.parts} />}
        <Additions context={context} facts={facts} />
        {form.written ? <Removal context={context} facts={facts} /> : null}
      </>
    ),
  };
}

function Lead({ context, facts: { form, view } }: Props): JSX.Element {
  const say = configWebWords(context.lang);
  return (
    <>
      {form.label === null ? null : <p>{form.label[context.lang]}</p>}
      <p class="mut">{view.mode === "git" ? say.modeGit : say.modeHere}</p>
      <p>
        <a href={form.path.length <= 1 ? "/settings/config" : editUrl(form.path.slice(0, -1))}>{say.up}</a>
      </p>
    </>
  );
}

/** Why nothing was written; what is about one input stands below that. */
function Refused({ context, facts: { form, findings, problem } }: Props): JSX.Element {
  const elsewhere = findings.filter(({ path }) => !form.fields.some((field) => dotted(field.path) === path));
  return (
    <div class="notice s-down" role="alert">
      <p>{problem ?? configWebWords(context.lang).refused}</p>
      {elsewhere.length === 0 ? null : <Findings context={context} findings={elsewhere} />}
    </div>
  );
}

interface Props {
  readonly context: PageContext;
  readonly facts: EditFacts;
}

/** What every form here sends back: the session's own field, where it is, and which version it was made of. */
function Hidden({ context, facts }: Props): JSX.Element {
  return (
    <>
      <input type="hidden" name="csrf" value={context.viewer?.csrf ?? ""} />
      <input type="hidden" name="at" value={dotted(facts.form.path)} />
      <input type="hidden" name="base" value={facts.view.hash} />
    </>
  );
}

function Fields({ context, facts }: Props): JSX.Element {
  const say = configWebWords(context.lang);
  return (
    <form method="post" action="/settings/config/preview" class="stack">
      <Hidden context={context} facts={facts} />
      {facts.form.fields.map((field, index) => (
        <Field key={dotted(field.path)} context={context} facts={facts} field={field} index={index} />
      ))}
      {context.viewer === null ? (
        <a class="btn pri" href="/login">
          {say.signIn}
        </a>
      ) : (
        <button class="pri">{say.preview}</button>
      )}
    </form>
  );
}

function Field({
  context,
  facts,
  field,
  index,
}: Props & { readonly field: FormField; readonly index: number }): JSX.Element {
  const say = configWebWords(context.lang);
  const { lang } = context;
  const path = dotted(field.path);
  const value = facts.typed.get(path) ?? field.value;
  const wrong = facts.findings.filter((finding) => finding.path === path);
  const hints = [
    ...(field.required ? [say.required] : []),
    field.kind === "secret" ? say.secretKept : field.hint[lang],
    ...(field.kind === "lines" ? [say.lines] : []),
    ...(field.fallback === null ? [] : [say.fallback(field.fallback)]),
  ];
  const id = `f${index}`;
  const described = { "aria-describedby": `${id}-hint`, ...(wrong.length > 0 ? { "aria-invalid": true } : {}) };
  return (
    <div>
      <label for={id}>
        {field.label[lang]} <span class="mut">({field.name})</span>
      </label>
      <input type="hidden" name={`p${index}`} value={JSON.stringify(field.path)} />
      <input type="hidden" name={`b${index}`} value={field.value} />
      {field.kind === "lines" ? <input type="hidden" name={`l${index}`} value="yes" /> : null}
      <Input field={field} value={value} attributes={{ id, name: id, ...described }} unset={say.unset} />
      <p class="mut" id={`${id}-hint`}>
        {hints.join(" / ")}
      </p>
      {wrong.length === 0 ? null : <Findings context={context} findings={wrong} />}
    </div>
  );
}

interface InputProps {
  readonly field: FormField;
  readonly value: string;
  readonly attributes: { readonly id: string; readonly name: string };
  readonly unset: string;
}

function Input({ field, value, attributes, unset }: InputProps): JSX.Element {
  if (field.kind === "choice") {
    const listed = value === "" || field.options.includes(value) ? field.options : [value, ...field.options];
    return (
      <select {...attributes}>
        <option value="" selected={value === ""}>
          {unset}
        </option>
        {listed.map((option) => (
          <option key={option} value={option} selected={option === value}>
            {option}
          </option>
        ))}
      </select>
    );
  }
  if (field.kind === "lines" || value.includes("\n")) return <textarea {...attributes}>{value}</textarea>;
  const numeric = field.kind === "number" ? { inputmode: "numeric" as const } : {};
  return <input type="text" {...attributes} {...numeric} value={value} autocomplete="off" />;
}

/** One more entry: a check by its kind, an entry by its name, an item. */
function Additions({ context, facts }: Props): JSX.Element | null {
  const { form } = facts;
  const say = configWebWords(context.lang);
  if (context.viewer === null) return null;
  const isService = form.path.length === 2 && form.path[0] === "services";
  const isChecks = form.path.length === 3 && form.path[0] === "services" && form.path[2] === "checks";
  if ((isService || isChecks) && (form.written || isChecks)) return <NewCheck context={context} facts={facts} />;
  if (form.adds === "entry") {
    return (
      <form method="get" action="/settings/config/edit" class="stack">
        <input type="hidden" name="at" value={dotted(form.path)} />
        <label>
          {say.addEntry}
          <input type="text" name="new" required maxlength={64} autocomplete="off" />
        </label>
        <button>{say.add}</button>
      </form>
    );
  }
  if (form.adds !== "item") return null;
  return (
    <p>
      <a class="btn" href={editUrl([...form.path, form.parts.length])}>
        {say.add}
      </a>
    </p>
  );
}

function NewCheck({ context, facts }: Props): JSX.Element {
  const say = configWebWords(context.lang);
  return (
    <form method="post" action="/settings/config/preview" class="stack">
      <h2>{say.addCheck}</h2>
      <Hidden context={context} facts={facts} />
      <label>
        {say.kind}
        <select name="kind">
          {checkKinds().map(({ kind, label }) => (
            <option key={kind} value={kind}>
              {`${kind} — ${label[context.lang]}`}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say.target}
        <input type="text" name="target" required autocomplete="off" />
      </label>
      <button>{say.add}</button>
    </form>
  );
}

function Removal({ context, facts }: Props): JSX.Element | null {
  const say = configWebWords(context.lang);
  if (context.viewer === null) return null;
  return (
    <form method="post" action="/settings/config/preview">
      <Hidden context={context} facts={facts} />
      <input type="hidden" name="remove" value="yes" />
      <button>{say.remove}</button>
    </form>
  );
}
