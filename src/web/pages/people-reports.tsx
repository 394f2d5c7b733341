import type { JSX } from "preact";
import type { PeopleReport } from "../../kernel/ports-people.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { deviceName, networkName, peopleWords } from "../../words/people.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";

export interface PeopleView {
  readonly reports: readonly PeopleReport[];
  /** id the next page begins before; null: these are the last */
  readonly next: number | null;
  readonly turnedAway: number;
}

/** What people said of the services, newest first. */
export function peoplePage(context: PageContext, view: PeopleView): Page {
  return { title: peopleWords(context.lang).listTitle, mark: "ok", body: <People context={context} view={view} /> };
}

function People({ context, view }: { context: PageContext; view: PeopleView }): JSX.Element {
  const { lang, site } = context;
  const say = peopleWords(lang);
  return (
    <>
      <h1>{say.listTitle}</h1>
      <p>{site.statusPage === null ? say.noPage : say.listLead(`${site.url ?? ""}/status/reach`)}</p>
      {view.turnedAway === 0 ? null : <p>{say.turnedAway(view.turnedAway)}</p>}
      {view.reports.length === 0 ? (
        <p>{say.listEmpty}</p>
      ) : (
        <ul class="rows">
          {view.reports.map((report) => (
            <Row key={report.id} context={context} report={report} />
          ))}
        </ul>
      )}
      {view.next === null ? null : (
        <p>
          <a href={`/reports-by-people?before=${view.next}`}>{say.older}</a>
        </p>
      )}
    </>
  );
}

function Row({ context, report }: { context: PageContext; report: PeopleReport }): JSX.Element {
  const { lang, site } = context;
  const say = peopleWords(lang);
  const { canReach, device, network, isp, tried, comment } = report;
  const facts = [
    networkName(network, lang),
    ...(isp === null ? [] : [isp]),
    deviceName(device, lang),
    ...(tried === null ? [] : [tried === "reached" ? say.browserYes : say.browserNo]),
    say.source(report.source.slice(0, 6)),
  ];
  return (
    <li>
      <span class="name">{site.services.get(report.service)?.name ?? report.service}</span>
      <StateMark state={canReach ? "ok" : "down"} lang={lang} word={canReach ? say.can : say.cannot} />
      <Time atMs={report.at.atMs} zone={site.timeZone} lang={lang} />
      <p class="mut">{facts.join(" · ")}</p>
      {comment === null ? null : <p>{comment}</p>}
    </li>
  );
}
