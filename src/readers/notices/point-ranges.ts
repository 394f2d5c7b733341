import type { PlacedToken } from "./lines.ts";
import type { Point } from "./point.ts";

/** Characters around a range word. */
const nearRange = 16;

/** A word that may stand between the ends of a range. */
export interface RangeWord {
  readonly end: number;
  readonly word: string;
}

const fromTo: ReadonlySet<string> = new Set(["から", "より", "を"]);
/** 「3日から10日に変更」, 「5:00を7:30まで延長」, "moved from 2:00 to 3:00" are no ranges. */
export function isReplaced(
  text: string,
  { last, range, point }: { last: Point; range: RangeWord; point: Point },
): boolean {
  const verb =
    /^[\s)]*(?:頃|ごろ)?(?:に|へ|まで)[^。、\n\d]{0,8}(?:変更|延期|延長|順延|振り?替|繰り|前倒|早め|遅ら|訂正|修正|改め|見直|ずら)/;
  if (fromTo.has(range.word) && verb.test(text.slice(point.end, point.end + 24))) return true;
  const before = text.slice(Math.max(0, last.start - 40), last.start);
  return (
    range.word === "to" &&
    /(?:moved|changed|extended|postponed|delayed|pushed|brought|rescheduled|shifted)[^.\n]{0,20}from\s+$/i.test(before)
  );
}

/** The distance in characters that are neither spaces nor brackets; far when a sentence ends between. */
export function gap(text: string, from: number, to: number): number {
  const between = text.slice(from, to);
  if (/[。!?]|\n\s*\n/.test(between)) return Infinity;
  return between.replaceAll(/[\s()[\]「」、,]/g, "").length;
}

interface RangeAt {
  readonly token: PlacedToken["token"] & { readonly type: "range" };
  readonly last: Point | undefined;
  readonly range: RangeWord | null;
}

/** Words that end what is linked, and words that link whatever stands before them. */
const unlinking: ReadonlySet<string> = new Set(["from", "between"]);
const linking: ReadonlySet<string> = new Set(["until", "till", "by", "にかけて"]);

/** @returns the range word in force after this one */
export function rangeWord(text: string, { token, last, range }: RangeAt): RangeWord | null {
  const { word, start, end } = token;
  const far = last === undefined ? Infinity : gap(text, last.end, start);
  if (last !== undefined && far <= 4) markBeside(last, word);
  if (unlinking.has(word) || word === "まで") return null;
  if (linking.has(word)) return { end, word };
  if (far > nearRange || (word === "and" && !isBetween(text, last?.start ?? 0))) return range;
  return { end, word };
}

function markBeside(last: Point, word: string): void {
  if (word === "まで" || word === "にかけて") last.until = true;
  if (word === "から" || word === "より") last.since = true;
}

/** "between 2:00 and 5:00": only then is "and" a range. */
function isBetween(text: string, start: number): boolean {
  return /between/i.test(text.slice(Math.max(0, start - 30), start));
}

/** 「2:00より実施中の作業は、終了を5:00…」: a sentence goes on between them. */
const saysMore = /[\p{Script=Han}\p{Script=Katakana}ーたるす][はをが]/u;

/** Whether a point goes on from the one before: on its line, or at the break of it. */
export function isLinked(text: string, last: Point, { token, line }: PlacedToken): boolean {
  const far = gap(text, last.end, token.start);
  const between = text.slice(last.end, token.start);
  if (line === last.line) return far <= nearRange + 6 && !saysMore.test(between);
  return (
    line - last.line === 1 && /^[\s(]*(?:頃)?[~-]\s*$|^[\s)]*(?:から|より)?\s*\n\s*[~-]?\s*$/.test(between) && far <= 4
  );
}
