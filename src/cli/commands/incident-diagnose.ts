import { diagnosisFaceWords } from "../../words/diagnosis-faces.ts";
import type { Command } from "../command.ts";
import { incidentIdOf } from "../incident-id.ts";
import type { IncidentAnswer } from "../incident-text.ts";

export const incidentDiagnose: Command = {
  name: "incident diagnose",
  summary: { ja: "障害の原因をもう一度調べる", en: "look again for an incident's cause" },
  usage: "[INCIDENT]",
  examples: ["koboshi incident diagnose 241", "koboshi incident diagnose", "koboshi incident diagnose 241 --json"],
  async run({ args, hub, lang }) {
    const client = hub();
    const id = await incidentIdOf(args[0], client, lang);
    const incident = await client.post<IncidentAnswer>(`/api/v1/incidents/${id}/diagnose?lang=${lang}`);
    return { exit: 0, json: { ok: true, incident }, text: diagnosisFaceWords(lang).begun(id), quiet: [String(id)] };
  },
};
