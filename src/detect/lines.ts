import type { PlacedSignal } from "../kernel/ports.ts";

/** By vantage: the LAN and the line out it hangs on. */
export type Ways = ReadonlyMap<string, { readonly lan: string | null; readonly isp: string | null }>;

/** So many things fail at once by chance hardly ever. */
const leastSubjects = 2;

/**
 * Signals by the one line that all who fail share and nobody who succeeds does; only lines on which several things fail.
 * @param signals oldest first, as are those of each line
 */
export function byLineOf(ways: Ways, signals: readonly PlacedSignal[]): readonly (readonly PlacedSignal[])[] {
  const lines = new Map<string, PlacedSignal[]>();
  for (const signal of signals) {
    const line = lineOf(ways, signal);
    if (line !== null) lines.set(line, [...(lines.get(line) ?? []), signal]);
  }
  return [...lines.values()].filter((members) => new Set(members.map(({ subject }) => subject)).size >= leastSubjects);
}

function lineOf(ways: Ways, { failingFrom, workingFrom }: PlacedSignal): string | null {
  if (workingFrom.length === 0) return null;
  for (const way of ["isp", "lan"] as const) {
    const [first = null, ...others] = failingFrom.map((name) => ways.get(name)?.[way] ?? null);
    const isShared = first !== null && others.every((other) => other === first);
    if (isShared && workingFrom.every((name) => ways.get(name)?.[way] !== first)) return `${way} ${first}`;
  }
  return null;
}
