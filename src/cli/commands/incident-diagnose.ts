import { diagnosisFaceWords } from "../../words/diagnosis-faces.ts";
import type { Command } from "../command.ts";
import { incidentIdOf } from "../incident-id.ts";
import { diagnosisLines, type DiagnosisAnswer } from "../diagnosis-text.ts";
import type { IncidentAnswer } from "../incident-text.ts";

export const incidentDiagnose: Command = {
  name: "incident diagnose",
  summary: { ja: "障害の原因をもう一度調べる", en: "look again for an incident's cause" },
  usage: "[INCIDENT] [--without CAUSE,…]",
  examples: [
    "koboshi incident diagnose 241",
    "koboshi incident diagnose",
    "koboshi incident diagnose 241 --without disk-full,db-slow",
  ],
  options: { without: { type: "string" } },
  async run({ args, values, hub, lang }) {
    const client = hub();
    const id = await incidentIdOf(args[0], client, lang);
    if (typeof values["without"] === "string") {
      const asked = `without=${encodeURIComponent(values["without"])}&lang=${lang}`;
      const diagnosis = await client.get<DiagnosisAnswer>(`/api/v1/incidents/${id}/diagnosis?${asked}`);
      const text = diagnosisLines(diagnosis, lang).join("\n");
      return { exit: 0, json: { ok: true, diagnosis }, text, quiet: diagnosis.causes.map((cause) => cause.id) };
    }
    const incident = await client.post<IncidentAnswer>(`/api/v1/incidents/${id}/diagnose?lang=${lang}`);
    return { exit: 0, json: { ok: true, incident }, text: diagnosisFaceWords(lang).begun(id), quiet: [String(id)] };
  },
};
