import type { JSX } from "preact";
import type { Stamp } from "../../kernel/clock.ts";
import { elapsedMs } from "../../kernel/clock.ts";
import { componentId } from "../../kernel/model/component.ts";
import { isOpen, type Incident } from "../../kernel/model/incident.ts";
import type { Delivery, NoticeSnapshot } from "../../kernel/model/notice.ts";
import type { ServiceStatus } from "../../kernel/model/status.ts";
import { clockTime, dateTime, duration, list } from "../../words/format.ts";
import { componentName } from "../../words/incident.ts";
import { scopeLine } from "../../words/scope.ts";
import { who, type PageContext } from "../context.ts";

const dayMs = 86_400_000;
const namesShown = 4;

/** `2:12` when it was within a day, else with its date. */
export function when(context: PageContext, stamp: Stamp): string {
  const { site, lang, now } = context;
  const write = elapsedMs(stamp, now) < dayMs ? clockTime : dateTime;
  return write(stamp.atMs, site.timeZone, lang);
}

function some(names: readonly string[], context: PageContext): string {
  const more = names.length - namesShown;
  return list(more > 0 ? [...names.slice(0, namesShown), `+${more}`] : names, context.lang);
}

/** Who is hit, since when, seen from where, and what that means: scope before cause. */
export function Summary({
  context,
  incident,
  services,
}: {
  context: PageContext;
  incident: Incident;
  services: readonly ServiceStatus[];
}): JSX.Element {
  const { say, site, lang, now } = context;
  const name = (key: string): string => componentName(site, componentId("service", key), lang);
  const affected = incident.affected.map(({ component }) => componentName(site, component, lang));
  const touched = new Set([...incident.services, ...incident.affected.map(({ component }) => component.split(":")[1])]);
  const working = services.filter(({ key, state }) => state === "ok" && !touched.has(key)).map((one) => one.name);
  const end = incident.resolvedAt ?? now;
  const length = duration(elapsedMs(incident.startedAt, end), lang);
  const from = when(context, incident.startedAt);
  return (
    <>
      <p>
        {incident.resolvedAt === null
          ? say.sinceFor(from, length)
          : say.lasted(from, when(context, incident.resolvedAt), length)}
      </p>
      {incident.services.length === 0 ? null : <p>{say.hit(some(incident.services.map(name), context))}</p>}
      {affected.length === 0 ? null : <p>{say.affectedCount(some(affected, context))}</p>}
      {working.length === 0 || !isOpen(incident) ? null : <p>{say.working(some(working, context))}</p>}
      <Seen context={context} incident={incident} />
      <p>
        → <b>{scopeLine(incident.scope, (vantage) => vantageName(context, vantage), lang)}</b>
      </p>
      <Owner context={context} incident={incident} />
    </>
  );
}

/** Every vantage with what it sees: ✓ works, ✕ fails, ○ no word; nothing where none of them was looked to. */
function Seen({ context, incident }: { context: PageContext; incident: Incident }): JSX.Element | null {
  const { say, site } = context;
  const { failingFrom, workingFrom } = incident.scope;
  if (failingFrom.length + workingFrom.length === 0) return null;
  const all = [...new Set([...failingFrom, ...workingFrom, ...site.vantages.keys()])];
  return (
    <ul class="seen" aria-label={say.seenFrom}>
      {all.map((vantage) => {
        const name = vantageName(context, vantage);
        const [sign, words] = failingFrom.includes(vantage)
          ? ["✕", say.fails(name)]
          : workingFrom.includes(vantage)
            ? ["✓", say.sees(name)]
            : ["○", say.noWord(name)];
        return (
          <li key={vantage}>
            <b aria-hidden="true">
              {name} {sign}
            </b>
            <span class="only-read">{words}</span>
          </li>
        );
      })}
    </ul>
  );
}

export function vantageName({ site, lang }: PageContext, vantage: string): string {
  return componentName(site, componentId("vantage", vantage), lang);
}

function Owner({ context, incident }: { context: PageContext; incident: Incident }): JSX.Element | null {
  const { say } = context;
  if (!isOpen(incident)) return null;
  const { acknowledgedAt, acknowledgedBy, assignedTo } = incident;
  if (acknowledgedAt === null) {
    return <p>{assignedTo === null ? say.notTaken : `${say.assignedTo(who(context, assignedTo))}. ${say.notTaken}`}</p>;
  }
  const by = who(context, acknowledgedBy ?? "");
  return (
    <p>
      {say.takenBy(by, when(context, acknowledgedAt))}
      {assignedTo === null || assignedTo === acknowledgedBy ? null : ` ${say.assignedTo(who(context, assignedTo))}`}
    </p>
  );
}

/** What happens, and when, if nobody presses the button; as the last notice has promised it. */
export function IfNobody({
  context,
  incident,
  deliveries,
}: {
  context: PageContext;
  incident: Incident;
  deliveries: readonly Delivery[];
}): JSX.Element | null {
  if (incident.acknowledgedAt !== null || !isOpen(incident)) return null;
  const next = promised(deliveries).find(({ at }) => elapsedMs(context.now, at) > 0);
  if (next === undefined) return null;
  const by = next.by.join(", ");
  return <p class="mut">{context.say.nextTell(when(context, next.at), who(context, next.tell), by)}</p>;
}

function promised(deliveries: readonly Delivery[]): NoticeSnapshot["next"] {
  const latest = deliveries.toSorted((a, b) => b.createdAt.atMs - a.createdAt.atMs)[0]?.snapshot;
  if (typeof latest !== "object" || latest === null || !("next" in latest)) return [];
  return Array.isArray(latest.next) ? (latest.next as NoticeSnapshot["next"]) : [];
}
