import type { z } from "zod";
import { createSystemClock } from "../../../src/app/clock.ts";
import type { ProbeResult } from "../../../src/kernel/model/observation.ts";
import type { Probe } from "../../../src/kernel/model/probe.ts";
import { probes } from "../../../src/observe/index.ts";

const all: readonly Probe[] = probes;
export const systemClock = createSystemClock();

export interface RunOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly trustedHosts?: readonly string[];
}

export function probeOf(kind: string): Probe {
  const probe = all.find((one) => one.kind === kind);
  if (probe === undefined) throw new Error(`no probe ${kind}`);
  return probe;
}

/** Reads a check as the configuration writes it and makes one real attempt. */
export function look(written: Readonly<Record<string, unknown>>, options: RunOptions = {}): Promise<ProbeResult> {
  const probe = probeOf(Object.keys(written)[0] ?? "");
  const spec: z.output<typeof probe.schema> = probe.schema.parse(written);
  const { timeoutMs = 5_000, signal = new AbortController().signal, trustedHosts = [] } = options;
  return probe.run(spec, {
    clock: systemClock,
    timeoutMs,
    signal,
    trustedHosts: new Set(trustedHosts),
  });
}

/** `down tls certificate-expired`: what a test of an outcome compares. */
export function said({ outcome, layer, error }: ProbeResult): string {
  return [outcome, layer, error?.code].filter((word) => word !== null && word !== undefined).join(" ");
}
