import type { JSX } from "preact";
import type { SiteStatus } from "../../kernel/model/status.ts";
import { elapsedMs } from "../../kernel/clock.ts";
import { Glyph, StateMark } from "../../render/parts.tsx";
import { attentionFix, attentionText } from "../../words/attention.ts";
import { firstLook } from "../../words/first-look.ts";
import { list } from "../../words/format.ts";
import { thousands } from "../../words/figures.ts";
import { serviceWords } from "../../words/services.ts";
import { age, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import type { HomeFacts, IncidentFacts } from "../load.ts";
import { worstOf } from "../things.ts";
import { verdictOf, type Verdict } from "../verdict.ts";
import { Actions } from "./actions.tsx";
import { NextWindow, UnderWay } from "./home-windows.tsx";
import { AttentionRow, IncidentRows, PublicPage, Services, Vantages } from "./rows.tsx";
import { IfNobody, Summary } from "./summary.tsx";
import { AddressForm, noAnswers } from "./first-run.tsx";

/** «Is everything all right, and if not, what do I do next?» */
export function homePage(context: PageContext, facts: HomeFacts, first: IncidentFacts | null): Page {
  const verdict = verdictOf(facts.status, context);
  return {
    title: verdict.tab,
    mark: verdict.state,
    here: "home",
    openCount: facts.status?.openIncidents.length ?? 0,
    pulseAgeMs: facts.status?.pulseAgeMs ?? null,
    watch: facts.status?.watch,
    body: <Home context={context} facts={facts} first={first} verdict={verdict} />,
  };
}

interface HomeProps {
  readonly context: PageContext;
  readonly facts: HomeFacts;
  /** the incident the page is about; null: none, or it cannot be read */
  readonly first: IncidentFacts | null;
  readonly verdict: Verdict;
}

function Home({ context, facts, first, verdict }: HomeProps): JSX.Element {
  const { status } = facts;
  return (
    <>
      <section class={`v s-${verdict.state}`} aria-labelledby="verdict">
        <h1 id="verdict">
          <Glyph state={verdict.state} /> {verdict.sentence}
        </h1>
        <Second context={context} facts={facts} verdict={verdict} />
      </section>
      <UnderWay context={context} windows={facts.windows} />
      {facts.unreadable === null ? null : <Unreadable context={context} facts={facts} code={facts.unreadable} />}
      {verdict.first === null ? null : (
        <>
          <Actions context={context} incident={verdict.first} back="/" />
          <IfNobody context={context} incident={verdict.first} deliveries={first?.deliveries ?? []} />
          <Next context={context} first={first} id={verdict.first.id} />
        </>
      )}
      {status?.verdict === "empty" ? <HowToStart context={context} /> : null}
      {status === null ? null : <Rest context={context} facts={facts} status={status} verdict={verdict} />}
    </>
  );
}

function Second({ context, facts, verdict }: Omit<HomeProps, "first">): JSX.Element | null {
  const { say } = context;
  const { status, lastEnded } = facts;
  if (status === null || status.verdict === "empty") return null;
  if (verdict.first !== null) {
    return <Summary context={context} incident={verdict.first} services={status.services} />;
  }
  const seeing = status.vantages.filter(({ state }) => state === "ok").length;
  return (
    <>
      <p>{say.watching(status.services.length, seeing)}</p>
      <Watched context={context} facts={facts} verdict={verdict} />
      {facts.unreadable !== null || status.openIncidents.length > 0 ? null : (
        <p>
          {lastEnded === null
            ? say.noIncidentYet
            : say.lastIncident(age(context, lastEnded.resolvedAt ?? lastEnded.startedAt))}
        </p>
      )}
    </>
  );
}

const dayMs = 86_400_000;

/** What was done for one's peace of mind: how often somebody looked, and that nothing was found. */
function Watched({ context, facts, verdict }: Omit<HomeProps, "first">): JSX.Element | null {
  const { attempts, lastEnded, status } = facts;
  if (attempts.state !== "ready" || attempts.value === 0) return null;
  const say = serviceWords(context.lang);
  const endedAt = lastEnded?.resolvedAt ?? null;
  const quiet = endedAt === null || elapsedMs(endedAt, context.now) > dayMs;
  const nothing = verdict.state === "ok" && quiet && facts.unreadable === null && status?.openIncidents.length === 0;
  const number = thousands(attempts.value);
  return <p>{nothing ? say.watched24(number) : say.watched24Some(number)}</p>;
}

/** How the heartbeats stand, in a line; the missing ones by name. */
function Jobs({ context, jobs }: { context: PageContext; jobs: HomeFacts["jobs"] }): JSX.Element | null {
  if (jobs.length === 0) return null;
  const { lang } = context;
  const say = serviceWords(lang);
  const late = jobs.filter(({ state }) => state === "down" || state === "warning");
  return (
    <p>
      <StateMark state={worstOf(jobs.map(({ state }) => state))} lang={lang} /> {say.jobsLine(jobs.length)}
      {late.length === 0
        ? null
        : ` · ${say.jobsLate(
            list(
              late.map(({ name }) => name),
              lang,
            ),
          )}`}
    </p>
  );
}

function Unreadable({ context, facts, code }: { context: PageContext; facts: HomeFacts; code: string }): JSX.Element {
  const { say } = context;
  return (
    <div class="notice s-warning" role="note">
      <p>
        <b>{say.historyUnreadable(code)}</b> {facts.status === null ? null : say.checksRun}
      </p>
    </div>
  );
}

function Next({ context, first, id }: { context: PageContext; first: IncidentFacts | null; id: number }): JSX.Element {
  const { say, lang } = context;
  const look = firstLook(
    {
      scope: first?.incident.scope.id ?? "none",
      subject: first?.incident.subject ?? null,
      signals: first?.signals.filter(({ closedAt }) => closedAt === null) ?? [],
    },
    { lang, timeZone: context.site.timeZone },
  );
  return (
    <section aria-labelledby="next">
      <h2 id="next">{say.nextStep}</h2>
      <p>
        <b>{look.text}</b>
        <br />
        <span class="mut">{look.why}</span>
      </p>
      <div class="act">
        <a class="btn" href={`/i/${id}`}>
          {say.openRoom}
        </a>
      </div>
    </section>
  );
}

function HowToStart({ context }: { context: PageContext }): JSX.Element {
  const { say } = context;
  return (
    <>
      <AddressForm context={context} answers={noAnswers} />
      <p>{say.emptyHow}</p>
      <pre>{say.emptyExample}</pre>
      <p>
        {say.emptyOnce} <code>{say.emptyCheck}</code>
      </p>
    </>
  );
}

interface RestProps {
  readonly context: PageContext;
  readonly facts: HomeFacts;
  readonly status: SiteStatus;
  readonly verdict: Verdict;
}

function Rest({ context, facts, status, verdict }: RestProps): JSX.Element {
  const { say, lang } = context;
  const others = status.openIncidents.filter(({ id }) => id !== verdict.first?.id);
  const attentions = status.attentions.filter((one) => attentionText(one, lang) !== verdict.sentence);
  const told = status.attentions.find((one) => attentionText(one, lang) === verdict.sentence);
  return (
    <>
      {told === undefined ? null : <p>{attentionFix(told, lang)}</p>}
      {attentions.length === 0 ? null : (
        <section aria-labelledby="promises">
          <h2 id="promises">{say.promises}</h2>
          <ul class="rows">
            {attentions.map((attention) => (
              <AttentionRow key={attention.code} context={context} attention={attention} />
            ))}
          </ul>
        </section>
      )}
      {others.length === 0 ? null : (
        <section aria-labelledby="open">
          <h2 id="open">{say.openIncidents}</h2>
          <IncidentRows context={context} incidents={others} />
        </section>
      )}
      <NextWindow context={context} windows={facts.windows} />
      <Jobs context={context} jobs={facts.jobs} />
      <Services context={context} services={status.services} />
      <Vantages context={context} vantages={status.vantages} />
      <PublicPage context={context} publications={facts.publications} />
    </>
  );
}
