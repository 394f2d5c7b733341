import { randomId } from "../../kernel/ids.ts";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const timeDigits = 10;

/** A ULID in lower case: sets sort by when they were begun. Source: github.com/ulid/spec. */
export function newSetId(nowMs: number): string {
  let time = "";
  for (let left = Math.floor(nowMs), at = 0; at < timeDigits; at++, left = Math.floor(left / 32)) {
    time = `${alphabet[left % 32] ?? "0"}${time}`;
  }
  return time + randomId(80);
}

export function isSetId(text: string): boolean {
  return /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text);
}
