import type { JSX } from "preact";
import { isOpen, type Incident } from "../../kernel/model/incident.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { HeldBanner, type HomeWindows } from "./home-windows.tsx";
import { IncidentRows } from "./rows.tsx";

export interface IncidentList {
  /** open ones first, then newest first */
  readonly incidents: readonly Incident[];
  /** the id to go on after; null: these are the last */
  readonly next: number | null;
  /** true for the second page and later */
  readonly further: boolean;
  readonly windows: HomeWindows;
}

export function incidentsPage(context: PageContext, list: IncidentList): Page {
  const { say } = context;
  const open = list.incidents.filter(isOpen);
  return {
    title: open.length === 0 ? say.incidentsTitle : `(${open.length}) ${say.incidentsTitle}`,
    mark: open.some(({ severity }) => severity === "critical") ? "down" : open.length > 0 ? "warning" : "ok",
    here: "incidents",
    openCount: open.length,
    body: <Incidents context={context} list={list} open={open} />,
  };
}

function Incidents({
  context,
  list,
  open,
}: {
  context: PageContext;
  list: IncidentList;
  open: readonly Incident[];
}): JSX.Element {
  const { say } = context;
  const ended = list.incidents.filter((incident) => !isOpen(incident));
  const none = list.further ? say.noOlder : say.incidentsEmpty;
  return (
    <>
      <h1>{say.incidentsTitle}</h1>
      <HeldBanner context={context} windows={list.windows} />
      {list.incidents.length === 0 ? <p>{none}</p> : null}
      {list.incidents.length === 0 || (list.further && open.length === 0) ? null : (
        <section aria-labelledby="open">
          <h2 id="open">{say.openIncidents}</h2>
          {open.length === 0 ? <p>{say.noOpenIncidents}</p> : <IncidentRows context={context} incidents={open} />}
        </section>
      )}
      {ended.length === 0 ? null : (
        <section aria-labelledby="ended">
          <h2 id="ended">{say.ended}</h2>
          <IncidentRows context={context} incidents={ended} />
        </section>
      )}
      {list.next === null ? null : (
        <div class="act">
          <a class="btn" href={`/incidents?before=${list.next}`}>
            {say.older}
          </a>
        </div>
      )}
    </>
  );
}
