import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { Reading } from "../evidence/evidence.ts";
import type { Timed } from "../lines/rates.ts";
import type { Gathered } from "./gatherer.ts";
import { noted, stampAt } from "./noted.ts";

/** What was written last longer ago is over, for programs that write at every failure. */
const overMs = 3 * 60_000;

export interface ToldByLines {
  readonly evidence: { readonly id: string; readonly states: readonly string[] };
  readonly target: ComponentId;
  readonly reading: Reading | MissingReason;
  /** the lines that say so */
  readonly lines: readonly Timed[];
}

/** Evidence out of lines: of the past where the newest of them is, and begun with the oldest. */
export function toldByLines(clock: Clock, { evidence, target, reading, lines }: ToldByLines): Gathered {
  const times = lines.map(({ atMs }) => atMs);
  const about = { evidence: evidence.id, target, vantage: null };
  const isAbnormal = typeof reading !== "string" && reading.state !== evidence.states[0];
  if (times.length === 0 || !isAbnormal) return noted({ ...about, at: stampNow(clock) }, reading);
  const newest = times.reduce((a, b) => Math.max(a, b));
  const oldest = times.reduce((a, b) => Math.min(a, b));
  const past = clock.nowMs() - newest > overMs;
  return noted({ ...about, at: stampAt(clock, newest), past, changedAtMs: oldest }, reading);
}
