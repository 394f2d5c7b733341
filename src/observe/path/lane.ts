/** Lets only so many works run at once; the others wait their turn. */
export interface Lane {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createLane(width: number): Lane {
  const waiting: (() => void)[] = [];
  let running = 0;

  return {
    async run(work) {
      if (running >= width) await new Promise<void>((resolve) => void waiting.push(resolve));
      else running += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        // the place is handed on, so that nobody slips in between
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
