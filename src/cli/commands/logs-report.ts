import fs from "node:fs";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import { gather } from "../../readers/logs/report/inputs.ts";
import type { Minute } from "../../readers/logs/report/minute-table.ts";
import { accessReport, errorReport, type AccessReport, type ErrorReport } from "../../readers/logs/report/report.ts";
import type { MinuteWindow } from "../../readers/logs/report/windows.ts";
import { zonedStamp } from "../../readers/logs/report/zoned-stamp.ts";
import { logReportWords } from "../../words/logs-report.ts";
import type { Command, Context } from "../command.ts";
import { sectionsPage } from "../logs-text-html.tsx";
import { logWayOptions, logWays } from "../logs-text-ways.ts";
import { reportSections, sectionsText, type ReportSection } from "../logs-text.ts";

export const logsReport: Command = {
  name: "logs report",
  summary: {
    ja: "Web サーバーのログの集計(急増・遅延・怪しいアクセス元)",
    en: "totals of a web server's logs: surges, delays, suspicious clients",
  },
  usage: "FILE… [--html FILE] [--tz ZONE] [--threads N]",
  examples: [
    "koboshi logs report /var/log/nginx/access.log",
    "koboshi logs report access.log access.log.1.gz --json",
    "koboshi logs report /var/log/apache2/error.log --html report.html",
  ],
  options: { ...logWayOptions, html: { type: "string" } },
  async run(context) {
    const { lang, terminal } = context;
    const ways = logWays(context, false);
    const { tally, files } = await gather(ways);
    const report = tally.kind === "access" ? accessReport(tally) : errorReport(tally);
    const tooLong = files.reduce((sum, file) => sum + file.tooLong, 0);
    const sections = reportSections(report, { lang, zone: ways.place.zone, tooLong });
    const { lines, unread } = report.totals;
    return {
      exit: 0,
      json: { files, ...jsonOf(report, ways.place.zone) },
      text: writeHtml(context, sections) ?? sectionsText(sections, terminal.pad),
      plain: [`lines\t${lines}`, `unread\t${unread}`, ...plainOf(report)],
    };
  },
};

/** @returns what to say when it was written; null: it was not asked for */
function writeHtml({ values, lang }: Context, sections: readonly ReportSection[]): string | null {
  const file = values["html"];
  if (typeof file !== "string") return null;
  const draft = `${file}.${process.pid}.tmp`;
  try {
    const descriptor = fs.openSync(draft, "w");
    fs.writeSync(descriptor, sectionsPage(sections, sections[0]?.title ?? "", lang));
    fs.fsyncSync(descriptor);
    fs.closeSync(descriptor);
    fs.renameSync(draft, file);
  } catch (cause) {
    fs.rmSync(draft, { force: true });
    throw new KoboshiError("KB2204", { file, why: errorText(cause) }, cause);
  }
  return logReportWords(lang).written(file);
}

function plainOf(report: AccessReport | ErrorReport): readonly string[] {
  const lists = report.kind === "access" ? (["clients", "urls", "notFound"] as const) : null;
  if (report.kind === "error" || lists === null) {
    return report.kind === "error" ? report.modules.items.map(({ key, count }) => `modules\t${count}\t${key}`) : [];
  }
  const statuses = Object.entries(report.statuses).map(([status, count]) => `status\t${count}\t${status}`);
  return [
    ...statuses,
    ...lists.flatMap((name) => report[name].items.map(({ key, count }) => `${name}\t${count}\t${key}`)),
  ];
}

/** Times as machines read them. */
function jsonOf(report: AccessReport | ErrorReport, zone: string): Readonly<Record<string, unknown>> {
  const at = (ms: number | null): string | null => (ms === null ? null : zonedStamp(ms, zone));
  const { fromMs, toMs, ...totals } = report.totals;
  const windows = (found: readonly MinuteWindow[]): unknown[] =>
    found.map(({ fromMs: from, toMs: to, ...rest }) => ({ from: at(from), to: at(to), ...rest }));
  const minutes = report.minutes.map(({ atMs, ...counts }: Minute) => ({ at: at(atMs), ...counts }));
  const common = { totals: { ...totals, from: at(fromMs), to: at(toMs) }, minutes, surges: windows(report.surges) };
  return report.kind === "access"
    ? { ...report, ...common, troubles: windows(report.troubles) }
    : { ...report, ...common };
}
