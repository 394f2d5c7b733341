import type { AuditReport, Fate, LossOutcome, LossRow } from "../kernel/ports-audit.ts";
import type { StateWord } from "../kernel/model/status.ts";
import type { Lang } from "../kernel/lang.ts";
import { factText, lossText } from "../words/audit-names.ts";
import { auditWords, cutSentence, dataSentence, helpSentence, lossSentence, recoverySentence } from "../words/audit.ts";
import { clockTime, list } from "../words/format.ts";
import type { Terminal } from "./terminal.ts";

interface Showing {
  readonly lang: Lang;
  readonly terminal: Terminal;
  readonly timeZone: string;
}

/** Rows of the table that are shown; the rest is counted. */
const mostRows = 20;
const mostCuts = 12;

const states: Readonly<Record<Fate, StateWord>> = { survives: "ok", lost: "down", unknown: "unknown" };

/** The audit as a person reads it, what remains first. */
export function auditText(report: AuditReport, showing: Showing): string {
  const say = auditWords(showing.lang);
  const lines = report.overview === null ? outcomeLines(report, showing) : overviewLines(report, showing);
  return [report.planned ? say.planned : say.proven, ...lines].join("\n");
}

function line({ terminal }: Showing, state: StateWord, text: string): string {
  return `${terminal.paint(terminal.glyph(state), state)} ${text}`;
}

function outcomeLines(report: AuditReport, showing: Showing): readonly string[] {
  const { lang, timeZone } = showing;
  const say = auditWords(lang);
  const { outcome } = report;
  const reader = { lang, nowMs: report.atMs };
  const left = outcome.data.filter(({ fate }) => fate === "survives");
  const brief = left.map(({ data, best, surviving }) => {
    const newest = best?.newestAtMs == null ? "" : `${clockTime(best.newestAtMs, timeZone, lang)}, `;
    return `${data}(${newest}${say.places(surviving)})`;
  });
  const summary = left.length === 0 ? [] : [line(showing, "ok", `${say.survives}: ${brief.join(" ")}`)];
  const bad = outcome.data.filter(({ fate }) => fate !== "survives");
  return [
    ...summary,
    ...bad.map((data) => line(showing, states[data.fate], dataSentence(data, outcome.event, reader))),
    ...(outcome.uncopiedHosts.length === 0
      ? []
      : [line(showing, "down", say.uncopied(list(outcome.uncopiedHosts, lang)))]),
    ...ownLines(report, showing),
    ...pageLine(outcome, showing),
    ...left
      .filter(({ live }) => live !== true)
      .flatMap((data) => [
        `  ${data.data}: ${data.recovery === null ? "" : recoverySentence(data.recovery, lang)}`,
        `  ${data.data}: ${lossSentence(data, lang)}`,
      ]),
  ];
}

/** koboshi's own records, where no plan copies them: after a loss that takes its machine, and in the table of all. */
function ownLines({ own, overview }: AuditReport, showing: Showing): readonly string[] {
  const say = auditWords(showing.lang);
  if (own === null || own.isCopied || (overview === null && own.hubStays === true)) return [];
  const state = overview !== null ? "warning" : own.hubStays === "unknown" ? "unknown" : "down";
  const first = line(showing, state, say.ownUncopied);
  if (overview === null) return [first];
  return own.lines === null ? [first, `  ${say.ownNowhere}`] : [first, `  ${say.ownLines}`, own.lines.trimEnd()];
}

function pageLine({ page }: LossOutcome, showing: Showing): readonly string[] {
  if (page === null) return [];
  const say = auditWords(showing.lang);
  if (page.seen === "unknown") return [line(showing, "unknown", say.pageUnknown)];
  if (!page.seen) return [line(showing, "down", say.pageLost)];
  return [page.changed === false ? line(showing, "warning", say.pageStuck) : line(showing, "ok", say.pageStays)];
}

function overviewLines(report: AuditReport, showing: Showing): readonly string[] {
  const { overview, uncopiedHosts, liveAt } = report;
  const { lang } = showing;
  const say = auditWords(lang);
  if (overview === null) return [];
  const uncovered =
    uncopiedHosts.length === 0 ? [] : [line(showing, "warning", say.uncopied(list(uncopiedHosts, lang)))];
  if (liveAt.length === 0) return [say.empty, ...uncovered];
  const bad = overview.rows.filter(isBad);
  const rest = Math.max(0, bad.length - mostRows) + overview.rowsLeft;
  const sure = overview.cuts.filter((cut) => cut.sure);
  return [
    ...(bad.length === 0 ? [line(showing, "ok", say.allSurvive)] : [`\n${say.events}`]),
    ...bad.slice(0, mostRows).map((row) => rowLine(row, showing)),
    ...(rest > 0 ? [`  ${say.more(rest)}`] : []),
    ...uncovered,
    ...ownLines(report, showing),
    ...(sure.length === 0 ? [] : [`\n${say.cuts}`]),
    ...sure.slice(0, mostCuts).map((cut) => `  ${cutSentence(cut, lang)}`),
    ...(sure.length > mostCuts ? [`  ${say.more(sure.length - mostCuts)}`] : []),
    ...(overview.questions.length === 0 ? [] : [`\n${say.questions}`]),
    ...overview.questions.map(
      ({ fact, decides }, index) =>
        `  ${index + 1}. ${factText(fact, lang)}${decides === 0 ? "" : ` (${say.decides(decides)})`}`,
    ),
    ...(bad.length === 0
      ? []
      : [`\n${say.help}`, `  ${overview.help === null ? say.noHelp : helpSentence(overview.help, lang)}`]),
  ];
}

function isBad({ lost, unknown }: LossRow): boolean {
  return lost.length + unknown.length > 0;
}

function rowLine({ event, lost, unknown }: LossRow, showing: Showing): string {
  const { lang, terminal } = showing;
  const say = auditWords(lang);
  const parts = [
    ...(lost.length === 0 ? [] : [`${say.lost}: ${list(lost, lang)}`]),
    ...(unknown.length === 0 ? [] : [`${say.unknown}: ${list(unknown, lang)}`]),
  ];
  return line(
    showing,
    lost.length > 0 ? "down" : "unknown",
    `${terminal.pad(lossText(event, lang), 40)} ${parts.join("  ")}`,
  );
}
