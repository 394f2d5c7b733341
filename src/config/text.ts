import { eastAsianWidth } from "get-east-asian-width";
import type { Span } from "./parse.ts";

/** Finds lines and columns of a text in logarithmic time. */
export interface LineIndex {
  /** line and column, both from 1; the column counts characters */
  at(offset: number): [line: number, column: number];
  /** characters of a span on its first line */
  lengthOf(span: Span): number;
}

export function lineIndex(text: string): LineIndex {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const lineOf = (offset: number): number => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    at(offset) {
      const line = lineOf(offset);
      return [line + 1, Array.from(text.slice(starts[line], offset)).length + 1];
    },
    lengthOf({ offset, length }) {
      const end = Math.min(offset + length, (starts[lineOf(offset) + 1] ?? text.length + 1) - 1);
      return Math.max(1, Array.from(text.slice(offset, end).trimEnd()).length);
    },
  };
}

/** Cells a text takes in a terminal: kanji two, combining marks none. */
export function cells(text: string): number {
  let width = 0;
  for (const character of text) {
    if (!/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) width += eastAsianWidth(character.codePointAt(0) ?? 0);
  }
  return width;
}

/** A line of the file fit for a terminal: control characters and direction marks cannot act there. */
export function harmless(line: string): string {
  return line.replaceAll(/[^\P{C}\t]|[\u2028\u2029]/gu, "·");
}
