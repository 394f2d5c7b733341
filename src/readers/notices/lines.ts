import { isOtherHeading, rolesIn, type Role, type RoleMark } from "./roles.ts";
import type { Token } from "./token.ts";
import { tokensOf } from "./tokens.ts";

/** A token with where it stands. */
export interface PlacedToken {
  readonly token: Token;
  readonly line: number;
  readonly role: Role | null;
  /** paragraph: lines without an empty one or a heading between them */
  readonly block: number;
}

/** Gives each token the role of the nearest label to its left, else of the label above. */
export function placeTokens(text: string): readonly PlacedToken[] {
  const tokens = tokensOf(text);
  const placed: PlacedToken[] = [];
  let [block, start] = [0, 0];
  let above: Role | null = null;
  for (const [line, written] of text.split("\n").entries()) {
    const end = start + written.length;
    const marks = rolesIn(written);
    const isEmpty = written.trim() === "";
    const isHeading = isOtherHeading(written);
    if (isEmpty || isHeading) block += 1;
    if (isHeading) above = null;
    const before = placed.length;
    for (let token = tokens[placed.length]; token !== undefined && token.start < end; token = tokens[placed.length]) {
      const at = token.start - start;
      const role = isStamp(written, token.end - start) ? "publish" : (roleAt(marks, at) ?? above);
      placed.push({ token, line, role, block });
    }
    // the first line is a title: 「メンテナンス終了」 says what the notice tells, not what a time is
    if (placed.length === before && line > 0) above = roleBelow(marks) ?? above;
    start = end + 1;
  }
  return placed;
}

/** 「10:50時点」: when it was written. */
function isStamp(line: string, end: number): boolean {
  return /^\s*(?:時点|現在(?!実施|作業|発生))/.test(line.slice(end, end + 8));
}

/** A label alone on its line holds for the lines below. */
function roleBelow(marks: readonly RoleMark[]): Role | null {
  return marks.findLast(({ alone }) => alone)?.role ?? null;
}

function roleAt(marks: readonly RoleMark[], at: number): Role | null {
  return marks.findLast(({ end }) => end <= at)?.role ?? null;
}
