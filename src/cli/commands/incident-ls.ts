import { cliWords } from "../../words/cli.ts";
import type { Command } from "../command.ts";
import { incidentLine, incidentSummary, type IncidentAnswer } from "../incident-text.ts";

export const incidentLs: Command = {
  name: "incident ls",
  summary: { ja: "障害の一覧(続いているものが先)", en: "incidents, open ones first" },
  usage: "[--open]",
  examples: ["koboshi incident ls", "koboshi incident ls --open -q", "koboshi incident ls --json"],
  options: { open: { type: "boolean" } },
  async run({ hub, lang, terminal, values }) {
    const query = values["open"] === true ? "state=open&" : "";
    const { items, next } = await hub().get<{ items: IncidentAnswer[]; next: string | null }>(
      `/api/v1/incidents?${query}lang=${lang}`,
    );
    const rows = items.map(
      (incident) => `${incidentLine(incident, terminal, lang)}  ${incidentSummary(incident, lang)}`,
    );
    return {
      exit: 0,
      json: { items, next },
      text: rows.length === 0 ? cliWords(lang).noIncidents : rows.join("\n"),
      plain: items.map(({ id, state, severity, subject, startedAt }) =>
        [id, state, severity, subject, startedAt].join("\t"),
      ),
      quiet: items.map(({ id }) => String(id)),
    };
  },
};
