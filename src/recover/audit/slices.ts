/** Work that pauses between its steps, so that whoever waits for an answer goes first. */
export type Steps<T> = Generator<void, T, void>;

/** @param breathe left out: nobody else waits here */
export async function inSlices<T>(steps: Steps<T>, breathe?: () => Promise<void>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await breathe?.();
  }
}

/** Without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
