import type { JSX } from "preact";
import type { Incident } from "../kernel/model/incident.ts";
import { glyphs } from "../words/states.ts";
import { incidentTitle } from "../words/incident.ts";
import { shellWords } from "../words/web-shell.ts";
import type { PageContext } from "./context.ts";

/** Whatever page one is on: what is going on, the way to it, and the button that takes it. */
export function Alarm({
  context,
  incidents,
}: {
  context: PageContext;
  /** worst first; none: an empty place that a later one can fill */
  incidents: readonly Incident[];
}): JSX.Element {
  const [first] = incidents;
  if (first === undefined) return <div id="alarm" />;
  const { say, site, lang, viewer } = context;
  const words = shellWords(lang);
  const state = first.severity === "critical" ? "down" : "warning";
  return (
    <div id="alarm" class={`alarm s-${state}`} role="region" aria-label={words.alarm}>
      <a href={`/i/${first.id}`}>
        <span aria-hidden="true">{glyphs[state]}</span> #{first.id} {incidentTitle(first, site, lang)}
      </a>
      {incidents.length > 1 ? <a href="/incidents">{words.moreAlarms(incidents.length - 1)}</a> : null}
      {viewer === null || first.acknowledgedAt !== null ? null : (
        <form method="post" action={`/i/${first.id}/acknowledge`}>
          <input type="hidden" name="csrf" value={viewer.csrf} />
          <input type="hidden" name="back" value={`/i/${first.id}`} />
          <button class="pri">{say.take}</button>
        </form>
      )}
    </div>
  );
}
