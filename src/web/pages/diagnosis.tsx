import type { JSX } from "preact";
import { isOpen, type Incident } from "../../kernel/model/incident.ts";
import type { Diagnosis, Seen, Told, ToldCause } from "../../kernel/model/diagnosis.ts";
import { saysNothingIsBroken } from "../../words/diagnosis.ts";
import { diagnosisFaceWords } from "../../words/diagnosis-faces.ts";
import { componentName, vantageName } from "../../words/incident.ts";
import type { PageContext } from "../context.ts";
import { VerbForm } from "./actions.tsx";

interface Props {
  readonly context: PageContext;
  readonly incident: Incident;
  readonly diagnosis: Diagnosis;
  /** every cause of the catalogue, for what nobody thought of */
  readonly catalogue: readonly { readonly id: string; readonly title: string }[];
}

const mostCauses = 3;
const mostRaw = 8;

/** Why: ranked causes with their evidence, what was not seen, the first safe step, and the word of whoever knows. */
export function DiagnosisPart(props: Props): JSX.Element {
  const { context, incident, diagnosis } = props;
  const say = diagnosisFaceWords(context.lang);
  const told = diagnosis.told[context.lang];
  const isAllWell = saysNothingIsBroken(told.headline, context.lang);
  return (
    <section aria-labelledby="why">
      <h2 id="why">{say.heading}</h2>
      <p>
        <b>{told.headline}</b>
        <br />
        <span class="mut">
          {told.stopped} · {say.took(diagnosis.seconds.toFixed(1))}
        </span>
      </p>
      {isAllWell ? null : <Causes context={context} told={told} />}
      <Raw context={context} seen={diagnosis.seen} />
      {isOpen(incident) ? <Again context={context} incident={incident} /> : null}
      <Confirm {...props} />
    </section>
  );
}

/** One that stands out with its evidence; of several candidates each is folded, below the likeliest one's first step. */
function Causes({ context, told }: { context: PageContext; told: Told }): JSX.Element {
  const [first, ...others] = told.causes;
  const isNamed = first !== undefined && first.percent >= 50;
  const say = diagnosisFaceWords(context.lang);
  return (
    <>
      {isNamed ? (
        <First context={context} cause={first} told={told} />
      ) : (
        <>
          <Lines title={say.facts} lines={factsOf(told)} />
          <Lines title={say.action} lines={[told.action]} />
          <Lines title={say.notYet} lines={told.notYet === null ? [] : [told.notYet]} />
        </>
      )}
      {(isNamed ? others.slice(0, mostCauses - 1) : told.causes.slice(0, mostCauses)).map((cause) => (
        <Other key={`${cause.id}@${cause.component}`} context={context} cause={cause} />
      ))}
      <Rest context={context} told={told} />
    </>
  );
}

/** What speaks for one or another of several candidates. */
function factsOf({ causes }: Told): readonly string[] {
  return [...new Set(causes.slice(0, mostCauses).flatMap((cause) => cause.for))];
}

function First({ context, cause, told }: { context: PageContext; cause: ToldCause; told: Told }): JSX.Element {
  const say = diagnosisFaceWords(context.lang);
  return (
    <>
      <Lines title={say.for} lines={cause.for} />
      <Lines title={say.against} lines={cause.against.length > 0 ? cause.against : [say.nothingAgainst]} />
      <Lines title={say.action} lines={[cause.action]} />
      <Lines title={say.notYet} lines={[cause.notYet]} />
      <details>
        <summary>{say.fix}</summary>
        <p>{cause.fix}</p>
        <Lines title={say.repair} lines={told.repair} />
        <Lines title={say.prevention} lines={[cause.prevention]} />
      </details>
    </>
  );
}

function Other({ context, cause }: { context: PageContext; cause: ToldCause }): JSX.Element {
  const say = diagnosisFaceWords(context.lang);
  return (
    <details>
      <summary>
        {cause.title} — {say.certainty(cause.certainty, cause.percent)}
      </summary>
      <Lines title={say.for} lines={cause.for} />
      <Lines title={say.against} lines={cause.against} />
      <p>{say.decide(cause.action)}</p>
    </details>
  );
}

function Rest({ context, told }: { context: PageContext; told: Told }): JSX.Element {
  const say = diagnosisFaceWords(context.lang);
  return (
    <>
      <Lines title={say.unexplained} lines={told.unexplained} />
      <Lines title={say.ruledOut} lines={told.ruledOut} />
      <Lines title={say.unobserved} lines={told.unobserved} />
    </>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }): JSX.Element | null {
  if (lines.length === 0) return null;
  return (
    <div class="why">
      <h3>{title}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

/** What was on screen or in the log, as it came. */
function Raw({ context, seen }: { context: PageContext; seen: readonly Seen[] }): JSX.Element | null {
  const say = diagnosisFaceWords(context.lang);
  const kept = seen.filter(({ raw }) => raw !== "").slice(0, mostRaw);
  if (kept.length === 0) return null;
  return (
    <details>
      <summary>{say.raw}</summary>
      {kept.map(({ evidence, target, vantage, raw }) => (
        <figure key={`${evidence} ${target} ${vantage}`}>
          <figcaption>
            {componentName(context.site, target, context.lang)}
            {vantage === null ? null : ` · ${vantageName(vantage, context.lang)}`} · <code>{evidence}</code>
          </figcaption>
          <pre>{raw}</pre>
        </figure>
      ))}
    </details>
  );
}

function Again({ context, incident }: { context: PageContext; incident: Incident }): JSX.Element | null {
  if (context.viewer === null) return null;
  return (
    <VerbForm context={context} action={`/i/${incident.id}/diagnose`} back={`/i/${incident.id}`}>
      <button>{diagnosisFaceWords(context.lang).again}</button>
    </VerbForm>
  );
}

/** Whoever knows the cause says so; the likeliest come first, all others follow. */
function Confirm({ context, incident, diagnosis, catalogue }: Props): JSX.Element | null {
  if (context.viewer === null) return null;
  const say = diagnosisFaceWords(context.lang);
  const likely = diagnosis.told[context.lang].causes.filter(({ component }) => component !== null);
  return (
    <details>
      <summary>{say.confirm}</summary>
      <VerbForm context={context} action={`/i/${incident.id}/confirm-cause`} back={`/i/${incident.id}`} stack>
        <p class="mut">{say.confirmWhy}</p>
        <label>
          {say.which}
          <select name="cause">
            {likely.map(({ id, component, title }) => (
              <option key={`${id}@${component}`} value={`${id}@${component}`}>
                {title}
              </option>
            ))}
            <optgroup label={say.another}>
              {catalogue.map(({ id, title }) => (
                <option key={id} value={`${id}@${diagnosis.subject}`}>
                  {title}
                </option>
              ))}
            </optgroup>
          </select>
        </label>
        <label>
          {say.note}
          <textarea name="text" maxLength={4000} />
        </label>
        <button>{say.confirm}</button>
      </VerbForm>
    </details>
  );
}
