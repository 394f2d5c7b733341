import { KoboshiError } from "../../kernel/errors.ts";
import { parseDurationMs } from "../../kernel/units.ts";
import { gather } from "../../readers/logs/report/inputs.ts";
import { momentReport, type MomentReport } from "../../readers/logs/report/moment.ts";
import { zonedStamp } from "../../readers/logs/report/zoned-stamp.ts";
import { readMoment } from "../../readers/schedule/moment.ts";
import { percent, thousands } from "../../words/figures.ts";
import { clockTime, fullDateTime } from "../../words/format.ts";
import { logReportWords } from "../../words/logs-report.ts";
import type { Command, Context } from "../command.ts";
import { logWayOptions, logWays } from "../logs-text-ways.ts";
import { sectionsText, type ReportSection } from "../logs-text.ts";

const mostMinutesShown = 60;

export const logsScan: Command = {
  name: "logs scan",
  summary: {
    ja: "ある時刻の前後だけを、ふだんと比べて素早く見る",
    en: "one moment of a log, beside what is usual, quickly",
  },
  usage: "FILE… --around TIME [--before 15m] [--after 5m] [--tz ZONE] [--threads N]",
  examples: [
    "koboshi logs scan access.log --around 2026-11-22T02:05",
    "koboshi logs scan access.log.1.gz --around 2026-11-22T02:05+09:00 --before 1h",
    "koboshi logs scan access.log --around '2026-11-22 02:05' --tz Asia/Tokyo --json",
  ],
  options: {
    ...logWayOptions,
    around: { type: "string" },
    before: { type: "string", default: "15m" },
    after: { type: "string", default: "5m" },
  },
  async run(context) {
    const ways = logWays(context, true);
    const { zone } = ways.place;
    const atMs = momentOf(context, zone);
    const [beforeMs, afterMs] = [spanOf(context, "before"), spanOf(context, "after")];
    const { tally, files } = await gather(ways);
    const report = momentReport(tally, atMs - beforeMs, atMs + afterMs);
    return {
      exit: 0,
      json: { files, ...jsonOf(report, zone) },
      text: sectionsText(sectionsOf(report, context, zone), context.terminal.pad),
      plain: report.minutes.map(({ atMs: at, lines, clientErrors, serverErrors, timeouts, slow }) =>
        [zonedStamp(at, zone), lines, clientErrors, serverErrors, timeouts, slow].join("\t"),
      ),
    };
  },
};

function momentOf({ values, lang }: Context, zone: string): number {
  const written = values["around"];
  if (typeof written !== "string") throw new KoboshiError("KB1001", { what: logReportWords(lang).whichMoment });
  const atMs = readMoment(written, zone);
  if (atMs === null) throw new KoboshiError("KB4102", { flag: "--around", written: written.slice(0, 60) });
  return atMs;
}

function spanOf({ values }: Context, flag: "before" | "after"): number {
  const written = String(values[flag]);
  const parsed = parseDurationMs(written);
  if (!parsed.ok) throw new KoboshiError("KB1001", { what: `--${flag} ${written.slice(0, 20)} (15m, 1h …)` });
  return parsed.value;
}

function sectionsOf(report: MomentReport, { lang }: Context, zone: string): readonly ReportSection[] {
  const say = logReportWords(lang);
  const { window, usual, minutes } = report;
  const title = say.momentTitle(fullDateTime(report.fromMs, zone, lang), fullDateTime(report.toMs, zone, lang));
  if (minutes.length === 0) return [{ title, rows: [], note: say.momentEmpty }];
  const beside = (here: number, there: number): string => say.besideUsual(percent(here), percent(there));
  const rows = [
    { figure: say.perMinute, text: say.besideUsual(rate(window), rate(usual)) },
    { figure: say.serverErrors, text: beside(window.serverErrorRatio, usual.serverErrorRatio) },
    { figure: say.timeoutShare, text: beside(window.timeoutRatio, usual.timeoutRatio) },
    { figure: say.slowShare, text: beside(window.slowRatio, usual.slowRatio) },
    { figure: say.clientErrors, text: beside(window.clientErrorRatio, usual.clientErrorRatio) },
  ];
  const shown = minutes.slice(-mostMinutesShown).map((minute) => ({
    figure: clockTime(minute.atMs, zone, lang),
    text: say.minute(thousands(minute.lines), thousands(minute.serverErrors), thousands(minute.timeouts)),
  }));
  return [
    { title, rows, note: null },
    { title: say.minutes, rows: shown, note: null },
  ];
}

function jsonOf(report: MomentReport, zone: string): Readonly<Record<string, unknown>> {
  const at = (ms: number): string => zonedStamp(ms, zone);
  const { fromMs, toMs, minutes, surges, troubles, ...rates } = report;
  const windows = (found: typeof surges): unknown[] =>
    found.map(({ fromMs: from, toMs: to, ...rest }) => ({ from: at(from), to: at(to), ...rest }));
  return {
    from: at(fromMs),
    to: at(toMs),
    ...rates,
    minutes: minutes.map(({ atMs, ...counts }) => ({ at: at(atMs), ...counts })),
    surges: windows(surges),
    troubles: windows(troubles),
  };
}

function rate({ linesPerMinute }: MomentReport["usual"]): string {
  return thousands(Math.round(linesPerMinute));
}
