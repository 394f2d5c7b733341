import { styleText } from "node:util";
import type { Lang } from "../kernel/lang.ts";
import { configWords } from "../words/config.ts";
import type { Finding, FindingSeverity } from "./finding.ts";
import type { LoadOutcome } from "./load.ts";
import { maskSpans } from "./mask.ts";
import { cells, harmless } from "./text.ts";

export interface Printing {
  readonly lang: Lang;
  readonly color?: boolean;
  /** notes too */
  readonly verbose?: boolean;
}

/** Longer lines are cut around the caret. */
const maxCells = 160;
const colors = { error: "red", warning: "yellow", note: "blue" } as const;

/** 0, or 65 when the file must not be used (UX: warnings alone are 0 unless strict). */
export function exitCodeOf(outcome: LoadOutcome): 0 | 65 {
  return outcome.plan === null ? 65 : 0;
}

/** What the loader found, as a person reads it in a terminal: most important line last. */
export function formatFindings(outcome: LoadOutcome, printing: Printing): string {
  const { lang, verbose = false } = printing;
  const shown = outcome.findings.filter(({ severity }) => verbose || severity !== "note");
  const linesOf = maskedLines(outcome);
  const blocks = shown.map((finding) => block(finding, { lines: linesOf(finding.file), printing }));
  return `${[...blocks, ...(blocks.length > 0 ? [""] : []), ...summary(outcome, lang, verbose)].join("\n")}\n`;
}

/** Findings that have no text to echo, such as a secret that cannot be opened, in the same form. */
export function formatFinding(outcome: LoadOutcome, finding: Finding, printing: Printing): string {
  return block(finding, { lines: maskedLines(outcome)(finding.file), printing });
}

/** The lines of a file by its name, secrets masked, each file masked once. */
function maskedLines({ sources }: LoadOutcome): (file: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (file) => {
    const found = known.get(file);
    if (found !== undefined) return found;
    const source = sources.find(({ name }) => name === file);
    const lines = source === undefined ? [] : maskSpans(source.text, source.hidden).split("\n");
    known.set(file, lines);
    return lines;
  };
}

interface Context {
  /** of the file, secrets masked */
  readonly lines: readonly string[];
  readonly printing: Printing;
}

function block(finding: Finding, { lines, printing }: Context): string {
  const { lang, color = false } = printing;
  const paint = (severity: FindingSeverity, text: string): string =>
    color ? styleText(colors[severity], text, { validateStream: false }) : text;
  const { file } = finding;
  const place = finding.line === 0 ? file : `${file}:${finding.line}:${finding.column}`;
  const word = paint(finding.severity, `${configWords(lang)[finding.severity]}:`);
  const head = `${harmless(place)}: ${word} ${harmless(finding.message[lang])}`;
  const [first = "", ...more] = (finding.hint?.[lang] ?? "").split("\n").map(harmless);
  const hint = first === "" ? "" : `  ${first}`;
  const line = finding.line === 0 ? undefined : lines[finding.line - 1];
  if (line === undefined)
    return [head, ...[first, ...more].filter((part) => part !== "").map((part) => `    ${part}`)].join("\n");
  const { text, caret } = underline(line.replace(/\r$/, ""), finding);
  const number = String(finding.line).padStart(6);
  const margin = `${" ".repeat(6)} | `;
  const marks = `${margin}${caret.before}${paint(finding.severity, caret.marks)}${hint}`;
  return [head, `${number} | ${text}`, marks, ...more.map((part) => `${margin}  ${part}`)].join("\n");
}

/** The line and the marks below it, equally wide: a kanji has two marks, a tab stays a tab. */
function underline(
  line: string,
  { column, length }: Finding,
): { text: string; caret: { before: string; marks: string } } {
  const characters = Array.from(harmless(line));
  const start = firstShown(characters, column);
  const kept = untilFull(characters.slice(start));
  const text = `${start > 0 ? "…" : ""}${kept.join("")}${start + kept.length < characters.length ? "…" : ""}`;
  const lead = characters.slice(start, column - 1).join("");
  const before = `${start > 0 ? " " : ""}${lead.replaceAll(/[^\t]+/g, (part) => " ".repeat(cells(part)))}`;
  const marked = characters.slice(column - 1, Math.min(column - 1 + length, start + kept.length)).join("");
  return { text, caret: { before, marks: "^".repeat(Math.max(1, cells(marked))) } };
}

function firstShown(characters: readonly string[], column: number): number {
  if (cells(characters.join("").slice(0, 10_000)) <= maxCells) return 0;
  return Math.max(0, Math.min(column - 1, characters.length) - 40);
}

function untilFull(characters: readonly string[]): string[] {
  const kept: string[] = [];
  let width = 0;
  for (const character of characters) {
    width += cells(character);
    if (width > maxCells) break;
    kept.push(character);
  }
  return kept;
}

function summary(outcome: LoadOutcome, lang: Lang, verbose: boolean): string[] {
  const words = configWords(lang);
  const gap = lang === "ja" ? "" : " ";
  const count = (severity: FindingSeverity): number => outcome.findings.filter((f) => f.severity === severity).length;
  const [errors, warnings, notes] = [count("error"), count("warning"), count("note")];
  const { plan, strict } = outcome;
  const unused =
    plan === null || plan.site.notActive.length === 0 ? [] : [`${words.notActive} ${plan.site.notActive.join(", ")}`];
  const hidden = notes > 0 && !verbose && errors === 0 ? [words.hiddenNotes(notes)] : [];
  if (plan === null) {
    const refused = strict && errors === 0 ? [words.strictRefused] : [];
    const said = [words.counts(errors, warnings), ...refused, words.nothingChanged].join(gap);
    return [...unused, `${said}          (exit 65)`];
  }
  const clean = `${harmless(outcome.name)}: ${words.clean(plan.site.services.size, plan.site.checks.length)}`;
  return [...unused, ...hidden, warnings === 0 ? clean : `${words.counts(errors, warnings)}${gap}${words.usable}`];
}
