import type { Row } from "./rows.ts";

export interface WaitingLimits {
  readonly rows: number;
  readonly bytes: number;
}

/** Rows on their way to disk, in order of arrival, bounded in number and size. */
export interface Waiting {
  /** The oldest row that is not being written gives way when there is no room. @returns rows that gave way */
  add(row: Row): number;
  /** The rows being written now, else the next oldest: they stay until `done`. */
  batch(atMost: number): readonly Row[];
  /** These rows of the batch are stored, or never will be. */
  done(rows: readonly Row[]): void;
  count(): number;
}

export function createWaiting(limits: WaitingLimits): Waiting {
  let queue: Row[] = [];
  /** rows before this index have left; the array is shortened now and then, which keeps taking from its front cheap */
  let first = 0;
  let bytes = 0;
  let writing: readonly Row[] = [];

  function takeFirst(): Row | undefined {
    const row = queue[first];
    if (row === undefined) return undefined;
    first += 1;
    if (first > 4_096 && first * 2 > queue.length) {
      queue = queue.slice(first);
      first = 0;
    }
    return row;
  }
  const count = (): number => writing.length + queue.length - first;

  return {
    add(row) {
      let gone = 0;
      queue.push(row);
      bytes += row.bytes;
      while (count() > limits.rows || bytes > limits.bytes) {
        const oldest = takeFirst();
        if (oldest === undefined) break;
        bytes -= oldest.bytes;
        gone += 1;
      }
      return gone;
    },
    batch(atMost) {
      if (writing.length > 0) return writing;
      const rows: Row[] = [];
      for (let row = takeFirst(); row !== undefined; row = rows.length < atMost ? takeFirst() : undefined)
        rows.push(row);
      writing = rows;
      return rows;
    },
    done(rows) {
      const gone = new Set(rows);
      for (const row of rows) bytes -= row.bytes;
      writing = writing.filter((row) => !gone.has(row));
    },
    count,
  };
}
