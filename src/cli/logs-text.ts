import type { Lang } from "../kernel/lang.ts";
import type { Minute } from "../readers/logs/report/minute-table.ts";
import type { AccessReport, ErrorReport, TopList } from "../readers/logs/report/report.ts";
import type { Suspect } from "../readers/logs/report/suspects.ts";
import type { MinuteWindow } from "../readers/logs/report/windows.ts";
import { milliseconds, percent, thousands } from "../words/figures.ts";
import { dateTime, fullDateTime, list } from "../words/format.ts";
import { logReportWords } from "../words/logs-report.ts";
import { textWidth } from "./terminal.ts";

/** A part of a report: figures with their names, the same for the terminal and for a page. */
export interface ReportSection {
  readonly title: string;
  readonly rows: readonly { readonly figure: string; readonly text: string }[];
  readonly note: string | null;
}

export interface Reading {
  readonly lang: Lang;
  readonly zone: string;
  readonly tooLong: number;
}

const hourMs = 3_600_000;
const mostHours = 72;
const longestKeyChars = 120;
const barCells = 30;

export function reportSections(report: AccessReport | ErrorReport, reading: Reading): readonly ReportSection[] {
  return report.kind === "access" ? accessSections(report, reading) : errorSections(report, reading);
}

function accessSections(report: AccessReport, reading: Reading): readonly ReportSection[] {
  const say = logReportWords(reading.lang);
  return [
    totals(report, reading),
    { title: say.statuses, rows: rowsOf(statusItems(report), report.totals.requests), note: null },
    windows(say.troubles, report.troubles, reading),
    windows(say.surges, report.surges, reading),
    suspects(report.suspects, reading),
    top(say.clients, report.clients, reading),
    top(say.urls, report.urls, reading),
    top(say.notFound, report.notFound, reading),
    top(say.failing, report.failing, reading),
    top(say.slowest, report.slowest, reading),
    top(say.referrers, report.referrers, reading),
    top(say.agents, report.agents, reading),
    hours(report.minutes, reading),
  ].filter(({ rows, note }) => rows.length > 0 || note !== null);
}

function errorSections(report: ErrorReport, reading: Reading): readonly ReportSection[] {
  const say = logReportWords(reading.lang);
  return [
    totals(report, reading),
    windows(say.surges, report.surges, reading),
    top(say.modules, report.modules, reading),
    top(say.codes, report.codes, reading),
    top(say.clients, report.clients, reading),
    hours(report.minutes, reading),
  ].filter(({ rows, note }) => rows.length > 0 || note !== null);
}

function totals(report: AccessReport | ErrorReport, { lang, zone, tooLong }: Reading): ReportSection {
  const say = logReportWords(lang);
  const { lines, unread, fromMs, toMs } = report.totals;
  const rows: { figure: string; text: string }[] = [{ figure: thousands(lines), text: say.lines }];
  if (unread > 0) rows.push({ figure: thousands(unread), text: say.unread });
  if (tooLong > 0) rows.push({ figure: thousands(tooLong), text: say.tooLong });
  if (report.kind === "access") rows.push(...accessTotals(report, lang));
  const isDated = fromMs !== null && toMs !== null;
  const span = isDated ? say.span(fullDateTime(fromMs, zone, lang), fullDateTime(toMs, zone, lang)) : say.noSpan;
  return { title: report.kind === "access" ? say.accessTitle : say.errorTitle, rows, note: span };
}

function accessTotals({ totals: all, durations }: AccessReport, lang: Lang): ReportSection["rows"] {
  const say = logReportWords(lang);
  const visitors = thousands(all.visitors);
  const rows = [
    { figure: thousands(all.requests), text: say.requests },
    { figure: thousands(all.bytes), text: say.bytes },
    { figure: all.isVisitorsFull ? say.atLeast(visitors) : visitors, text: say.visitors },
  ];
  if (durations === null) return rows;
  const steps = [durations.p50Ms, durations.p95Ms, durations.p99Ms].map((ms) => milliseconds(ms, lang));
  return [...rows, { figure: steps.join(" / "), text: say.durations }];
}

function statusItems({ statuses }: AccessReport): TopList["items"] {
  return Object.entries(statuses)
    .map(([key, count]) => ({ key, count }))
    .toSorted((a, b) => b.count - a.count);
}

function rowsOf(items: TopList["items"], all: number): ReportSection["rows"] {
  return items.map(({ key, count }) => ({ figure: thousands(count), text: `${shown(key)}  ${percent(count / all)}` }));
}

function top(title: string, { items, distinct, others }: TopList, { lang }: Reading): ReportSection {
  const say = logReportWords(lang);
  const rows = items.map(({ key, count }) => ({ figure: thousands(count), text: shown(key) }));
  const more = others > 0 ? say.others(thousands(others)) : null;
  const isListed = title !== say.notFound && title !== say.failing && title !== say.slowest;
  return {
    title: isListed && items.length > 0 ? `${title} — ${say.distinct(thousands(distinct))}` : title,
    rows,
    note: more,
  };
}

/** Cut, and without what a terminal would obey. */
export function shown(key: string): string {
  // oxlint-disable-next-line no-control-regex
  const safe = key.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "\uFFFD");
  return safe.length > longestKeyChars ? `${safe.slice(0, longestKeyChars)}…` : safe;
}

function windows(title: string, found: readonly MinuteWindow[], { lang, zone }: Reading): ReportSection {
  const say = logReportWords(lang);
  const isSurge = title === say.surges;
  const rows = found.map((one) => ({
    figure: say.span(dateTime(one.fromMs, zone, lang), dateTime(one.toMs, zone, lang)),
    text: isSurge
      ? say.surge(thousands(one.lines), thousands(one.peak), thousands(one.usual))
      : say.trouble(thousands(one.serverErrors), thousands(one.timeouts), thousands(one.slow)),
  }));
  return { title, rows, note: rows.length === 0 ? say.none : null };
}

function suspects(found: readonly Suspect[], { lang }: Reading): ReportSection {
  const say = logReportWords(lang);
  const rows = found.map(({ client, requests, reasons }) => ({
    figure: shown(client),
    text:
      list(
        reasons.map(({ reason, count }) => say[reason](thousands(count))),
        lang,
      ) + say.ofRequests(thousands(requests)),
  }));
  return { title: say.suspects, rows, note: rows.length === 0 ? say.none : null };
}

function hours(minutes: readonly Minute[], { lang, zone }: Reading): ReportSection {
  const byHour = new Map<number, number>();
  for (const { atMs, lines } of minutes) {
    const hour = Math.floor(atMs / hourMs) * hourMs;
    byHour.set(hour, (byHour.get(hour) ?? 0) + lines);
  }
  const latest = [...byHour].slice(-mostHours);
  const most = Math.max(1, ...latest.map(([, lines]) => lines));
  const rows = latest.map(([atMs, lines]) => ({
    figure: dateTime(atMs, zone, lang),
    text: `${"█".repeat(Math.ceil((lines / most) * barCells))} ${thousands(lines)}`,
  }));
  return { title: logReportWords(lang).hours, rows, note: null };
}

/** For the terminal: each section's figures in a column. */
export function sectionsText(sections: readonly ReportSection[], pad: (text: string, cells: number) => string): string {
  return sections
    .map(({ title, rows, note }) => {
      const cells = Math.max(0, ...rows.map(({ figure }) => textWidth(figure)));
      const lines = rows.map(({ figure, text }) => `  ${pad(figure, cells)}  ${text}`);
      return [title, ...(note === null ? [] : [`  ${note}`]), ...lines].join("\n");
    })
    .join("\n\n");
}
