import type { Reason, RecipeItem } from "../section.ts";

/** Items below these beginnings are told and never written; all when none is given. */
export function never(reason: Reason, ...below: readonly string[]): (item: RecipeItem) => Reason | null {
  return ({ key }) => (below.length === 0 || below.some((start) => key.startsWith(start)) ? reason : null);
}

export function bySystem(key: string): boolean {
  return key.startsWith("os/");
}

/** Nothing acts on these; a person compares them. */
export const byHand = { act: null, tellsExtra: false } as const;

/** In pieces that fit on one command line. */
export function inPieces<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}
