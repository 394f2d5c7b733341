import type { JSX } from "preact";
import { networkKinds, type PeopleReport } from "../../kernel/ports-people.ts";
import type { ProviderAnnouncement } from "../../kernel/ports-feeds.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { announcementMark, announcementText, besideIncidentWords } from "../../words/beside-incident.ts";
import { deviceName, networkName } from "../../words/people.ts";
import type { BesideIncident, SaidByPeople } from "../beside-incident.ts";
import type { PageContext } from "../context.ts";

const shownAnnouncements = 5;
const shownComments = 5;

/** What the provider announced and what people said; nothing when nobody said anything. */
export function Beside({ context, beside }: { context: PageContext; beside: BesideIncident }): JSX.Element {
  return (
    <>
      <Announced context={context} announcements={beside.announcements} />
      <Said context={context} said={beside.said} />
    </>
  );
}

interface AnnouncedProps {
  readonly context: PageContext;
  readonly announcements: readonly ProviderAnnouncement[];
}

function Announced({ context, announcements }: AnnouncedProps): JSX.Element | null {
  const { lang, site } = context;
  const say = besideIncidentWords(lang);
  if (announcements.length === 0) return null;
  const hidden = announcements.length - shownAnnouncements;
  return (
    <section aria-labelledby="announced">
      <h2 id="announced">{say.announced}</h2>
      <p class="mut">{say.announcedLead}</p>
      <ul class="rows">
        {announcements.slice(0, shownAnnouncements).map((one) => (
          <li key={`${one.noticeId} ${one.startMs}`}>
            <a class="name" href={`/feeds/${one.noticeId}`}>
              {one.title}
            </a>
            <StateMark state={markOf(one)} lang={lang} word={announcementMark(one, lang)} />
            <p>{announcementText(one, { timeZone: site.timeZone, lang })}</p>
            {one.certain ? null : <p>▲ {say.maybe}</p>}
            <p class="mut">{one.provider}</p>
          </li>
        ))}
      </ul>
      <p>
        {hidden > 0 ? `${say.more(hidden)} · ` : null}
        <a href="/feeds">{say.all}</a>
      </p>
    </section>
  );
}

function markOf({ kind }: ProviderAnnouncement): "warning" | "maintenance" {
  return kind === "maintenance" || kind === "emergency-maintenance" ? "maintenance" : "warning";
}

function Said({ context, said }: { context: PageContext; said: SaidByPeople }): JSX.Element | null {
  const { lang } = context;
  const say = besideIncidentWords(lang);
  const { state, reports } = said;
  if (state === "whole" && reports.length === 0) return null;
  const failing = reports.filter(({ canReach }) => !canReach);
  const senders = new Set(failing.map(({ source }) => source)).size;
  return (
    <section aria-labelledby="said">
      <h2 id="said">{say.said}</h2>
      {state === "unreadable" ? (
        <p>○ {say.unreadable}</p>
      ) : (
        <>
          <p>
            <StateMark state={failing.length > 0 ? "warning" : "ok"} lang={lang} word="" />
            {say.cannot(failing.length, senders)} · {say.can(reports.length - failing.length)}
          </p>
          {failing.length === 0 ? null : <p>{say.networks(networksText(context, failing))}</p>}
          {state === "part" ? <p class="mut">{say.part}</p> : null}
          <Comments context={context} reports={reports} />
        </>
      )}
      <p>
        <a href="/reports-by-people">{say.allReports}</a>
      </p>
    </section>
  );
}

/** `携帯電話の回線 3 · 自宅の回線 1`, the most frequent first. */
function networksText({ lang }: PageContext, reports: readonly PeopleReport[]): string {
  return networkKinds
    .map((kind) => ({ kind, count: reports.filter(({ network }) => network === kind).length }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .map(({ kind, count }) => `${networkName(kind, lang)} ${count}`)
    .join(" · ");
}

/** The newest words of people: foreign, escaped as everything here. */
function Comments({
  context,
  reports,
}: {
  context: PageContext;
  reports: readonly PeopleReport[];
}): JSX.Element | null {
  const { lang, site } = context;
  const told = reports.filter(({ comment }) => comment !== null).slice(0, shownComments);
  if (told.length === 0) return null;
  return (
    <ul class="rows">
      {told.map(({ id, at, service, comment, device, network, isp }) => (
        <li key={id}>
          <q>{comment}</q>
          <p class="mut">
            <Time atMs={at.atMs} zone={site.timeZone} lang={lang} /> · {site.services.get(service)?.name ?? service} ·{" "}
            {[deviceName(device, lang), networkName(network, lang), ...(isp === null ? [] : [isp])].join(" · ")}
          </p>
        </li>
      ))}
    </ul>
  );
}
