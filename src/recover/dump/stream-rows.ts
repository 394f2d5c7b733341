import { countCopyRows } from "./copy-rows.ts";
import { countInsertRows } from "./insert-rows.ts";
import type { CountTextClasses, Tally } from "./tally.ts";

/** How rows are written in a dump. */
export type StreamFormat = "copy" | "insert";

export interface StreamWanted {
  readonly database: string;
  /** null: texts are not counted */
  readonly classes: CountTextClasses | null;
  /** RFC 3339, UTC */
  readonly nowIso: string;
}

/** Reads a dump while it flows by. */
export interface StreamCounter {
  take(chunk: Buffer): void;
  tallies(): readonly Tally[];
  /** what the dump says its characters are in; null: it does not say */
  charset(): string | null;
}

export function countRows(format: StreamFormat, wanted: StreamWanted): StreamCounter {
  return format === "copy" ? countCopyRows(wanted) : countInsertRows(wanted);
}

/** Fewer than this may be somebody's own question marks. */
const minQuestionValues = 10;

/** Whether the texts of a dump are question marks where something else was. @returns what is wrong; null: nothing */
export function questionMarks(tallies: readonly Tally[]): string | null {
  const questions = tallies.reduce((sum, tally) => sum + tally.questionValues(), 0);
  const foreign = tallies.reduce((sum, tally) => sum + tally.foreignValues(), 0);
  if (questions < minQuestionValues || questions <= foreign) return null;
  const worst = tallies.toSorted((a, b) => b.questionValues() - a.questionValues())[0]?.table();
  return `${questions} values are question marks, most of them in ${worst?.table ?? ""}`;
}
