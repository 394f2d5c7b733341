import type { JSX } from "preact";
import type { Incident } from "../../kernel/model/incident.ts";
import type { Delivery } from "../../kernel/model/notice.ts";
import { Glyph } from "../../render/parts.tsx";
import { incidentTitle } from "../../words/incident.ts";
import { glyphs } from "../../words/states.ts";
import { who, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { PeopleSelect } from "./actions.tsx";
import { incidentMark } from "./rows.tsx";
import { IfNobody, Summary, when } from "./summary.tsx";

export interface AckView {
  readonly incident: Incident;
  readonly deliveries: readonly Delivery[];
  /** whose link it is */
  readonly person: string;
  readonly token: string;
  /** what was just done by the link */
  readonly done: "nothing" | "taken" | "handed";
}

/** Reached from a mail without a login: one incident, one button. Looking changes nothing. */
export function ackPage(context: PageContext, view: AckView): Page {
  const { incident } = view;
  return {
    title: `${glyphs[incidentMark(incident)]} #${incident.id} ${incidentTitle(incident, context.site, context.lang)}`,
    mark: incidentMark(incident),
    frame: false,
    body: <Ack context={context} view={view} />,
  };
}

function Ack({ context, view }: { context: PageContext; view: AckView }): JSX.Element {
  const { say, site, lang } = context;
  const { incident, person } = view;
  const mark = incidentMark(incident);
  return (
    <>
      {view.done === "nothing" ? null : <Done context={context} view={view} />}
      <section class={`v s-${mark}`} aria-labelledby="verdict">
        <h1 id="verdict">
          <Glyph state={mark} /> {incidentTitle(incident, site, lang)}
        </h1>
        <Summary context={context} incident={incident} services={[]} />
      </section>
      {view.done === "nothing" ? <Take context={context} view={view} /> : null}
      <IfNobody context={context} incident={incident} deliveries={view.deliveries} />
      {view.done === "handed" ? null : <HandOver context={context} view={view} />}
      <p class="mut">{say.ackAs(who(context, person))}</p>
    </>
  );
}

function Take({ context, view }: { context: PageContext; view: AckView }): JSX.Element {
  const { say } = context;
  const { acknowledgedAt, acknowledgedBy } = view.incident;
  if (acknowledgedAt !== null) {
    return <p>{say.ackAlready(who(context, acknowledgedBy ?? ""), when(context, acknowledgedAt))}</p>;
  }
  return (
    <>
      <form method="post" action={`/i/${view.incident.id}/ack`}>
        <input type="hidden" name="k" value={view.token} />
        <div class="act">
          <button class="pri" name="do" value="take">
            {say.take}
          </button>
        </div>
      </form>
      <p>{say.ackHow}</p>
    </>
  );
}

function HandOver({ context, view }: { context: PageContext; view: AckView }): JSX.Element | null {
  const { say, site } = context;
  const others = [...site.people.keys()].filter((key) => key !== view.person);
  if (others.length === 0) return null;
  return (
    <details>
      <summary>{say.handOver}</summary>
      <form method="post" action={`/i/${view.incident.id}/ack`} class="stack">
        <input type="hidden" name="k" value={view.token} />
        <PeopleSelect context={context} keys={others} />
        <button name="do" value="hand-over">
          {say.handOver}
        </button>
      </form>
    </details>
  );
}

function Done({ context, view }: { context: PageContext; view: AckView }): JSX.Element {
  const { say } = context;
  const to = who(context, view.incident.assignedTo ?? "");
  return (
    <div class="notice s-ok" role="status">
      <p>
        <b>{view.done === "taken" ? say.ackDone : say.handedTo(to)}</b>
      </p>
      <p>{view.done === "taken" ? say.ackDoneMore : say.handedToMore(to)}</p>
    </div>
  );
}
