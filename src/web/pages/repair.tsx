import type { JSX } from "preact";
import { stepRun } from "../../api/window-views.ts";
import type { RepairStep } from "../../kernel/model/aftercare.ts";
import type { RepairRun } from "../../kernel/ports-prevent.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { repairMark, repairStateName, repairWords, safeTwiceText, stepStateName } from "../../words/repair-faces.ts";
import { repairTrouble } from "../../words/repairs.ts";
import { who, type PageContext } from "../context.ts";
import { VerbForm } from "./actions.tsx";

interface RepairProps {
  readonly context: PageContext;
  readonly run: RepairRun;
  /** the page to come back to */
  readonly back: string;
}

/** One repair with every command that it runs, and below them the button that lets it. */
export function RepairBox({ context, run, back }: RepairProps): JSX.Element {
  const { lang, site } = context;
  const say = repairWords(lang);
  const { repair } = run;
  return (
    <section class="card" id={`repair-${run.id}`} aria-labelledby={`repair-title-${run.id}`}>
      <h4 id={`repair-title-${run.id}`}>
        {say.offered}: {repair.title[lang]}
      </h4>
      <p>
        <StateMark state={repairMark(run.state)} lang={lang} word={repairStateName(run.state, lang)} />{" "}
        {run.approvedBy === null || run.approvedAt === null ? null : (
          <span class="mut">
            {who(context, run.approvedBy)} <Time atMs={run.approvedAt.atMs} zone={site.timeZone} lang={lang} />
          </span>
        )}
      </p>
      {run.reason === undefined ? null : (
        <p>
          {say.reason}: {run.reason}
        </p>
      )}
      {run.state === "offered" ? (
        <p>
          {say.every(repair.steps.length, run.host)} {say.beforeRun}
        </p>
      ) : null}
      {repair.warnings.length === 0 ? null : (
        <div class="notice s-warning" role="note">
          <p>
            <b>{say.know}</b>
          </p>
          {repair.warnings.map((warning) => (
            <p key={warning.en}>▲ {warning[lang]}</p>
          ))}
        </div>
      )}
      <ol class="steps">
        {repair.steps.map((step) => (
          <Step key={step.id} context={context} run={run} step={step} />
        ))}
      </ol>
      {run.state === "unknown" ? <p>{say.unknownHow}</p> : null}
      {run.state === "offered" ? <Decision context={context} run={run} back={back} /> : null}
    </section>
  );
}

function Step({ context, run, step }: { context: PageContext; run: RepairRun; step: RepairStep }): JSX.Element {
  const { lang } = context;
  const say = repairWords(lang);
  const { state, code, output, trouble } = stepRun(run, step.id);
  const facts = [
    ...(step.expects === null ? [] : [say.expects(step.expects)]),
    ...(code === null ? [] : [say.code(code)]),
  ];
  return (
    <li>
      {step.says[lang]}{" "}
      {["offered", "refused", "withdrawn"].includes(run.state) ? null : (
        <StateMark state={repairMark(state)} lang={lang} word={stepStateName(state, lang)} />
      )}
      <pre>{step.command}</pre>
      <p class="mut">
        {[...facts, ...(step.undo === null ? [say.noUndo] : [])].join(" · ")}
        {step.undo === null ? null : (
          <>
            {facts.length === 0 ? "" : " · "}
            {say.undo}: <code>{step.undo}</code>
          </>
        )}
      </p>
      {trouble == null ? null : <p>{repairTrouble(trouble)[lang]}</p>}
      {output === "" ? null : (
        <details>
          <summary>{say.output}</summary>
          <pre>{output}</pre>
        </details>
      )}
    </li>
  );
}

function Decision({ context, run, back }: RepairProps): JSX.Element {
  const say = repairWords(context.lang);
  if (context.viewer === null) {
    return (
      <div class="act">
        <a class="btn" href={`/login?next=${encodeURIComponent(back)}`}>
          {say.signIn}
        </a>
      </div>
    );
  }
  return (
    <>
      <p class="mut">{safeTwiceText(run.repair.isSafeTwice, context.lang)}</p>
      <div class="act">
        <VerbForm context={context} action={`/repairs/${run.id}/approve`} back={back}>
          <input type="hidden" name="sha256" value={run.sha256} />
          <button class="pri">{say.approve}</button>
        </VerbForm>
        <VerbForm context={context} action={`/repairs/${run.id}/refuse`} back={back}>
          <label>
            {say.refuseWhy} <input name="reason" maxlength={500} />
          </label>
          <button>{say.refuse}</button>
        </VerbForm>
      </div>
    </>
  );
}
