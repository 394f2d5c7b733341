/** A stretch of time, Unix epoch UTC, `fromMs` inclusive, `toMs` exclusive. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The same time as few stretches as possible, in order; empty and backward ones are left out. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.filter(({ fromMs, toMs }) => toMs > fromMs).toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last === undefined || span.fromMs > last.toMs) merged.push(span);
    else merged[merged.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
  }
  return merged;
}

/** What of `spans` is not in `taken`. @param spans @param taken both as `union` gives them */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  const left: Span[] = [];
  let index = 0;
  for (const span of spans) {
    let fromMs = span.fromMs;
    while (index > 0 && (taken[index - 1] as Span).toMs > fromMs) index--;
    while (index < taken.length && (taken[index] as Span).fromMs < span.toMs) {
      const cut = taken[index] as Span;
      if (cut.fromMs > fromMs) left.push({ fromMs, toMs: cut.fromMs });
      fromMs = Math.max(fromMs, cut.toMs);
      index++;
    }
    if (fromMs < span.toMs) left.push({ fromMs, toMs: span.toMs });
  }
  return left;
}

/** The part of `spans` within `range`. @param spans as `union` gives them */
export function within(spans: readonly Span[], range: Span): Span[] {
  return spans
    .filter(({ fromMs, toMs }) => toMs > range.fromMs && fromMs < range.toMs)
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, range.fromMs), toMs: Math.min(toMs, range.toMs) }));
}

export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}

/**
 * How much of each slot the stretches fill, in one pass over both.
 * @param slots in order, without overlap
 * @param spans as `union` gives them
 */
export function filled(slots: readonly Span[], spans: readonly Span[]): number[] {
  let first = 0;
  return slots.map((slot) => {
    while (first < spans.length && (spans[first] as Span).toMs <= slot.fromMs) first++;
    let sum = 0;
    for (let at = first; at < spans.length && (spans[at] as Span).fromMs < slot.toMs; at++) {
      const { fromMs, toMs } = spans[at] as Span;
      sum += Math.min(toMs, slot.toMs) - Math.max(fromMs, slot.fromMs);
    }
    return sum;
  });
}
