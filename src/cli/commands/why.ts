import { KoboshiError } from "../../kernel/errors.ts";
import { cliWords } from "../../words/cli.ts";
import type { Command } from "../command.ts";
import { diagnose } from "./diagnose.ts";
import { diagnosisLines } from "../diagnosis-text.ts";
import { incidentLine, scopeLines, type IncidentAnswer, type StatusAnswer } from "../incident-text.ts";

export const why: Command = {
  name: "why",
  summary: { ja: "どこまで及んでいるか、原因は何か", en: "how far it reaches, and why" },
  usage: "[SERVICE | INCIDENT | ADDRESS]",
  examples: ["koboshi why", "koboshi why shop", "koboshi why https://www.example.jp"],
  async run(context) {
    const { args, hub, lang, terminal } = context;
    if (isAddress(args[0])) return diagnose.run(context);
    const client = hub();
    const say = cliWords(lang);
    const status = await client.get<StatusAnswer>(`/api/v1/status?lang=${lang}`);
    const incidents = await chosen(args[0], status, (id) =>
      client.get<IncidentAnswer>(`/api/v1/incidents/${id}?lang=${lang}`),
    );
    const blocks = incidents.map((incident) =>
      [
        incidentLine(incident, terminal, lang),
        ...[...scopeLines(incident, terminal, lang), ...diagnosisLines(incident.diagnosis, lang)].map(
          (line) => `  ${line}`,
        ),
      ].join("\n"),
    );
    return {
      exit: 0,
      json: { incidents: incidents.map(({ id, titles, subject, diagnosis }) => ({ id, titles, subject, diagnosis })) },
      text: blocks.length === 0 ? say.noIncidents : blocks.join("\n\n"),
      quiet: incidents.map(({ id }) => String(id)),
    };
  },
};

/** `www.example.jp`, `https://…`, `db:5432`: looked at from here, without any hub. */
function isAddress(word: string | undefined): boolean {
  return word !== undefined && /[.:/]/.test(word);
}

type Brief = StatusAnswer["incidents"][number];

/** All open incidents, those that touch a service, or one by its number. */
async function chosen(
  word: string | undefined,
  status: StatusAnswer,
  byId: (id: number) => Promise<IncidentAnswer>,
): Promise<readonly Brief[]> {
  if (word === undefined) return status.incidents;
  const number = /^#?(\d+)$/.exec(word);
  if (number !== null) return [await byId(Number(number[1]))];
  const known = status.services.some(({ key, name }) => key === word || name === word);
  if (!known) throw new KoboshiError("KB1002", { what: word });
  const key = status.services.find((service) => service.key === word || service.name === word)?.key ?? word;
  const component = `service:${key}`;
  return status.incidents.filter(
    (incident) =>
      incident.services.includes(key) || incident.affected.some((affected) => affected.component === component),
  );
}
