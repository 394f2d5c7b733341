import { KoboshiError } from "../../kernel/errors.ts";
import { cliWords } from "../../words/cli.ts";
import type { Command } from "../command.ts";
import { incidentIdOf } from "../incident-id.ts";
import type { IncidentAnswer } from "../incident-text.ts";

const kinds = ["change", "window", "restore"] as const;

export const note: Command = {
  name: "note",
  summary: {
    ja: "障害の経過に書き込む、または変更・保守・復元を記録する",
    en: "write into an incident, or record a change, window or restore",
  },
  usage: "INCIDENT TEXT | --change TEXT | --window TEXT | --restore TEXT",
  examples: [
    'koboshi note 241 "ディスクを掃除中"',
    'koboshi note --change "httpd updated on web1"',
    'koboshi note --window "web1 02:00-05:00"',
  ],
  options: { change: { type: "string" }, window: { type: "string" }, restore: { type: "string" } },
  async run({ args, values, hub, lang }) {
    const client = hub();
    const say = cliWords(lang);
    const kind = kinds.find((one) => typeof values[one] === "string");
    if (kind !== undefined) {
      const noted = await client.post<{ id: number }>("/api/v1/notes", { kind, text: values[kind] });
      return {
        exit: 0,
        json: { ok: true, noted },
        text: say.noteWritten(String(values[kind])),
        quiet: [String(noted.id)],
      };
    }
    const id = await incidentIdOf(args.length > 1 ? args[0] : undefined, client, lang);
    const text = (args.length > 1 ? args.slice(1) : args).join(" ").trim();
    if (text === "") throw new KoboshiError("KB1001", { what: "note TEXT" });
    const incident = await client.post<IncidentAnswer>(`/api/v1/incidents/${id}/note?lang=${lang}`, { text });
    return { exit: 0, json: { ok: true, incident }, text: say.noted(id), quiet: [String(id)] };
  },
};
