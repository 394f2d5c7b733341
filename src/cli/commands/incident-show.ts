import { cliWords } from "../../words/cli.ts";
import type { Command } from "../command.ts";
import { diagnosisLines } from "../diagnosis-text.ts";
import { incidentIdOf } from "../incident-id.ts";
import { incidentLine, incidentSummary, scopeLines, wallTime, type IncidentAnswer } from "../incident-text.ts";

export const incidentShow: Command = {
  name: "incident show",
  summary: { ja: "障害の範囲、原因、経過", en: "one incident: scope, cause and timeline" },
  usage: "[INCIDENT]",
  examples: ["koboshi incident show 241", "koboshi incident show", "koboshi incident show 241 --json"],
  async run({ args, hub, lang, terminal }) {
    const client = hub();
    const id = await incidentIdOf(args[0], client, lang);
    const incident = await client.get<IncidentAnswer>(`/api/v1/incidents/${id}?lang=${lang}`);
    const say = cliWords(lang);
    const lines = [
      incidentLine(incident, terminal, lang),
      incidentSummary(incident, lang),
      "",
      say.scope,
      ...scopeLines(incident, terminal, lang).map((line) => `  ${line}`),
      "",
      ...diagnosisLines(incident.diagnosis, lang).map((line) => `  ${line}`),
      "",
      say.timeline,
      ...incident.timeline.map((event) => `  ${wallTime(event.at, lang)}  ${event.text[lang]}`),
    ];
    return { exit: 0, json: { incident }, text: lines.join("\n"), quiet: [String(id)] };
  },
};
