import type { ComponentChildren, JSX } from "preact";
import type { LedgerEvent } from "../../kernel/event.ts";
import { isOpen, type Incident } from "../../kernel/model/incident.ts";
import type { Diagnosis } from "../../kernel/model/diagnosis.ts";
import type { LearnedCase } from "../../kernel/model/learned.ts";
import type { Delivery } from "../../kernel/model/notice.ts";
import type { IncidentPicture } from "../../kernel/model/picture.ts";
import type { ServiceStatus } from "../../kernel/model/status.ts";
import { Glyph, StateMark, Time } from "../../render/parts.tsx";
import { firstLook } from "../../words/first-look.ts";
import { componentName, incidentTitle } from "../../words/incident.ts";
import { reportPageWords } from "../../words/report-page.ts";
import { glyphs, incidentStateName, severityName } from "../../words/states.ts";
import { timelineText } from "../../words/timeline.ts";
import type { BesideIncident } from "../beside-incident.ts";
import { who, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import type { IncidentFacts } from "../load.ts";
import { Actions, VerbForm } from "./actions.tsx";
import { DiagnosisPart } from "./diagnosis.tsx";
import { Beside } from "./beside-incident.tsx";
import { Evidence, Matrix } from "./evidence.tsx";
import { ConfirmedCauses } from "./confirmed-causes.tsx";
import { Pictures } from "./incident-pictures.tsx";
import { incidentMark } from "./rows.tsx";
import { IfNobody, Summary, when } from "./summary.tsx";

export interface IncidentView extends IncidentFacts {
  readonly timeline: readonly LedgerEvent[];
  /** what every service shows now; empty when that cannot be read */
  readonly services: readonly ServiceStatus[];
  readonly openCount: number;
  readonly beside: BesideIncident;
  /** the newest; null: none began */
  readonly diagnosis: Diagnosis | null;
  /** every cause that can be confirmed, in the reader's language */
  readonly catalogue: readonly { readonly id: string; readonly title: string }[];
  /** oldest first, what was taken back too */
  readonly confirmed: readonly LearnedCase[];
  readonly pictures: readonly IncidentPicture[];
}

/** What a form was sent with when it was refused, so that nobody types it again. */
export interface Draft {
  readonly problem: { readonly message: string; readonly fix: string; readonly status: number };
  readonly text: string;
  readonly reason: string;
  readonly falseAlarm: boolean;
}

/** The room an incident is worked in: scope, what failed where, evidence, what happened, what to do. */
export function incidentPage(context: PageContext, view: IncidentView, draft: Draft | null): Page {
  const { incident } = view;
  const mark = incidentMark(incident);
  return {
    title: `${glyphs[mark]} #${incident.id} ${componentName(context.site, incident.subject, context.lang)}`,
    mark,
    here: "incidents",
    openCount: view.openCount,
    status: draft?.problem.status ?? 200,
    body: <Room context={context} view={view} draft={draft} />,
  };
}

interface RoomProps {
  readonly context: PageContext;
  readonly view: IncidentView;
  readonly draft: Draft | null;
}

function Room({ context, view, draft }: RoomProps): JSX.Element {
  const { say, site, lang } = context;
  const { incident } = view;
  const mark = incidentMark(incident);
  return (
    <>
      {draft === null ? null : <Problem context={context} problem={draft.problem} />}
      <section class={`v s-${mark}`} aria-labelledby="verdict">
        <h1 id="verdict">
          <Glyph state={mark} /> {incidentTitle(incident, site, lang)}
        </h1>
        <p>
          #{incident.id} · {incidentStateName(incident.state, lang)} · {severityName(incident.severity, lang)}
          {incident.quiet ? ` · ${say.quiet}` : null}
          {incident.flapping ? ` · ${say.flapping}` : null}
        </p>
        <Summary context={context} incident={incident} services={view.services} />
        <Ended context={context} incident={incident} />
      </section>
      <Actions context={context} incident={incident} back={`/i/${incident.id}`} />
      {isOpen(incident) ? null : <ReportLink context={context} incident={incident} />}
      <IfNobody context={context} incident={incident} deliveries={view.deliveries} />
      {isOpen(incident) && view.diagnosis === null ? <FirstLook context={context} view={view} /> : null}
      {view.diagnosis === null ? null : (
        <DiagnosisPart context={context} incident={incident} diagnosis={view.diagnosis} catalogue={view.catalogue} />
      )}
      <ConfirmedCauses context={context} incident={incident} confirmed={view.confirmed} />
      <Part id="failed" title={say.whatFailed}>
        <Matrix context={context} incident={incident} services={view.services} />
      </Part>
      <Part id="evidence" title={say.evidence}>
        <Evidence context={context} signals={view.signals} />
        <Pictures context={context} pictures={view.pictures} />
      </Part>
      <Beside context={context} beside={view.beside} />
      <Part id="timeline" title={say.timeline}>
        <Timeline context={context} events={view.timeline} />
        {isOpen(incident) ? <NoteForm context={context} incident={incident} draft={draft} /> : null}
      </Part>
      <Part id="told" title={say.contacts}>
        <Told context={context} deliveries={view.deliveries} />
      </Part>
      {isOpen(incident) ? <ResolveForm context={context} view={view} draft={draft} /> : null}
    </>
  );
}

function Part({ id, title, children }: { id: string; title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

export function Problem({
  context,
  problem,
}: {
  context: PageContext;
  problem: { readonly message: string; readonly fix: string };
}): JSX.Element {
  return (
    <div class="notice s-warning" role="alert">
      <p>
        <b>{context.say.problem}</b>: {problem.message}
      </p>
      <p>{problem.fix}</p>
    </div>
  );
}

function Ended({ context, incident }: { context: PageContext; incident: Incident }): JSX.Element | null {
  const { say } = context;
  const by = incident.resolvedBy;
  if (isOpen(incident) || by === null) return null;
  if (by === "auto") return <p>{say.endedAuto}</p>;
  if (by.startsWith("merged:")) return <p>{say.mergedInto(by.slice("merged:".length))}</p>;
  return <p>{say.endedBy(who(context, by))}</p>;
}

function FirstLook({ context, view }: { context: PageContext; view: IncidentView }): JSX.Element {
  const { incident, signals } = view;
  const look = firstLook(
    {
      scope: incident.scope.id,
      subject: incident.subject,
      signals: signals.filter(({ closedAt }) => closedAt === null),
    },
    { lang: context.lang, timeZone: context.site.timeZone },
  );
  return (
    <Part id="next" title={context.say.nextStep}>
      <p>
        <b>{look.text}</b>
        <br />
        <span class="mut">{look.why}</span>
      </p>
    </Part>
  );
}

function Timeline({ context, events }: { context: PageContext; events: readonly LedgerEvent[] }): JSX.Element {
  const { say, site, lang } = context;
  // what is on its way stands among the contacts; here it counts once it was sent
  const told = events.filter(({ kind }) => kind !== "notice.queued");
  if (told.length === 0) return <p>{say.timelineEmpty}</p>;
  return (
    <ol class="tl">
      {told.map((event) => (
        <li key={event.seq}>
          <Time atMs={event.at.atMs} zone={site.timeZone} lang={lang} show="date" /> {timelineText(event, site, lang)}
        </li>
      ))}
    </ol>
  );
}

function NoteForm({
  context,
  incident,
  draft,
}: {
  context: PageContext;
  incident: Incident;
  draft: Draft | null;
}): JSX.Element | null {
  const { say } = context;
  if (context.viewer === null) return null;
  return (
    <VerbForm context={context} action={`/i/${incident.id}/note`} back={`/i/${incident.id}`} stack>
      <label>
        {say.noteLabel}
        <textarea name="text" required maxLength={4000} value={draft?.text ?? ""} />
      </label>
      <button>{say.noteSend}</button>
    </VerbForm>
  );
}

function Told({ context, deliveries }: { context: PageContext; deliveries: readonly Delivery[] }): JSX.Element {
  const { say, lang } = context;
  if (deliveries.length === 0) return <p>{say.nothing}</p>;
  return (
    <ul class="rows">
      {deliveries
        .filter(({ state }) => state !== "superseded")
        .map((delivery) => {
          const name = who(context, delivery.recipient);
          return (
            <li key={delivery.id}>
              {delivery.sentAt !== null ? (
                <span>
                  <StateMark state="ok" lang={lang} word="" />
                  {say.told(name, delivery.channel, when(context, delivery.sentAt))}
                </span>
              ) : (
                <span>
                  <StateMark state={delivery.state === "given-up" ? "down" : "unknown"} lang={lang} word="" />
                  {say.notTold(name, delivery.channel, delivery.lastError)}
                </span>
              )}
            </li>
          );
        })}
    </ul>
  );
}

/** What remains to be done once it is over. */
function ReportLink({ context, incident }: { context: PageContext; incident: Incident }): JSX.Element {
  return (
    <p class="act">
      <a class="btn pri" href={`/i/${incident.id}/report`}>
        {reportPageWords(context.lang).heading(incident.id)}
      </a>
    </p>
  );
}

function ResolveForm({ context, view, draft }: RoomProps): JSX.Element | null {
  const { say } = context;
  if (context.viewer === null) return null;
  const { incident } = view;
  const open = view.signals.some(({ closedAt }) => closedAt === null);
  return (
    <Part id="resolve" title={say.resolve}>
      <VerbForm context={context} action={`/i/${incident.id}/resolve`} back={`/i/${incident.id}`} stack>
        <p>{open ? say.resolveWhyOpen : say.resolveWhyClosed}</p>
        <label>
          {say.reason}
          <textarea name="reason" required={open} maxLength={4000} value={draft?.reason ?? ""} />
        </label>
        <label class="ck">
          <input type="checkbox" name="falseAlarm" value="yes" checked={draft?.falseAlarm ?? false} />
          {say.falseAlarm}
        </label>
        <button>{say.resolve}</button>
      </VerbForm>
    </Part>
  );
}
