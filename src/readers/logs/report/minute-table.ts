/** What is counted of each minute, in the order of the columns. */
export const minuteColumns = ["lines", "clientErrors", "serverErrors", "timeouts", "slow", "bytes"] as const;
export type MinuteColumn = (typeof minuteColumns)[number];
export const minuteWidth = minuteColumns.length;

/** Counters of every minute that has lines. Plain data. */
export interface MinuteTable {
  /** minutes since 1970 → position */
  readonly positions: Map<number, number>;
  values: Float64Array;
  /** lines of minutes there was no room for */
  others: number;
}

/** Two years of minutes. */
const mostMinutes = 1 << 20;

export function createMinuteTable(): MinuteTable {
  return { positions: new Map(), values: new Float64Array(64 * minuteWidth), others: 0 };
}

/** Where the counters of a minute begin in `values`; -1: there are too many minutes. */
export function minuteAt(table: MinuteTable, minute: number): number {
  const known = table.positions.get(minute);
  if (known !== undefined) return known;
  if (table.positions.size >= mostMinutes) return -1;
  const position = table.positions.size * minuteWidth;
  if (position + minuteWidth > table.values.length) {
    const values = new Float64Array(table.values.length * 2);
    values.set(table.values);
    table.values = values;
  }
  table.positions.set(minute, position);
  return position;
}

export function mergeMinutes(into: MinuteTable, from: MinuteTable): void {
  for (const [minute, position] of from.positions) {
    const here = minuteAt(into, minute);
    if (here < 0) {
      into.others += from.values[position] ?? 0;
      continue;
    }
    for (let column = 0; column < minuteWidth; column++) {
      into.values[here + column] = (into.values[here + column] ?? 0) + (from.values[position + column] ?? 0);
    }
  }
  into.others += from.others;
}

export type Minute = Readonly<Record<MinuteColumn, number>> & { readonly atMs: number };

/** Every minute that has lines, in order of time. */
export function minutesOf(table: MinuteTable): readonly Minute[] {
  return [...table.positions]
    .toSorted((a, b) => a[0] - b[0])
    .map(([minute, position]) => ({ atMs: minute * 60_000, ...countersAt(table, position) }))
    .filter(({ lines }) => lines > 0);
}

function countersAt({ values }: MinuteTable, position: number): Readonly<Record<MinuteColumn, number>> {
  const entries = minuteColumns.map((column, at) => [column, values[position + at] ?? 0] as const);
  return Object.fromEntries(entries) as Record<MinuteColumn, number>;
}
