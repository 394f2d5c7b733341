import { KoboshiError } from "../../kernel/errors.ts";
import { cliWords } from "../../words/cli.ts";
import type { Command } from "../command.ts";
import { incidentIdOf } from "../incident-id.ts";
import type { IncidentAnswer } from "../incident-text.ts";

export const incidentAssign: Command = {
  name: "incident assign",
  summary: { ja: "障害を別の人に引き継ぐ(その人に知らせます)", en: "hand an incident to another person, who is told" },
  usage: "[INCIDENT] PERSON",
  examples: [
    "koboshi incident assign 241 sato",
    "koboshi incident assign sato",
    "koboshi incident assign 241 sato --json",
  ],
  async run({ args, hub, lang }) {
    const client = hub();
    const to = args.at(-1);
    if (to === undefined) throw new KoboshiError("KB1001", { what: "incident assign PERSON" });
    const id = await incidentIdOf(args.length > 1 ? args[0] : undefined, client, lang);
    const incident = await client.post<IncidentAnswer>(`/api/v1/incidents/${id}/assign?lang=${lang}`, { to });
    const text = cliWords(lang).assigned(id, incident.lead?.trim() ?? to);
    return { exit: 0, json: { ok: true, incident }, text, quiet: [String(id)] };
  },
};
