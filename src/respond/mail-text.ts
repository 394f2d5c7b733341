import { mailColumns } from "../words/fit.ts";

/** 38 full-width columns: what a phone shows without wrapping. */
const lineColumns = 76;
// Japanese does not begin a line with these
const neverFirst = /^[、。,.・:;!?)」』】\]}ーっゃゅょァィゥェォッャュョ%…–]/u;

/**
 * A body as format=flowed with DelSp=yes: a line that goes on ends with a space which the reader's program takes away,
 * so that both Japanese, which has no spaces, and English come out whole. Source: RFC 3676 §4.
 */
export function flowed(body: string): string {
  return body
    .split("\n")
    .flatMap((line) => wrap(line.trimEnd()))
    .map((line) => (/^(?: |>|From )/.test(line) ? ` ${line}` : line)) // space-stuffed, §4.4
    .join("\r\n");
}

/** Breaks between words; inside a run without spaces anywhere Japanese allows it, but never inside latin text or a URL. */
function wrap(line: string): string[] {
  if (mailColumns(line) <= lineColumns) return [line];
  const lines: string[] = [];
  let current = "";
  for (const piece of pieces(line)) {
    const room = neverFirst.test(piece) ? lineColumns : lineColumns - 2; // a closing mark may still follow
    if (current !== "" && mailColumns(current + piece.trimEnd()) > room) {
      lines.push(`${current} `);
      current = "";
    }
    current += piece;
  }
  return [...lines, current.trimEnd()];
}

/** The parts a line may be broken between, spaces kept at their ends. */
function pieces(line: string): string[] {
  return line.match(/[\x21-\x7e]+ *|[^\x21-\x7e] */gu) ?? [];
}

/** The same words as one column of HTML: no pictures, no styles that hide anything, only our own addresses clickable. */
export function toHtml(body: string, links: readonly string[], lang: string): string {
  const paragraphs = body
    .trim()
    .split("\n\n")
    .map(
      (block) =>
        `<p>${block
          .split("\n")
          .map((line) => htmlLine(line, links))
          .join("<br>\n")}</p>`,
    );
  const style = "font-family:sans-serif;font-size:16px;line-height:1.6;max-width:38em";
  return [
    `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"></head>`,
    `<body style="${style}">`,
    ...paragraphs,
    "</body></html>",
  ].join("\n");
}

function htmlLine(line: string, links: readonly string[]): string {
  const link = links.filter((url) => line.includes(url)).sort((a, b) => b.length - a.length)[0];
  if (link === undefined || !/^https?:\/\//.test(link)) return escape(line);
  const [before = "", ...after] = line.split(link);
  return `${escape(before)}<a href="${escape(link)}">${escape(link)}</a>${escape(after.join(link))}`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
