import { tagged } from "./frame.ts";

/** Two samples of counters, a moment apart. */
export interface Samples {
  readonly seconds: number;
  readonly first: readonly string[];
  readonly second: readonly string[];
}

/** Lines marked `a` and `b`, each with its own moment (`t`, the machine's monotonic clock); null: not both are there. */
export function samplesOf(lines: readonly string[]): Samples | null {
  const [first, second] = [tagged(lines, "a"), tagged(lines, "b")];
  const seconds = Number(tagged(second, "t")[0]) - Number(tagged(first, "t")[0]);
  return seconds > 0 ? { seconds, first, second } : null;
}

/** What a counter grew by each second; one that was set back counts from nothing. */
export function perSecond(before: number, after: number, seconds: number): number {
  const grown = after >= before ? after - before : after;
  return Math.round((grown / seconds) * 1_000) / 1_000;
}

/** A figure as the kernel writes it; null for anything else. */
export function figure(text: string | undefined): number | null {
  return text !== undefined && /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : null;
}

/** `3 the rest` → its count and text. */
export function counted(row: string): readonly { readonly count: number; readonly text: string }[] {
  const match = /^(\d+) (.*)$/.exec(row.trim());
  return match === null ? [] : [{ count: Number(match[1]), text: match[2] ?? "" }];
}
