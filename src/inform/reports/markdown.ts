import { printable } from "../../render/html.ts";
import { letterWords } from "../../words/report.ts";
import type { Block, Line, ReportDocument, Span } from "./document.ts";

/** Signs that mean something in Markdown and would let foreign text become more than text. */
const special = /[\\`*_{}[\]<>#|!~&]/g;

/** The report as Markdown (CommonMark with tables). Blanks are in bold brackets, so that they cannot be overlooked. */
export function toMarkdown(report: ReportDocument): string {
  const say = letterWords(report.lang);
  const line = (spans: Line): string => spans.map((span) => written(span, say.blank)).join("");
  const parts = [`# ${escaped(report.title)}`, ...report.blocks.map((block) => blockText(block, line))];
  return `${parts.join("\n\n")}\n`;
}

function blockText(block: Block, line: (spans: Line) => string): string {
  if (block.kind === "heading") return `## ${block.text}`;
  if (block.kind === "paragraph") return line(block.line);
  if (block.kind === "list") return block.lines.map((spans) => `- ${line(spans)}`).join("\n");
  const rows = block.rows.map((cells) => row(cells.map(line)));
  return [row(block.head.map(escaped)), row(block.head.map(() => "---")), ...rows].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("<br>", " ")).join(" | ")} |`;
}

function written(span: Span, blank: (hint: string) => string): string {
  if (span.kind === "blank") return span.value === null ? `**${escaped(blank(span.hint))}**` : escaped(span.value);
  const words = escaped(span.text);
  return span.kind === "fact" && span.evidence !== null ? `[${words}](${span.evidence})` : words;
}

/** One line of plain text: line breaks become breaks of the language, everything else stays as people wrote it. */
function escaped(words: string): string {
  return printable(words)
    .replace(special, (sign) => `\\${sign}`)
    .replace(/\r?\n/g, "<br>")
    .replace(/^([-+]|\d+[.)])(?=\s)/, "\\$1");
}
