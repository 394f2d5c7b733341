import { log } from "./log.mjs";

/** So many requests at a time, so many in the queue; more are turned away. */
export function createWorkers({ most, longestQueue }) {
  const queue = [];
  let busy = 0;
  let toldAtMs = 0;

  function release() {
    const next = queue.shift();
    if (next === undefined) busy -= 1;
    else next(once());
  }

  function once() {
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      release();
    };
  }

  return {
    async take() {
      if (busy < most) {
        busy += 1;
        return once();
      }
      if (Date.now() - toldAtMs > 5_000) {
        toldAtMs = Date.now();
        log("WARN", `all ${most} workers are busy, ${queue.length + 1} requests wait; consider raising workers.most`);
      }
      if (queue.length >= longestQueue) throw Object.assign(new Error("queue is full"), { status: 503 });
      return new Promise((resolve) => queue.push(resolve));
    },
  };
}
