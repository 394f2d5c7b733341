import { parseDurationMs } from "../../kernel/units.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { TemplateNews } from "../../kernel/ports-logs.ts";
import { readMoment } from "../../readers/schedule/moment.ts";
import { logWords, newsWord } from "../../words/logs.ts";
import type { Answer, Command, Context } from "../command.ts";
import { followLogs } from "../log-follow.ts";
import { entryText, type EntryAnswer } from "../log-text.ts";

interface TemplateAnswer {
  readonly source: string;
  readonly template: string;
  readonly news: TemplateNews;
  readonly count: number;
  readonly usual: number;
  readonly firstAt: string;
}

const minuteMs = 60_000;
const mostShown = 100;

export const logs: Command = {
  name: "logs",
  summary: {
    ja: "ログを探す・いつもと違う行を見る・流し見る",
    en: "search log lines, see what is unusual, watch them",
  },
  usage: "[--new|--rare|--around INCIDENT] [--host H] [--text T] [--field K=V] [--from T] [--to T] [--follow]",
  examples: [
    "koboshi logs --new",
    "koboshi logs --around 241",
    "koboshi logs --host web1 --text 'No space left' --from 2h",
  ],
  options: {
    new: { type: "boolean" },
    rare: { type: "boolean" },
    around: { type: "string" },
    host: { type: "string" },
    source: { type: "string" },
    text: { type: "string" },
    field: { type: "string", multiple: true },
    severity: { type: "string" },
    from: { type: "string" },
    to: { type: "string" },
    limit: { type: "string" },
    follow: { type: "boolean", short: "f" },
  },
  async run(context) {
    const { values } = context;
    if (values["follow"] === true) return followLogs(context);
    if (values["around"] !== undefined || values["new"] === true || values["rare"] === true) return templates(context);
    return search(context);
  },
};

async function search(context: Context): Promise<Answer> {
  const { hub, values, lang } = context;
  const query = new URLSearchParams();
  for (const name of ["host", "source", "text", "severity", "limit"])
    if (typeof values[name] === "string") query.set(name, values[name]);
  for (const field of fieldsOf(context)) query.append("field", field);
  for (const name of ["from", "to"] as const) {
    const atMs = momentOf(context, name);
    if (atMs !== null) query.set(name, String(atMs));
  }
  const { items } = await hub().get<{ items: EntryAnswer[] }>(`/api/v1/logs?${query.toString()}`);
  const say = logWords(lang);
  return {
    exit: 0,
    json: { items },
    // the newest stands last, as in a file
    text: items.length === 0 ? say.notFound : items.toReversed().map(entryText).join("\n"),
    plain: items.map(({ at, source, severity, text }) => [at, source, severity ?? "", text].join("\t")),
    quiet: items.map(({ seq }) => String(seq ?? "")),
  };
}

function fieldsOf({ values, lang }: Context): readonly string[] {
  const given = values["field"];
  const fields = (Array.isArray(given) ? given : []).map(String);
  const bad = fields.find((one) => one.indexOf("=") <= 0);
  if (bad !== undefined) throw new KoboshiError("KB1001", { what: logWords(lang).badField(bad) });
  return fields;
}

/** `2h` ago, or a time; without an offset it is meant in this machine's zone. */
function momentOf({ values, clock, lang }: Context, name: "from" | "to"): number | null {
  const written = values[name];
  if (typeof written !== "string") return null;
  const ago = parseDurationMs(written);
  if (ago.ok) return clock.nowMs() - ago.value;
  const atMs = readMoment(written, new Intl.DateTimeFormat().resolvedOptions().timeZone);
  if (atMs === null)
    throw new KoboshiError("KB1001", { what: logWords(lang).badMoment(`--${name}`, written.slice(0, 60)) });
  return atMs;
}

async function templates(context: Context): Promise<Answer> {
  const { hub, values, lang, terminal } = context;
  const query = new URLSearchParams();
  if (typeof values["host"] === "string") query.set("host", values["host"]);
  const window = await windowOf(context);
  query.set("from", window.from);
  query.set("to", window.to);
  const found = await hub().get<{ items: TemplateAnswer[] }>(`/api/v1/logs/templates?${query.toString()}`);
  const wanted: readonly TemplateNews[] =
    values["new"] === true ? ["new"] : values["rare"] === true ? ["rare"] : ["new", "surging", "gone", "rare"];
  const items = found.items.filter(({ news }) => wanted.includes(news));
  const say = logWords(lang);
  const lines = items
    .slice(0, mostShown)
    .map(
      ({ news, count, template, source, firstAt }) =>
        `${terminal.pad(newsWord(news, lang), 8)} ${terminal.pad(`${count}x`, 7)} ${template.slice(0, 160)}  ${say.first} ${firstAt.slice(11, 16)}  ${source}`,
    );
  return {
    exit: items.some(({ news }) => news === "new" || news === "surging") ? 3 : 0,
    json: { ...found, items },
    text: lines.length === 0 ? say.noNews : lines.join("\n"),
    plain: items.map(({ news, count, usual, source, template }) => [news, count, usual, source, template].join("\t")),
  };
}

/** Fifteen minutes before the incident began to five after; without one, the newest twenty. */
async function windowOf(context: Context): Promise<{ readonly from: string; readonly to: string }> {
  const { values, clock, hub, lang } = context;
  const around = values["around"];
  if (typeof around !== "string") {
    const toMs = clock.nowMs();
    return {
      from: String(momentOf(context, "from") ?? toMs - 20 * minuteMs),
      to: String(momentOf(context, "to") ?? toMs),
    };
  }
  const id = /^#?([1-9]\d{0,8})$/.exec(around)?.[1];
  if (id === undefined) throw new KoboshiError("KB1001", { what: logWords(lang).badIncident(around) });
  const { startedAt } = await hub().get<{ startedAt: string }>(`/api/v1/incidents/${id}`);
  return { from: shifted(startedAt, -15), to: shifted(startedAt, 5) };
}

function shifted(at: string, minutes: number): string {
  return String((readMoment(at, "UTC") ?? 0) + minutes * minuteMs);
}
