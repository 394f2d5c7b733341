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
import type { Command, Context } from "../command.ts";

const longestFileBytes = 1_000_000;
/** More would not be read by anyone: an every-minute job has half a million a year. */
const mostRuns = 1_000_000;

export const jobsDue: Command = {
  name: "jobs due",
  summary: {
    ja: "crontab やタイマーが、その間にいつ動くはずだったか",
    en: "what a crontab or timer should have run in a span of time",
  },
  usage: "--crontab FILE [--system] --from T --to T [--tz ZONE] [--cron debian|cronie]",
  examples: [
    "koboshi jobs due --crontab root.cron --from 2026-11-22T02:00+09:00 --to 2026-11-22T05:00+09:00",
    "koboshi jobs due --crontab /etc/crontab --system --from 2026-11-22T02:00 --to 2026-11-22T05:00 --tz Asia/Tokyo",
    "koboshi jobs due --crontab backup.timer --from 2026-11-22 --to 2026-11-23 --tz UTC",
  ],
  options: {
    crontab: { type: "string" },
    system: { type: "boolean" },
    from: { type: "string" },
    to: { type: "string" },
    tz: { type: "string" },
    cron: { type: "string" },
  },
  run(context) {
    const { values, lang, hint } = context;
    const timeZone = zoneOf(context);
    const [fromMs, toMs] = [momentOf(context, "from", timeZone), momentOf(context, "to", timeZone)];
    const daemon = values["cron"] === "cronie" ? "cronie" : "debian";
    const text = daemon === "cronie" ? withoutSilentMarks(readText(context)) : readText(context);
    const file = readDueFile(text, { system: values["system"] === true, timeZone, daemon });
    for (const finding of file.findings) hint(findingText(finding, lang));
    if (isFileRefused(file.findings, daemon) !== null) hint(jobWords(lang).fileRefused);
    const passedOver = passedOverName(context, daemon);
    if (passedOver !== null) hint(jobWords(lang).dottedName(passedOver));
    const due = file.lines.flatMap(({ line, schedule }) =>
      runsBetween(schedule, fromMs, toMs).map((atMs) => ({ line, atMs })),
    );
    if (due.length > mostRuns) throw new KoboshiError("KB1001", { what: "jobs due --from … --to …" });
    const items = due
      .toSorted((a, b) => a.atMs - b.atMs || a.line - b.line)
      .map(({ line, atMs }) => ({ line, at: rfc3339(atMs, timeZone) }));
    return Promise.resolve({
      exit: 0,
      json: { items },
      // one record a line, for programs as for people
      text: items.map((item) => JSON.stringify(item)).join("\n"),
      plain: items.map(({ line, at }) => `${line}\t${at}`),
      quiet: items.map(({ at }) => at),
    });
  },
};

function zoneOf({ values }: Context): string {
  const written = values["tz"];
  if (typeof written !== "string") return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isZone(written)) throw new KoboshiError("KB1001", { what: `--tz ${written.slice(0, 60)} (Asia/Tokyo, UTC …)` });
  return written;
}

function momentOf({ values }: Context, flag: "from" | "to", timeZone: string): number {
  const written = values[flag];
  if (typeof written !== "string") throw new KoboshiError("KB1001", { what: `jobs due --${flag} TIME` });
  const atMs = readMoment(written, timeZone);
  if (atMs === null) throw new KoboshiError("KB4102", { flag: `--${flag}`, written: written.slice(0, 60) });
  return atMs;
}

function readText({ values }: Context): string {
  const file = values["crontab"];
  if (typeof file !== "string") throw new KoboshiError("KB1001", { what: "jobs due --crontab FILE" });
  try {
    const bytes = fs.readFileSync(file === "-" ? 0 : file);
    if (bytes.length > longestFileBytes) throw new Error(`${bytes.length} bytes`);
    return bytes.toString("utf8");
  } catch (cause) {
    throw new KoboshiError("KB4101", { file, why: errorText(cause) }, cause);
  }
}

/** Debian's cron passes over files of /etc/cron.d with such names. */
function passedOverName({ values }: Context, daemon: "debian" | "cronie"): string | null {
  const file = values["crontab"];
  if (daemon === "cronie" || typeof file !== "string" || !/\/cron\.d\/[^/]*[^\w/-][^/]*$/.test(file)) return null;
  return file;
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
