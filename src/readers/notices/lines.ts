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
      placed.push({ token, line, role: roleAt(marks, at) ?? above, block });
    }
    if (placed.length === before) above = roleBelow(marks) ?? above;
    start = end + 1;
  }
  return placed;
}

/** A label alone on its line holds for the lines below. */
function roleBelow(marks: readonly RoleMark[]): Role | null {
  return marks.find(({ alone }) => alone)?.role ?? null;
}

function roleAt(marks: readonly RoleMark[], at: number): Role | null {
  return marks.findLast(({ end }) => end <= at)?.role ?? null;
}
