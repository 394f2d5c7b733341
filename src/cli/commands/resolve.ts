import { cliWords } from "../../words/cli.ts";
import type { Command } from "../command.ts";
import { incidentIdOf } from "../incident-id.ts";
import type { IncidentAnswer } from "../incident-text.ts";

export const resolve: Command = {
  name: "resolve",
  summary: { ja: "障害を解決とする", en: "end an incident" },
  usage: "[INCIDENT] [--reason TEXT] [--false-alarm]",
  examples: [
    "koboshi resolve 241",
    'koboshi resolve 241 --reason "代わりのサーバーで運用中"',
    'koboshi resolve 241 --false-alarm --reason "planned test"',
  ],
  options: { reason: { type: "string" }, "false-alarm": { type: "boolean" } },
  async run({ args, values, hub, lang }) {
    const client = hub();
    const id = await incidentIdOf(args[0], client, lang);
    const falseAlarm = values["false-alarm"] === true;
    const body = { reason: values["reason"] ?? null, falseAlarm };
    const incident = await client.post<IncidentAnswer>(`/api/v1/incidents/${id}/resolve?lang=${lang}`, body);
    const say = cliWords(lang);
    return {
      exit: 0,
      json: { ok: true, incident },
      text: falseAlarm ? say.falseAlarm(id) : say.resolved(id),
      quiet: [String(id)],
    };
  },
};
