/** Anything that happened at a moment. */
export interface Timed {
  readonly atMs: number;
}

const minuteMs = 60_000;

/** So many in the minute that had most of them. */
export function worstMinute(rows: readonly Timed[]): number {
  const times = rows.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  let [most, first] = [0, 0];
  for (const [last, atMs] of times.entries()) {
    while (atMs - (times[first] ?? atMs) >= minuteMs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const leastMs = 20_000;
/** So many rows, come or expected, make up for a shorter time; lines of the last seconds may still be on their way. */
const [leastRows, leastBusyMs] = [30, 8_000];

/**
 * A minute, over the time that the rows are known to cover; null: that is too short to say.
 * @param expected a minute, as far as that is known
 */
export function perMinute(
  rows: readonly Timed[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
  expected: number | null = null,
): number | null {
  const spanMs = toMs - fromMs;
  const inside = rows.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length;
  const isBusy = Math.max(inside, ((expected ?? 0) * spanMs) / minuteMs) >= leastRows;
  // a log so full that its newest lines cover a moment tells enough of that moment
  const isEnough = spanMs >= leastMs || (isBusy && spanMs >= leastBusyMs) || inside >= crowdRows;
  return isEnough && spanMs > 0 ? (inside * minuteMs) / spanMs : null;
}

const crowdRows = 1_000;

/** The value that most rows have; null: none has one. */
export function commonest(values: readonly (string | null)[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

export function groupedBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
