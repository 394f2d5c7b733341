import type { Scored, Verdict } from "./score.ts";
import type { Share, Spread, Summary } from "./summary.ts";
import { writeNamed } from "./cause.ts";

const headings = ["id", "result", "top cause", "scope", "reach", "pages", "scope s", "s", "why not"] as const;

export function headingRow(): string {
  return row([...headings]);
}

/** One line for the terminal, as soon as the scenario has ended. */
export function verdictRow(verdict: Verdict): string {
  return row(cells(verdict));
}

const widths = [26, 6, 48, 10, 12, 5, 7, 6] as const;

function row(texts: readonly string[]): string {
  return texts
    .map((text, index) => text.padEnd(widths[index] ?? 0))
    .join("  ")
    .trimEnd();
}

function cells({ id, result, causes, scope, reach, pages, scopeSeconds, seconds, reason }: Verdict): string[] {
  const top = causes[0];
  const named = top === undefined ? "–" : `${writeNamed(top)} ${top.probability.toFixed(2)}`;
  return [id, result, named, scope ?? "–", reach ?? "–", String(pages), tenths(scopeSeconds), tenths(seconds), reason];
}

function tenths(value: number | null): string {
  return value === null ? "–" : value.toFixed(1);
}

/** The figures over all scenarios, one line each. */
export function summaryLines(summary: Summary): string[] {
  const { top1, top3, scope, accusations, brier, scopeSeconds, seconds, lastWordSeconds } = summary;
  return [
    `top-1             ${shareText(top1)}`,
    `top-3             ${shareText(top3)}`,
    `scope             ${shareText(scope)}`,
    `false accusations ${shareText(accusations)} of the healthy stretches`,
    `Brier             ${brier === null ? "–" : brier.toFixed(3)}`,
    `scope after       ${spreadText(scopeSeconds)}`,
    `answer after      ${spreadText(seconds)}`,
    `last word after   ${spreadText(lastWordSeconds)}`,
  ];
}

export function countLine({ passed, failed, voided }: Summary): string {
  return `${passed} passed, ${failed} failed, ${voided} void`;
}

export function shareText({ right, of, ratio, low, high }: Share): string {
  if (ratio === null || low === null || high === null) return "–";
  return `${ratio.toFixed(3)} (${right} of ${of}; 95 %: ${low.toFixed(2)}–${high.toFixed(2)})`;
}

function spreadText({ median, p95 }: Spread): string {
  return median === null || p95 === null ? "–" : `${median.toFixed(1)} s median, ${p95.toFixed(1)} s p95`;
}

export interface Report {
  readonly revision: string;
  readonly seed: number;
  readonly isBlind: boolean;
  /** RFC 3339 */
  readonly at: string;
  readonly scored: readonly Scored[];
  readonly summary: Summary;
}

/** The whole run as a page to keep. */
export function markdown({ revision, seed, isBlind, at, scored, summary }: Report): string {
  return [
    `# Fault lab at ${revision}`,
    "",
    `${at}, seed ${seed}${isBlind ? ", each true cause left out of the catalogue" : ""}: ${countLine(summary)}`,
    "",
    ...summaryLines(summary).map((text) => `- ${text.replaceAll(/ {2,}/g, " ")}`),
    "",
    tableLine(headings),
    tableLine(headings.map(() => "---")),
    ...scored.map(({ verdict }) => tableLine(cells(verdict))),
    "",
  ].join("\n");
}

function tableLine(texts: readonly string[]): string {
  return `| ${texts.map(escaped).join(" | ")} |`;
}

function escaped(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
}
