/**
 * Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment). Words are
 * cut at 64 characters, which bounds the cost.
 * Source: Damerau 1964, CACM 7:171.
 */
export function editDistance(left: string, right: string): number {
  const [a, b] = [Array.from(left).slice(0, 64), Array.from(right).slice(0, 64)];
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const swap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next.push(
        Math.min(
          cell(last, column) + 1,
          cell(next, column - 1) + 1,
          cell(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1),
          swap ? cell(before, column - 2) + 1 : Infinity,
        ),
      );
    }
    [before, last] = [last, next];
  }
  return cell(last, b.length);
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
