/** The payment service, which is someone else's. */
export function createPayment({ url, limitSeconds }) {
  return {
    async ask(path) {
      const startedMs = Date.now();
      try {
        const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(limitSeconds * 1000) });
        if (!answer.ok) throw new Error(`answered ${answer.status}`);
        return await answer.json();
      } catch (error) {
        const why = error.cause?.code ?? error.message;
        const told = `payment service ${url}${path} failed after ${Date.now() - startedMs} ms: ${why}`;
        throw Object.assign(new Error(told, { cause: error }), { status: 502 });
      }
    },
  };
}
