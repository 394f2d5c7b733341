import { randomUUID } from "node:crypto";
import fs from "node:fs";
import type { Clock } from "../kernel/clock.ts";

/** The machine's own clocks. Timers do not keep the process alive. */
export function createSystemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => Number(process.hrtime.bigint() / 1_000n) / 1_000,
    bootId: readBootId(),
    after(delayMs, run) {
      // setTimeout holds at most 2^31-1 ms; longer waits are made of several
      const longestMs = 2_147_000_000;
      let timer = arm(delayMs);
      function arm(leftMs: number): NodeJS.Timeout {
        const next = (): void => {
          if (leftMs > longestMs) timer = arm(leftMs - longestMs);
          else run();
        };
        return setTimeout(next, Math.min(leftMs, longestMs)).unref();
      }
      return { cancel: () => clearTimeout(timer) };
    },
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

/** Linux says which start of the machine this is; elsewhere each process counts as its own, which only costs precision. */
function readBootId(): string {
  try {
    return fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return randomUUID();
  }
}
