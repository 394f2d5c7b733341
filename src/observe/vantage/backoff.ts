/** Growing waits between tries, shaken so that many vantages do not come back in one moment. */
export interface Backoff {
  nextMs(): number;
  reset(): void;
}

const firstMs = 1_000;
const longestMs = 30_000;

export function createBackoff(): Backoff {
  let tries = 0;
  return {
    nextMs() {
      const waitMs = Math.min(longestMs, firstMs * 2 ** Math.min(tries++, 10));
      const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
      return waitMs * (0.75 + random / 2 ** 33);
    },
    reset() {
      tries = 0;
    },
  };
}
