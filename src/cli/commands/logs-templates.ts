import { KoboshiError } from "../../kernel/errors.ts";
import { readTemplates } from "../../readers/logs/templates/read-templates.ts";
import { thousands } from "../../words/figures.ts";
import { logReportWords } from "../../words/logs-report.ts";
import type { Command } from "../command.ts";

export const logsTemplates: Command = {
  name: "logs templates",
  summary: {
    ja: "ログの行を、同じ形のものどうしにまとめる",
    en: "groups the lines of any log by what stays the same in them",
  },
  usage: "FILE|- [--field COLUMN]",
  examples: [
    "koboshi logs templates /var/log/messages",
    "journalctl -o cat | koboshi logs templates -",
    "koboshi logs templates lines.csv --field Content",
  ],
  options: { field: { type: "string" } },
  async run({ args, values, lang, hint }) {
    const [file] = args;
    const say = logReportWords(lang);
    if (file === undefined) throw new KoboshiError("KB1001", { what: "logs templates FILE|-" });
    const field = values["field"];
    const { templates, ids } = await readTemplates(file, typeof field === "string" ? field : null);
    const state = templates.state();
    if (state.isDegraded) hint(say.degraded(thousands(state.coarseLines)));
    const found = new Map(templates.list().map((template) => [template.id, template]));
    const now = new Map([...new Set(ids)].map((id) => [id, templates.find(id) ?? found.get(id)]));
    const rows = ids.map((id, at) => `${at + 1},${now.get(id)?.id ?? id},${quoted(now.get(id)?.text ?? "")}`);
    const items = [...found.values()].toSorted((a, b) => b.count - a.count);
    return {
      exit: 0,
      json: { lines: ids.length, items, state },
      text: `LineId,EventId,EventTemplate\n${rows.join("\n")}\n`,
      plain: items.map(({ id, count, text }) => [id, count, text].join("\t")),
      quiet: items.map(({ id }) => id),
    };
  },
};

/** Source: RFC 4180 §2. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
