import { KoboshiError } from "../../kernel/errors.ts";
import { diagnosisFaceWords } from "../../words/diagnosis-faces.ts";
import type { Command } from "../command.ts";
import { incidentIdOf } from "../incident-id.ts";
import type { IncidentAnswer } from "../incident-text.ts";

export const incidentConfirmCause: Command = {
  name: "incident confirm-cause",
  summary: {
    ja: "障害の原因を確定する(次からの順位づけに使います)",
    en: "say what the cause was: later rankings shift",
  },
  usage: "INCIDENT CAUSE[@COMPONENT] [NOTE]",
  examples: [
    "koboshi incident confirm-cause 241 disk-full@host:web1",
    'koboshi incident confirm-cause 241 disk-full@host:web1 "the nightly dump"',
    "koboshi cause ls",
  ],
  async run({ args, hub, lang }) {
    const [number, written, note = ""] = args;
    if (written === undefined) throw new KoboshiError("KB1001", { what: "CAUSE" });
    const client = hub();
    const id = await incidentIdOf(number, client, lang);
    const [cause, component = null] = written.split("@", 2);
    const incident = await client.post<IncidentAnswer>(`/api/v1/incidents/${id}/confirm-cause?lang=${lang}`, {
      cause,
      component,
      note,
    });
    const text = diagnosisFaceWords(lang).confirmed(written);
    return { exit: 0, json: { ok: true, incident }, text, quiet: [String(id)] };
  },
};
