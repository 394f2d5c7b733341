import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { RecoveryProgress } from "../../kernel/ports-recovery.ts";

const windowMs = 60_000;
const everyMs = 1_000;

export interface Speed {
  /** a new phase counts from zero */
  phase(name: string): void;
  at(doneBytes: number, totalBytes: number | null): void;
}

/** Says about once a second how far a run has come, at the rate of the last minute. */
export function createSpeed(options: {
  readonly clock: Clock;
  readonly id: string;
  readonly plan: string;
  say(progress: RecoveryProgress): void;
}): Speed {
  const { clock, id, plan } = options;
  let phase = "planned";
  let samples: { readonly atMs: number; readonly bytes: number }[] = [];
  let saidAtMs = Number.NEGATIVE_INFINITY;

  function rate(): number | null {
    const [first, last] = [samples[0], samples.at(-1)];
    if (first === undefined || last === undefined || last.atMs - first.atMs < everyMs) return null;
    return ((last.bytes - first.bytes) * 1_000) / (last.atMs - first.atMs);
  }
  function say(doneBytes: number, totalBytes: number | null): void {
    const bytesPerSecond = rate();
    const left = totalBytes === null ? null : Math.max(0, totalBytes - doneBytes);
    const leftSeconds = left === null || bytesPerSecond === null || bytesPerSecond <= 0 ? null : left / bytesPerSecond;
    options.say({
      id,
      what: "backup",
      plan,
      phase,
      doneBytes,
      totalBytes,
      bytesPerSecond,
      leftSeconds,
      at: stampNow(clock),
    });
  }
  return {
    phase(name) {
      phase = name;
      samples = [];
      saidAtMs = clock.monotonicMs();
      say(0, null);
    },
    at(doneBytes, totalBytes) {
      const atMs = clock.monotonicMs();
      if (atMs - saidAtMs < everyMs) return;
      saidAtMs = atMs;
      samples = [...samples.filter((sample) => atMs - sample.atMs <= windowMs), { atMs, bytes: doneBytes }];
      say(doneBytes, totalBytes);
    },
  };
}
