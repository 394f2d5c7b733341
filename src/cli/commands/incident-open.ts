import { KoboshiError } from "../../kernel/errors.ts";
import { severities } from "../../kernel/model/signal.ts";
import { cliWords } from "../../words/cli.ts";
import type { Command } from "../command.ts";
import type { IncidentAnswer } from "../incident-text.ts";

export const incidentOpen: Command = {
  name: "incident open",
  summary: {
    ja: "監視が気づいていない障害を、連絡を受けた人が開く(原因も調べます)",
    en: "open an incident that nothing watched has noticed, and look for its cause",
  },
  usage: "COMPONENT TEXT [--severity critical|warning|info]",
  examples: [
    'koboshi incident open service:shop "会計が終わらないと電話が2件"',
    'koboshi incident open service:shop "two customers cannot pay" --severity critical',
    'koboshi incident open host:web1 "it feels slow" --severity info',
  ],
  options: { severity: { type: "string" } },
  async run({ args, values, hub, lang }) {
    const client = hub();
    const [subject, ...words] = args;
    const text = words.join(" ");
    if (subject === undefined || text.trim() === "")
      throw new KoboshiError("KB1001", { what: "incident open COMPONENT TEXT" });
    const severity = String(values["severity"] ?? "warning");
    if (!severities.some((one) => one === severity))
      throw new KoboshiError("KB1001", { what: `--severity ${severity}: ${severities.join(" | ")}` });
    const incident = await client.post<IncidentAnswer>(`/api/v1/incidents?lang=${lang}`, { subject, text, severity });
    return {
      exit: 0,
      json: { ok: true, incident },
      text: cliWords(lang).opened(incident.id),
      quiet: [String(incident.id)],
    };
  },
};
