import { severityOf } from "../formats/severity.ts";
import { monthNumber } from "../formats/moment.ts";

/** What every line of a source begins with: time, host, program, level. */
export interface LineHeader {
  /** how many columns are cut; 0: nothing common was found */
  readonly columns: number;
  /** Where the line's own text begins; 0 for a line that continues another. */
  contentStart(line: string): number;
}

/** Level word, time, program, dash, bracketed, other. */
type ColumnClass = "L" | "T" | "P" | "D" | "B" | "W";

interface Column {
  readonly text: string;
  readonly kind: ColumnClass;
  readonly end: number;
}

const sampleLines = 200;
const mostColumns = 16;
const longestBracketChars = 400;
const strongShare = 0.7;
const constantShare = 0.03;
const idShare = 0.8;
const mostTiedWords = 3;

/** Finds the header in the first lines of a source. */
export function findHeader(lines: readonly string[]): LineHeader {
  const sample = lines.filter((line) => line.trim() !== "").slice(0, sampleLines);
  const kinds = headerKinds(sample.map(columnsOf));
  return { columns: kinds.length, contentStart: (line) => contentStart(line, kinds) };
}

interface ColumnFacts {
  readonly strong: ColumnClass | null;
  /** a word that is nearly constant, or an id */
  readonly isTied: boolean;
}

function headerKinds(rows: readonly (readonly Column[])[]): readonly ColumnClass[] {
  const kinds: ColumnClass[] = [];
  let [end, free, tied] = [0, 0, 0];
  for (let at = 0; at < mostColumns; at++) {
    const { strong, isTied } = factsOf(rows, at);
    const isPart = strong !== null && (strong !== "B" || end === at);
    kinds.push(isPart && strong !== null ? strong : "W");
    if (isPart) [end, free, tied] = [at + 1, 0, 0];
    else if (isTied && tied < mostTiedWords) tied++;
    else if (++free > 1) break;
  }
  return kinds.slice(0, end);
}

function factsOf(rows: readonly (readonly Column[])[], at: number): ColumnFacts {
  const here = rows.map((row) => row[at]).filter((column) => column !== undefined);
  if (here.length < rows.length / 2 || here.length === 0) return { strong: null, isTied: false };
  const counts = new Map<ColumnClass, number>();
  for (const { kind } of here) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const [kind = "W", count = 0] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const strong = kind !== "W" && count >= rows.length * strongShare ? kind : null;
  const distinct = new Set(here.map(({ text }) => text)).size;
  const withDigits = here.filter(({ text }) => /\d/.test(text)).length;
  return {
    strong,
    isTied: distinct <= Math.max(1, here.length * constantShare) || withDigits >= here.length * idShare,
  };
}

function contentStart(line: string, kinds: readonly ColumnClass[]): number {
  const wanted = kinds.at(-1);
  if (wanted === undefined) return 0;
  const columns = columnsOf(line);
  if (kinds.some((kind, at) => kind === "T" && columns[at]?.kind !== "T")) return 0;
  const last = kinds.length - 1;
  // a program's name with a space in it moves what closes the header
  const reach = "PDL".includes(wanted) ? 2 : 0;
  const closing = columns.slice(last, last + reach + 1).find(({ kind }) => kind === wanted);
  const end = closing?.end ?? columns[last - 1]?.end;
  return end === undefined ? 0 : afterBlanks(line, end);
}

function afterBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && line.charCodeAt(at) <= 32) at++;
  return at;
}

function columnsOf(line: string): readonly Column[] {
  const columns: Column[] = [];
  let at = afterBlanks(line, 0);
  while (at < line.length && columns.length < mostColumns + 2) {
    const end = columnEnd(line, at);
    const text = line.slice(at, end);
    columns.push({ text, end, kind: classOf(text, columns.at(-1)?.text ?? "") });
    at = afterBlanks(line, end);
  }
  return columns;
}

/** To the next space, or behind the bracket that closes the one it begins with. */
function columnEnd(line: string, from: number): number {
  const closing = bracketEnd(line, from);
  for (let at = closing; at < line.length; at++) if (line.charCodeAt(at) <= 32) return at;
  return line.length;
}

function bracketEnd(line: string, from: number): number {
  const open = line[from];
  const close = open === "[" ? "]" : ")";
  if (open !== "[" && open !== "(") return from;
  let depth = 0;
  const limit = Math.min(line.length, from + longestBracketChars);
  for (let at = from; at < limit; at++) {
    if (line[at] === open) depth++;
    if (line[at] === close && --depth === 0) return at;
  }
  return from;
}

function classOf(text: string, before: string): ColumnClass {
  if (/^[-:|>*]+$/.test(text)) return "D";
  if (isTime(text, before)) return "T";
  if (severityOf(text.replaceAll(/^[[(<]+|[\])>:,]+$/g, "")) !== null) return "L";
  if (/^[[(]/.test(text) && /[\])][:,]?$/.test(text)) return "B";
  return /^[^\s[\]:]+(?:\[[^\]]*\])?:$/.test(text) ? "P" : "W";
}

function isTime(text: string, before: string): boolean {
  if (/(?<!\d)\d\d:\d\d(?!\d)/.test(text)) return true;
  if (/(?<!\d)(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d[-/.](?:\d\d|[A-Z][a-z]{2})[-/.]\d{2,4})(?!\d)/.test(text)) return true;
  if (/^\W?\d{9,}(?:\.\d+)?\W?$/.test(text)) return true;
  if (/^\d{1,2},?$/.test(text)) return isMonth(before);
  return isMonth(text);
}

function isMonth(text: string): boolean {
  return /^[A-Z][a-z]{2}$/.test(text) && monthNumber(text) !== null;
}
