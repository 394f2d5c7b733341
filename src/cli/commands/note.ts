import { KoboshiError } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import { cliWords } from "../../words/cli.ts";
import { list } from "../../words/format.ts";
import { noteWindowWords } from "../../words/note-window.ts";
import type { Command } from "../command.ts";
import { incidentIdOf } from "../incident-id.ts";
import type { IncidentAnswer } from "../incident-text.ts";

const kinds = ["change", "window", "restore"] as const;

interface Noted {
  readonly id: number;
  readonly window: {
    readonly id: number;
    readonly start: string;
    readonly end: string;
    readonly targets: readonly string[];
  } | null;
}

/** RFC 3339 in the site's zone as people write it. */
function localTime(time: string): string {
  return time.slice(0, 16).replace("T", " ");
}

/** Whoever writes down work is told whether alarms wait for it, and until when. */
function holdLine(window: Noted["window"], lang: Lang): string {
  const say = noteWindowWords(lang);
  if (window === null) return say.holdsNothing;
  const [from, until] = [localTime(window.start), localTime(window.end)];
  return say.holds({ targets: list(window.targets, lang), from, until, id: window.id });
}

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
      const noted = await client.post<Noted>("/api/v1/notes", { kind, text: values[kind] });
      return {
        exit: 0,
        json: { ok: true, noted },
        text: [
          say.noteWritten(String(values[kind])),
          ...(kind === "window" ? [holdLine(noted.window, lang)] : []),
        ].join("\n"),
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
