import fs from "node:fs";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import { readDueFile, type LineFinding } from "../../readers/schedule/crontab-file.ts";
import { readMoment } from "../../readers/schedule/moment.ts";
import { runsBetween } from "../../readers/schedule/schedule.ts";
import { isFileRefused, withoutSilentMarks } from "../../readers/schedule/daemon/crontab-text.ts";
import { isZone } from "../../readers/schedule/zone.ts";
import { rfc3339 } from "../../words/format.ts";
import { jobWords } from "../../words/jobs.ts";
import type { Command, Context, Values } from "../command.ts";
import { ownCrontabs, type OwnCrontab } from "../own-crontabs.ts";

const longestFileBytes = 1_000_000;
/** More would not be read by anyone: an every-minute job has half a million a year. */
const mostRuns = 1_000_000;

/** Without other words: what is due until this time tomorrow. */
const usualSpanMs = 24 * 3_600_000;

export const jobsDue: Command = {
  name: "jobs due",
  summary: {
    ja: "この機械の cron、または crontab やタイマーのファイルが、その間にいつ動く(はずだった)か",
    en: "when this machine's cron, or a file of crontab lines or a timer, runs or should have run in a span of time",
  },
  usage: "[--crontab FILE [--system]] [--from T] [--to T] [--tz ZONE] [--cron debian|cronie]",
  examples: [
    "koboshi jobs due",
    "koboshi jobs due --crontab root.cron --from 2026-11-22T02:00+09:00 --to 2026-11-22T05:00+09:00",
    "koboshi jobs due --crontab /etc/crontab --system --from 2026-11-22T02:00 --to 2026-11-22T05:00 --tz Asia/Tokyo",
  ],
  options: {
    crontab: { type: "string" },
    system: { type: "boolean" },
    from: { type: "string" },
    to: { type: "string" },
    tz: { type: "string" },
    cron: { type: "string" },
  },
  async run(context) {
    const { values, lang, hint, clock } = context;
    const timeZone = zoneOf(context);
    const fromMs = momentOf(context, "from", timeZone) ?? clock.nowMs();
    const toMs = momentOf(context, "to", timeZone) ?? fromMs + usualSpanMs;
    const isOwn = typeof values["crontab"] !== "string";
    const tables = isOwn ? ownCrontabs() : [namedTable(context, values["crontab"])];
    if (isOwn) hint(tables.length === 0 ? jobWords(lang).noTables : jobWords(lang).ownTables(tables.length));
    const due = tables.flatMap((table) => {
      const file = isOwn ? { file: table.file } : {};
      return dueOf(context, { table, timeZone, fromMs, toMs }).map(({ line, atMs }) => ({ ...file, line, atMs }));
    });
    if (due.length > mostRuns) throw new KoboshiError("KB1001", { what: "jobs due --from … --to …" });
    const items = due
      .toSorted((a, b) => a.atMs - b.atMs || a.line - b.line)
      .map(({ atMs, ...where }) => ({ ...where, at: rfc3339(atMs, timeZone) }));
    return {
      exit: 0,
      json: { items },
      // one record a line, for programs as for people
      text: items.map((item) => JSON.stringify(item)).join("\n"),
      plain: items.map((item) => Object.values(item).join("\t")),
      quiet: items.map(({ at }) => at),
    };
  },
};

interface Asked {
  readonly table: OwnCrontab;
  readonly timeZone: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of one table; what it does otherwise than it says is told beside it. */
function dueOf(
  context: Context,
  { table, timeZone, fromMs, toMs }: Asked,
): readonly { readonly line: number; readonly atMs: number }[] {
  const { values, lang, hint } = context;
  const daemon = values["cron"] === "cronie" ? "cronie" : "debian";
  const text = daemon === "cronie" ? withoutSilentMarks(table.text) : table.text;
  const { findings, lines } = readDueFile(text, { system: table.isSystem, timeZone, daemon });
  const name = typeof values["crontab"] === "string" ? "" : `${table.file}: `;
  for (const finding of findings) hint(`${name}${findingText(finding, lang)}`);
  if (isFileRefused(findings, daemon) !== null) hint(`${name}${jobWords(lang).fileRefused}`);
  if (isPassedOver(table.file, daemon)) hint(jobWords(lang).dottedName(table.file));
  return lines.flatMap(({ line, schedule }) => runsBetween(schedule, fromMs, toMs).map((atMs) => ({ line, atMs })));
}

function zoneOf({ values }: Context): string {
  const written = values["tz"];
  if (typeof written !== "string") return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isZone(written)) throw new KoboshiError("KB1001", { what: `--tz ${written.slice(0, 60)} (Asia/Tokyo, UTC …)` });
  return written;
}

/** Null: it was not said. */
function momentOf({ values }: Context, flag: "from" | "to", timeZone: string): number | null {
  const written = values[flag];
  if (typeof written !== "string") return null;
  const atMs = readMoment(written, timeZone);
  if (atMs === null) throw new KoboshiError("KB4102", { flag: `--${flag}`, written: written.slice(0, 60) });
  return atMs;
}

function namedTable({ values }: Context, file: Values[string]): OwnCrontab {
  const name = String(file);
  try {
    const bytes = fs.readFileSync(name === "-" ? 0 : name);
    if (bytes.length > longestFileBytes) throw new Error(`${bytes.length} bytes`);
    return { file: name, text: bytes.toString("utf8"), isSystem: values["system"] === true };
  } catch (cause) {
    throw new KoboshiError("KB4101", { file: name, why: errorText(cause) }, cause);
  }
}

/** Debian's cron passes over files of /etc/cron.d with such names. */
function isPassedOver(file: string, daemon: "debian" | "cronie"): boolean {
  return daemon === "debian" && /\/cron\.d\/[^/]*[^\w/-][^/]*$/.test(file);
}

function findingText(finding: LineFinding, lang: Lang): string {
  const say = jobWords(lang);
  if (finding.code !== "not-read") {
    const sentences = { "zone-ignored": say.zoneIgnored, "no-command": say.noCommand, "no-line-end": say.noLineEnd };
    return sentences[finding.code](finding.line);
  }
  const { part, written } = finding.problem;
  const parts = {
    minute: say.partMinute,
    hour: say.partHour,
    day: say.partDay,
    month: say.partMonth,
    weekday: say.partWeekday,
    year: say.partYear,
    second: say.partSecond,
    zone: say.partZone,
    fields: say.partFields,
    calendar: say.partCalendar,
  };
  return say.lineNotRead(finding.line, parts[part], written.slice(0, 60));
}
