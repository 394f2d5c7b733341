import type { JSX } from "preact";
import type { CauseProposal, Learned, LearnedCase, LearnedHabit } from "../../kernel/model/learned.ts";
import { componentName, vantageName } from "../../words/incident.ts";
import { fitSentence, learnedWords } from "../../words/learned.ts";
import { who, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { VerbForm } from "./actions.tsx";
import { when } from "./summary.tsx";

/** Confirmed causes, habits and proposals; whatever shifts a diagnosis can be taken back here. */
export function learnedPage(context: PageContext, learned: Learned): Page {
  return {
    title: learnedWords(context.lang).title,
    mark: "ok",
    here: "incidents",
    wide: true,
    body: <LearnedParts context={context} learned={learned} />,
  };
}

function LearnedParts({ context, learned }: { context: PageContext; learned: Learned }): JSX.Element {
  const say = learnedWords(context.lang);
  return (
    <>
      <h1>{say.title}</h1>
      <p>{say.lead}</p>
      <h2>{say.cases}</h2>
      {learned.cases.length === 0 ? <p>{say.noCases}</p> : <Cases context={context} cases={learned.cases} />}
      <h2>{say.habits}</h2>
      <p class="mut">{say.habitsLead(String(learned.habitsKept))}</p>
      {learned.habits.length === 0 ? <p>{say.noHabits}</p> : <HabitTable context={context} habits={learned.habits} />}
      <h2>{say.fit}</h2>
      <p>{fitSentence(learned.fit, context.lang)}</p>
      <h2>{say.proposals}</h2>
      <p class="mut">{learned.proposals.length === 0 ? say.noProposals : say.proposalsLead}</p>
      {learned.proposals.map((one) => (
        <Proposal key={one.id} context={context} proposal={one} />
      ))}
    </>
  );
}

function Cases({ context, cases }: { context: PageContext; cases: readonly LearnedCase[] }): JSX.Element {
  const say = learnedWords(context.lang);
  return (
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">{say.incident}</th>
          <th scope="col">{say.cause}</th>
          <th scope="col">{say.by}</th>
          <th scope="col">{say.counts}</th>
        </tr>
      </thead>
      <tbody>
        {cases.map((one) => (
          <tr key={one.id}>
            <th scope="row">
              <a href={`/i/${one.incidentId}`}>#{one.incidentId}</a>
            </th>
            <td>{caseTitle(context, one)}</td>
            <td>
              {who(context, one.actor)} {when(context, one.at)}
            </td>
            <td>
              <WithdrawCase context={context} one={one} back="/learned" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The cause with where it sat, and what was found. */
export function caseTitle({ site, lang }: PageContext, { title, cause, note }: LearnedCase): string {
  const where = cause.component === null ? "" : ` (${componentName(site, cause.component, lang)})`;
  return `${title[lang]}${where}${note === "" ? "" : ` — ${note}`}`;
}

/** Taking a confirmed cause back, or letting it count again; its state alone for whoever only reads. */
export function WithdrawCase({
  context,
  one,
  back,
}: {
  context: PageContext;
  one: LearnedCase;
  back: string;
}): JSX.Element {
  return (
    <Toggle context={context} action={`/learned/cases/${one.id}`} back={back} fields={{}} withdrawn={one.withdrawn} />
  );
}

interface ToggleProps {
  readonly context: PageContext;
  readonly action: string;
  readonly back: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly withdrawn: boolean;
}

function Toggle({ context, action, back, fields, withdrawn }: ToggleProps): JSX.Element {
  const say = learnedWords(context.lang);
  return (
    <>
      {withdrawn ? say.withdrawn : say.counts}
      {context.viewer === null ? null : (
        <VerbForm context={context} action={action} back={back}>
          {[
            ...Object.entries(fields).map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            )),
            <button key="button" name="withdrawn" value={withdrawn ? "no" : "yes"}>
              {withdrawn ? say.restore : say.withdraw}
            </button>,
          ]}
        </VerbForm>
      )}
    </>
  );
}

function HabitTable({ context, habits }: { context: PageContext; habits: readonly LearnedHabit[] }): JSX.Element {
  const say = learnedWords(context.lang);
  return (
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">{say.evidence}</th>
          <th scope="col">{say.place}</th>
          <th scope="col">{say.rate}</th>
          <th scope="col">{say.counts}</th>
        </tr>
      </thead>
      <tbody>
        {habits.map((habit) => (
          <HabitRow key={`${habit.evidence} ${habit.target} ${habit.vantage}`} context={context} habit={habit} />
        ))}
      </tbody>
    </table>
  );
}

function HabitRow({ context, habit }: { context: PageContext; habit: LearnedHabit }): JSX.Element {
  const { lang, site } = context;
  const say = learnedWords(lang);
  const { evidence, target, vantage, states, withdrawn } = habit;
  const raised = states.filter(({ shipped, learned }) => learned > shipped);
  return (
    <tr>
      <th scope="row">
        {habit.title[lang]} <code>{evidence}</code>
        {habit.isChronic ? <span class="mut"> {say.chronic}</span> : null}
      </th>
      <td>
        {componentName(site, target, lang)}
        {vantage === null ? null : <span class="mut"> ← {vantageName(vantage, lang)}</span>}
      </td>
      <td>
        {raised.map(({ state, word, shipped, learned }) => (
          <div key={state}>
            {word[lang]}: {percentText(shipped)} → {percentText(learned)}
          </div>
        ))}
        <span class="mut">{say.days(String(habit.days))}</span>
      </td>
      <td>
        <Toggle
          context={context}
          action="/learned/habits"
          back="/learned"
          fields={{ evidence, target, vantage: vantage ?? "" }}
          withdrawn={withdrawn}
        />
      </td>
    </tr>
  );
}

/** `0.3%`, `25%` */
function percentText(ratio: number): string {
  const percent = ratio * 100;
  return `${percent >= 10 ? Math.round(percent) : Math.round(percent * 10) / 10}%`;
}

function Proposal({ context, proposal }: { context: PageContext; proposal: CauseProposal }): JSX.Element {
  const { lang } = context;
  const say = learnedWords(lang);
  const { id, incidents, signs, yaml } = proposal;
  return (
    <div class="card">
      <h3>
        <code>{id}</code>
      </h3>
      <p>{say.proposalOf(incidents.map((incident) => `#${incident}`).join(", "))}</p>
      <ul>
        {signs.map((sign) => (
          <li key={sign.evidence}>{say.sign(sign.title[lang], sign.word[lang], String(sign.count))}</li>
        ))}
      </ul>
      <p>{say.addWith(id)}</p>
      <details>
        <summary>{say.asFile}</summary>
        <pre>{yaml}</pre>
      </details>
    </div>
  );
}
