/** Work of one sort, one at a time, in the order asked for. */
export interface Lane {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createLane(): Lane {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const next = last.then(work);
      // the caller hears of a failure; who comes next starts either way
      last = next.catch(() => undefined);
      return next;
    },
  };
}

/**
 * DuckDB's work runs on Node's few worker threads: one writer, one reader and one caretaker at a time leave room for others.
 * Who needs several lanes takes them in the order caretaker, writer, reader; nobody can then wait in a circle.
 */
export interface Lanes {
  readonly caretaker: Lane;
  readonly writer: Lane;
  readonly reader: Lane;
}

export function createLanes(): Lanes {
  return { caretaker: createLane(), writer: createLane(), reader: createLane() };
}

/** Runs while no row is written or read. The caller may hold the caretaker's lane, and must hold no other. */
export function alone<T>({ writer, reader }: Lanes, work: () => Promise<T>): Promise<T> {
  return writer.run(() => reader.run(work));
}
