import type { JSX } from "preact";
import type { CheckStatus, SiteStatus, VantageStatus } from "../../kernel/model/status.ts";
import { StateMark } from "../../render/parts.tsx";
import { duration } from "../../words/format.ts";
import { glyphs, vantageStateName } from "../../words/states.ts";
import { vantageWords } from "../../words/vantages-web.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { VerbForm } from "./actions.tsx";
import { Problem } from "./incident.tsx";
import { Unreadable } from "./services.tsx";
import { vantageName, when } from "./summary.tsx";

export interface VantagesView {
  /** null: it cannot be read */
  readonly status: SiteStatus | null;
  /** the name that was just removed */
  readonly revoked: string;
  /** why one was not removed; null: none was asked for, or it was */
  readonly problem: { readonly message: string; readonly fix: string; readonly status: number } | null;
}

const states = { ok: "ok", blind: "unknown", silent: "unknown", "never-joined": "unknown" } as const;
/** below this the clocks agree well enough for logins and certificates */
const clockTolerableMs = 2_000;

/** Where is looked from, whether each can see, and how to add one. */
export function vantagesPage(context: PageContext, view: VantagesView): Page {
  const words = vantageWords(context.lang);
  const blind = view.status === null || view.status.vantages.some(({ state }) => state !== "ok");
  return {
    title: `${glyphs[blind ? "unknown" : "ok"]} ${words.title}`,
    mark: blind ? "unknown" : "ok",
    here: "vantages",
    status: view.problem?.status ?? 200,
    body: <Vantages context={context} view={view} />,
  };
}

function Vantages({ context, view }: { context: PageContext; view: VantagesView }): JSX.Element {
  const words = vantageWords(context.lang);
  const { status } = view;
  if (status === null) return <Unreadable context={context} title={words.title} />;
  const checks = status.services.flatMap((service) => service.checks);
  return (
    <>
      <h1>{words.title}</h1>
      {view.revoked === "" ? null : (
        <div class="notice s-ok" role="status">
          <p>{words.revoked(view.revoked)}</p>
        </div>
      )}
      {view.problem === null ? null : <Problem context={context} problem={view.problem} />}
      <p>{words.how}</p>
      {status.vantages.length === 1 ? <p>{words.onlyOne}</p> : null}
      {status.vantages.length === 0 ? <p>{words.empty}</p> : null}
      {status.vantages.map((vantage) => (
        <VantageCard key={vantage.name} context={context} vantage={vantage} checks={checks} />
      ))}
      <Join context={context} />
    </>
  );
}

function VantageCard({
  context,
  vantage,
  checks,
}: {
  context: PageContext;
  vantage: VantageStatus;
  checks: readonly CheckStatus[];
}): JSX.Element {
  const { lang } = context;
  const words = vantageWords(lang);
  const { name, state, lastSeenAt } = vantage;
  const cells = checks.flatMap((check) => check.cells.filter((cell) => cell.vantage === name));
  const working = cells.filter((cell) => cell.state === "ok" && !cell.stale).length;
  return (
    <section class="card">
      <h2>
        {vantageName(context, name)}{" "}
        <StateMark state={states[state]} lang={lang} word={vantageStateName(state, lang)} />
      </h2>
      <dl class="chain">
        <div>
          <dt>{words.sees}</dt>
          <dd>{cells.length === 0 ? words.seesNothing : words.seesOf(working, cells.length)}</dd>
        </div>
        <div>
          <dt>{words.clock}</dt>
          <dd>{clockText(context, vantage)}</dd>
        </div>
        <div>
          <dt>{words.lastWord}</dt>
          <dd>{lastSeenAt === null ? words.never : when(context, lastSeenAt)}</dd>
        </div>
      </dl>
      {name === "here" || context.viewer === null || state === "never-joined" ? null : (
        <details>
          <summary>{words.revoke}</summary>
          <p>{words.revokeHow(name)}</p>
          <VerbForm context={context} action={`/vantages/${encodeURIComponent(name)}/revoke`} back="/vantages" stack>
            <label>
              {words.revokeName}
              <input name="name" required autocomplete="off" autocapitalize="none" />
            </label>
            <button>{words.revokeButton}</button>
          </VerbForm>
        </details>
      )}
    </section>
  );
}

function clockText({ lang }: PageContext, { clockOffsetMs }: VantageStatus): string {
  const words = vantageWords(lang);
  if (clockOffsetMs === null) return words.clockNone;
  if (Math.abs(clockOffsetMs) < clockTolerableMs) return words.clockOk;
  const length = duration(Math.abs(clockOffsetMs), lang);
  return clockOffsetMs > 0 ? words.clockAhead(length) : words.clockBehind(length);
}

const example = 'vantages:\n  - here\n  - { name: office, token: "${env:KOBOSHI_VANTAGE_OFFICE}" }';

function Join({ context }: { context: PageContext }): JSX.Element {
  const { site, lang } = context;
  const words = vantageWords(lang);
  const hub = site.url ?? (lang === "ja" ? "<koboshi の住所>" : "<koboshi's address>");
  const command = `koboshi vantage --hub ${hub} --token-file token`;
  return (
    <section aria-labelledby="join">
      <h2 id="join">{words.joinTitle}</h2>
      <ol>
        <li>
          <p>{words.joinStep1}</p>
          <pre>{example}</pre>
        </li>
        <li>
          <p>{words.joinStep2}</p>
          {site.url === null ? <p class="mut">{words.joinUrl}</p> : null}
          <pre id="join-command">{command}</pre>
          <button type="button" hidden data-copy="#join-command" data-copied={words.copied}>
            {words.copy}
          </button>
        </li>
      </ol>
    </section>
  );
}
