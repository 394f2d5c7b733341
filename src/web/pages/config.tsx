import type { JSX } from "preact";
import type { ConfigView } from "../../config/desk/views.ts";
import type { Finding } from "../../config/finding.ts";
import { formSections, type FormPart } from "../../config/form/form.ts";
import { configWebWords } from "../../words/config-web.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";

/** A page is for reading; what is longer is read in an editor. */
const shownChars = 200_000;
const shownHashChars = 12;

/** The configuration's files as they lie there, what there is to say of them, and the way into each part. */
export function configPage(context: PageContext, view: ConfigView, done: boolean): Page {
  const say = configWebWords(context.lang);
  const broken = view.findings.some(({ severity }) => severity === "error");
  return {
    title: say.title,
    mark: broken ? "down" : view.hash === view.runningHash ? "ok" : "warning",
    here: "config",
    body: (
      <>
        <h1>{say.title}</h1>
        {done ? (
          <p class="notice s-ok" role="status">
            {say.applied}
          </p>
        ) : null}
        <p>{view.mode === "git" ? say.modeGit : say.modeHere}</p>
        <Versions context={context} view={view} />
        <h2>{say.sections}</h2>
        {view.values === null && view.files.length > 0 ? null : (
          <PartRows context={context} parts={formSections(view.values ?? {})} />
        )}
        <h2>{say.findings}</h2>
        <Findings context={context} findings={view.findings} />
        <Files context={context} view={view} />
      </>
    ),
  };
}

function Versions({ context, view }: { context: PageContext; view: ConfigView }): JSX.Element {
  const say = configWebWords(context.lang);
  if (view.hash === "") return <p>{say.none(view.path)}</p>;
  const drifted = view.hash !== view.runningHash;
  return (
    <>
      <ul class="facts">
        <li>
          {say.file}: <code>{view.path}</code>
        </li>
        <li>
          {say.hash}: <code title={view.hash}>{view.hash.slice(0, shownHashChars)}</code>
        </li>
        <li>
          {say.runningHash}: <code title={view.runningHash}>{view.runningHash.slice(0, shownHashChars)}</code>
        </li>
      </ul>
      <p class={drifted ? "c-warning" : "mut"}>{drifted ? `▲ ${say.drift}` : say.sameHash}</p>
      {drifted && context.viewer !== null ? (
        <form method="post" action="/settings/config/preview">
          <input type="hidden" name="csrf" value={context.viewer.csrf} />
          <input type="hidden" name="disk" value="yes" />
          <button>{say.takeOver}</button>
        </form>
      ) : null}
    </>
  );
}

/** The way into parts that have a form of their own. */
export function PartRows({ context, parts }: { context: PageContext; parts: readonly FormPart[] }): JSX.Element {
  const say = configWebWords(context.lang);
  return (
    <ul class="rows">
      {parts.map(({ path, name, label, count }) => (
        <li key={path.join(".")}>
          <a class="count" href={editUrl(path)}>
            {name}
          </a>
          <span>{label === null ? "" : label[context.lang]}</span>
          <span class="end mut">{count === null || count === 0 ? "" : say.entries(count)}</span>
        </li>
      ))}
    </ul>
  );
}

export function editUrl(path: readonly (string | number)[]): string {
  return `/settings/config/edit?at=${encodeURIComponent(path.join("."))}`;
}

const states = { error: "down", warning: "warning", note: "unknown" } as const;
const glyphOf = { error: "■", warning: "▲", note: "○" } as const;

/** In the same words as `config check`. */
export function Findings({ context, findings }: { context: PageContext; findings: readonly Finding[] }): JSX.Element {
  const say = configWebWords(context.lang);
  const { lang } = context;
  if (findings.length === 0) return <p>{say.noFindings}</p>;
  return (
    <ul class="facts">
      {findings.map(({ severity, code, file, line, column, message, hint }) => (
        <li key={`${file}:${line}:${column}:${code}`} class={`c-${states[severity]}`}>
          {glyphOf[severity]} {say.at(file, line)}: {message[lang]} {hint === null ? "" : `→ ${hint[lang]}`}
        </li>
      ))}
    </ul>
  );
}

function Files({ context, view }: { context: PageContext; view: ConfigView }): JSX.Element {
  const say = configWebWords(context.lang);
  return (
    <>
      {view.files.map(({ name, text }) => (
        <details key={name}>
          <summary>
            {say.source}: {name}
          </summary>
          <pre>
            <code>{text.slice(0, shownChars)}</code>
          </pre>
          {text.length > shownChars ? <p class="mut">{say.cut}</p> : null}
        </details>
      ))}
    </>
  );
}
