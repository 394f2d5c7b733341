import type { z } from "zod";
import type { IncidentJson, StatusJson } from "../api/schemas.ts";
import type { Lang } from "../kernel/lang.ts";
import type { StateWord } from "../kernel/model/status.ts";
import { cliWords } from "../words/cli.ts";
import { duration } from "../words/format.ts";
import { vantageName } from "../words/incident.ts";
import { incidentStateName, severityName } from "../words/states.ts";
import type { Terminal } from "./terminal.ts";

export type IncidentAnswer = z.output<typeof IncidentJson>;
export type StatusAnswer = z.output<typeof StatusJson>;
type Brief = Omit<IncidentAnswer, "timeline">;

/** `2:12` of an RFC 3339 time with its own offset: the site's clock, not this terminal's. */
export function wallTime(iso: string, lang: Lang): string {
  const time = iso.slice(11, 16);
  return lang === "ja" ? time.replace(/^0/, "") : time;
}

/** The state an incident is painted in. */
export function incidentState(incident: Brief): StateWord {
  if (incident.resolvedAt !== null) return "ok";
  if (incident.quiet) return "affected";
  return incident.severity === "critical" ? "down" : "warning";
}

/** The headline: `■ ネットショップが止まっています  2:12 から 19分  #241  担当: 山田`. */
export function incidentLine(incident: Brief, terminal: Terminal, lang: Lang): string {
  const say = cliWords(lang);
  const state = incidentState(incident);
  const lead = incident.lead === null ? say.nobody : say.lead(incident.lead.trim());
  const since = say.since(wallTime(incident.startedAt, lang), duration(incident.durationSeconds * 1000, lang));
  return `${terminal.paint(`${terminal.glyph(state)} ${incident.titles[lang]}`, state)}  ${since}   #${incident.id}  ${lead}`;
}

/** Where it is seen from, and what that means. */
export function scopeLines(incident: Brief, terminal: Terminal, lang: Lang): readonly string[] {
  const { scope } = incident.diagnosis;
  const seen = [
    ...scope.failingFrom.map((name) => `${vantageName(name, lang)} ✕`),
    ...scope.workingFrom.map((name) => `${vantageName(name, lang)} ●`),
  ];
  const marks = terminal.unicode ? seen : seen.map((one) => one.replace("✕", "x").replace("●", "o"));
  return [marks.join("  "), ...scope.reasons.map((reason) => `→ ${reason.text[lang]}`)].filter((line) => line !== "");
}

export function incidentSummary(incident: Brief, lang: Lang): string {
  return `${incidentStateName(incident.state, lang)} / ${severityName(incident.severity, lang)}`;
}
