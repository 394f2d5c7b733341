/** Runs `work` with something that keeps the process alive: the system clock's timers do not. */
export async function whileAlive<T>(work: () => Promise<T>): Promise<T> {
  const alive = setInterval(() => undefined, 3_600_000);
  try {
    return await work();
  } finally {
    clearInterval(alive);
  }
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
