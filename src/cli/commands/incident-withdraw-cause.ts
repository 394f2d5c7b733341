import { learnedWords } from "../../words/learned.ts";
import type { Command } from "../command.ts";
import { incidentIdOf } from "../incident-id.ts";
import type { IncidentAnswer } from "../incident-text.ts";

export const incidentWithdrawCause: Command = {
  name: "incident withdraw-cause",
  summary: {
    ja: "確定した原因を取り消す(学習にも使われなくなる)",
    en: "take back a confirmed cause; nothing is learned from it then",
  },
  usage: "INCIDENT",
  examples: [
    "koboshi incident withdraw-cause 241",
    "koboshi incident withdraw-cause 241 --json",
    "koboshi cause learned",
  ],
  async run({ args, hub, lang }) {
    const client = hub();
    const id = await incidentIdOf(args[0], client, lang);
    const incident = await client.post<IncidentAnswer>(`/api/v1/incidents/${id}/withdraw-cause?lang=${lang}`, {});
    const cause = incident.timeline.findLast(({ kind }) => kind === "incident.cause-withdrawn")?.data["cause"];
    const text = learnedWords(lang).undone(typeof cause === "string" ? cause : `#${id}`);
    return { exit: 0, json: { ok: true, incident }, text, quiet: [String(id)] };
  },
};
