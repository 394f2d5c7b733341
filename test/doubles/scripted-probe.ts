import { z } from "zod";
import type { Clock } from "../../src/kernel/clock.ts";
import { sleep } from "../../src/kernel/clock.ts";
import type { Check } from "../../src/kernel/model/check.ts";
import type { Outcome, ProbeResult } from "../../src/kernel/model/observation.ts";
import { defineProbe } from "../../src/kernel/model/probe.ts";

export interface Turn {
  readonly outcome: Outcome;
  readonly tookMs?: number;
}

const Spec = z.object({ host: z.string().default("203.0.113.10") });

/** A probe whose every attempt is decided by the test; `told` keeps the order of what it was asked. */
export function scriptedProbe(clock: Clock, play: (target: string, attempt: number) => Turn | Promise<Turn>) {
  const told: { readonly target: string; readonly startedMs: number }[] = [];
  const counts = new Map<string, number>();
  const probe = defineProbe({
    kind: "scripted",
    summary: { ja: "試験用", en: "scripted" },
    schema: Spec,
    urlSchemes: [],
    fromUrl: () => ({}),
    target: ({ host }) => host,
    hosts: ({ host }) => [host],
    async run({ host }, { signal }) {
      const count = (counts.get(host) ?? 0) + 1;
      counts.set(host, count);
      told.push({ target: host, startedMs: clock.monotonicMs() });
      const { outcome, tookMs = 0 } = await play(host, count);
      if (tookMs > 0) await sleep(clock, tookMs, signal);
      return resultOf(outcome, tookMs);
    },
  });
  return { probe, told };
}

export function resultOf(outcome: Outcome, totalMs = 1): ProbeResult {
  const failed = outcome === "down";
  return {
    outcome,
    layer: failed ? "connect" : null,
    timings: { totalMs },
    address: null,
    facts: {},
    error: failed ? { code: "refused", text: "connection refused" } : null,
  };
}

export function checkOf(id: string, over: Partial<Check> = {}): Check {
  return {
    id,
    service: "shop",
    kind: "scripted",
    name: id,
    target: id,
    everyMs: 20_000,
    timeoutMs: 5_000,
    attempts: 3,
    vantages: ["here"],
    namedVantages: [],
    spec: { host: id },
    ...over,
  };
}

/** Collects what is logged; silent. */
export function recordingLog() {
  const lines: { readonly level: string; readonly message: string; readonly facts: unknown }[] = [];
  const at =
    (level: string) =>
    (message: string, facts: unknown = {}): void => {
      lines.push({ level, message, facts });
    };
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
