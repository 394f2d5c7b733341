import type { JSX } from "preact";
import type { Conflict, Proposal } from "../../config/desk/views.ts";
import type { ConfigPlan } from "../../config/plan.ts";
import { configWebWords } from "../../words/config-web.ts";
import { planLines, planSummary } from "../../words/config-plan.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { editUrl, Findings } from "./config.tsx";

export interface PreviewFacts {
  readonly proposal: Proposal;
  /** the change as it goes along with the forms: `disk`, or edits as JSON */
  readonly change: string;
  /** the form it came from */
  readonly at: readonly (string | number)[];
  readonly reason: string;
  /** why the hub did not take it */
  readonly problem: { readonly message: string; readonly fix: string; readonly status: number } | null;
}

/** What a change would do, before anything is written; in git mode the patch to take along. */
export function configPreviewPage(context: PageContext, facts: PreviewFacts): Page {
  const say = configWebWords(context.lang);
  const { proposal, problem, at } = facts;
  const findings = proposal.findings.filter(({ severity }) => severity !== "note");
  return {
    title: say.previewTitle,
    mark: problem === null ? "ok" : "warning",
    here: "config",
    ...(problem === null ? {} : { status: problem.status }),
    body: (
      <>
        <h1>{say.previewTitle}</h1>
        {problem === null ? null : (
          <div class="notice s-down" role="alert">
            <p>{problem.message}</p>
            <p>{problem.fix}</p>
          </div>
        )}
        {proposal.plan === null ? (
          <p class="c-down">■ {say.refused}</p>
        ) : (
          <Plan context={context} plan={proposal.plan} />
        )}
        {findings.length === 0 ? null : <Findings context={context} findings={findings} />}
        {proposal.plan === null ? null : <Decision context={context} facts={facts} plan={proposal.plan} />}
        <p>
          <a href={at.length === 0 ? "/settings/config" : editUrl(at)}>{say.backToForm}</a>
        </p>
      </>
    ),
  };
}

function Plan({ context, plan }: { context: PageContext; plan: ConfigPlan }): JSX.Element {
  const say = configWebWords(context.lang);
  return (
    <section aria-labelledby="plan">
      <h2 id="plan">{say.plan}</h2>
      <p>
        <b>{planSummary(plan.entries, context.lang)}</b>
      </p>
      <ul class="facts">
        {planLines(plan.entries, context.lang).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

interface DecisionProps {
  readonly context: PageContext;
  readonly facts: PreviewFacts;
  readonly plan: ConfigPlan;
}

function Decision({ context, facts, plan }: DecisionProps): JSX.Element | null {
  const { proposal } = facts;
  const say = configWebWords(context.lang);
  const git = proposal.mode === "git" && facts.change !== "disk";
  if (proposal.patch === "" && facts.change !== "disk") return null;
  return (
    <section aria-labelledby="patch">
      {proposal.patch === "" ? null : <h2 id="patch">{say.patch}</h2>}
      {proposal.patch === "" || git ? null : (
        <pre>
          <code>{proposal.patch}</code>
        </pre>
      )}
      {git ? <Patch context={context} facts={facts} /> : <Apply context={context} facts={facts} plan={plan} />}
    </section>
  );
}

function Patch({ context, facts }: Omit<DecisionProps, "plan">): JSX.Element {
  const { proposal, change } = facts;
  const say = configWebWords(context.lang);
  return (
    <>
      {proposal.applicable ? null : <p class="c-warning">▲ {say.masked}</p>}
      <label>
        {say.copyPatch}
        <textarea readonly rows={12} aria-describedby="copy">
          {proposal.patch}
        </textarea>
      </label>
      <p class="mut" id="copy">
        {say.copyHint}
      </p>
      <form method="post" action="/settings/config/patch">
        <input type="hidden" name="csrf" value={context.viewer?.csrf ?? ""} />
        <input type="hidden" name="change" value={change} />
        <button class="pri">{say.savePatch}</button>
      </form>
    </>
  );
}

function Apply({ context, facts, plan }: DecisionProps): JSX.Element {
  const { proposal, change, reason, at } = facts;
  const say = configWebWords(context.lang);
  const lost = plan.needsConfirm.flatMap(({ names }) => names);
  return (
    <form method="post" action="/settings/config/apply" class="stack">
      <input type="hidden" name="csrf" value={context.viewer?.csrf ?? ""} />
      <input type="hidden" name="change" value={change} />
      <input type="hidden" name="base" value={proposal.baseHash} />
      <input type="hidden" name="at" value={at.join(".")} />
      <label>
        {say.reason}
        <input type="text" name="reason" maxlength={500} value={reason} autocomplete="off" />
      </label>
      {lost.length === 0 ? null : (
        <label class="ck">
          <input type="checkbox" name="confirm" value="yes" required /> {say.confirm(lost.join(", "))}
        </label>
      )}
      <button class="pri">{say.apply}</button>
    </form>
  );
}

export interface ConflictFacts {
  readonly message: string;
  readonly fix: string;
  readonly conflict: readonly Conflict[];
  readonly at: readonly (string | number)[];
}

/** Someone was faster: the three versions beside each other, and nothing written. */
export function configConflictPage(context: PageContext, { message, fix, conflict, at }: ConflictFacts): Page {
  const say = configWebWords(context.lang);
  return {
    title: say.conflictTitle,
    mark: "warning",
    here: "config",
    status: 409,
    body: (
      <>
        <h1>{say.conflictTitle}</h1>
        <div class="notice s-warning" role="alert">
          <p>{message}</p>
          <p>{fix}</p>
        </div>
        {conflict.map((one) => (
          <section key={one.name} aria-label={one.name}>
            <h2>{one.name}</h2>
            {(["base", "theirs", "mine"] as const).map((version) => (
              <details key={version} open={version !== "base"}>
                <summary>{say[version]}</summary>
                <pre>
                  <code>{one[version] ?? say.unknownVersion}</code>
                </pre>
              </details>
            ))}
          </section>
        ))}
        <p>
          <a class="btn pri" href={at.length === 0 ? "/settings/config" : editUrl(at)}>
            {say.again}
          </a>
        </p>
      </>
    ),
  };
}
