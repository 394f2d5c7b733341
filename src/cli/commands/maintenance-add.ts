import { KoboshiError } from "../../kernel/errors.ts";
import { rfc3339 } from "../../words/format.ts";
import { windowWords } from "../../words/windows.ts";
import type { Command, Context } from "../command.ts";
import { spanText, windowDone, type WindowAnswer } from "../window-text.ts";

export const maintenanceAdd: Command = {
  name: "maintenance add",
  summary: {
    ja: "保守を予定する(その間の警報を保留し、終わったあとに点検する)",
    en: "plan maintenance: alarms are held meanwhile, and everything is checked afterwards",
  },
  usage: "TITLE [--start TIME] --end TIME --for TARGET… [--alternate TEXT] [--public] [--check GROUP…] [--tz ZONE]",
  examples: [
    'koboshi maintenance add "さくら VPS の保守" --start 2026-11-26T02:00 --end 05:00 --for host:web1 --for shop',
    'koboshi maintenance add "kernel update" --end +1h --for web1 --check clock --check units',
    'koboshi maintenance add "move to rack 4" --start 22:00 --end +4h --for place:office --public --json',
  ],
  options: {
    start: { type: "string" },
    end: { type: "string" },
    for: { type: "string", multiple: true },
    alternate: { type: "string" },
    public: { type: "boolean" },
    check: { type: "string", multiple: true },
    tz: { type: "string" },
  },
  async run(context) {
    const { args, values, hub, lang, clock } = context;
    const say = windowWords(lang);
    const title = args.join(" ").trim();
    if (title === "") throw new KoboshiError("KB1001", { what: say.needsTitle });
    const start = typeof values["start"] === "string" ? values["start"] : rfc3339(clock.nowMs(), "UTC");
    const targets = listOf(values["for"]);
    if (targets.length === 0) throw new KoboshiError("KB1001", { what: say.needsTargets });
    if (typeof values["end"] !== "string") hintEnd(context, { title, start, targets });
    const body = {
      title,
      start,
      end: values["end"] ?? null,
      timeZone: values["tz"] ?? null,
      for: targets,
      alternate: values["alternate"] ?? null,
      public: values["public"] === true,
      checks: listOf(values["check"]),
    };
    const window = await hub().post<WindowAnswer>(`/api/v1/windows?lang=${lang}`, body);
    return windowDone(window, say.added(window.id, spanText(window, lang)));
  },
};

/** The hub refuses what has no end; the command that would do stands beside its refusal. */
function hintEnd(
  { hint, lang }: Context,
  { title, start, targets }: { title: string; start: string; targets: readonly string[] },
): void {
  const words = ["koboshi", "maintenance", "add", title, "--start", start, "--end", "+6h"];
  const command = [...words, ...targets.flatMap((target) => ["--for", target])].map(quoted).join(" ");
  hint(windowWords(lang).needsEnd(command));
}

function quoted(word: string): string {
  return /^[\w:./@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A flag that may be given several times, each also with commas. */
function listOf(value: Context["values"][string]): readonly string[] {
  return [value ?? []]
    .flat()
    .filter((one) => typeof one === "string")
    .flatMap((one) => one.split(","))
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
