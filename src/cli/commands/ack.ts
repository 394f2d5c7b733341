import { cliWords } from "../../words/cli.ts";
import type { Command } from "../command.ts";
import { incidentIdOf } from "../incident-id.ts";
import type { IncidentAnswer } from "../incident-text.ts";

export const ack: Command = {
  name: "ack",
  summary: { ja: "障害を引き受ける(引き継ぎの連絡が止まります)", en: "take an incident: escalation stops" },
  usage: "[INCIDENT]",
  examples: ["koboshi ack 241", "koboshi ack            # the only open one", "koboshi ack 241 --json"],
  async run({ args, hub, lang }) {
    const client = hub();
    const id = await incidentIdOf(args[0], client, lang);
    const incident = await client.post<IncidentAnswer>(`/api/v1/incidents/${id}/acknowledge?lang=${lang}`);
    const text = cliWords(lang).acknowledged(id, incident.lead?.trim() ?? "");
    return { exit: 0, json: { ok: true, incident }, text, quiet: [String(id)] };
  },
};
