import { drillPhases, type DrillPhase, type PhaseTime, type RestoreRun } from "../../kernel/model/recovery.ts";
import type { Estimate } from "./estimate.ts";

/** What is compared of a drill; also what the API answers with. */
export type Measured = Pick<RestoreRun, "phases" | "scope" | "state">;

export type TargetVerdict = "met" | "likely" | "missed" | "unproven";

/** From the first phase to the end of the last, as the stopwatch had it. */
export function measuredSeconds(run: Pick<Measured, "phases">): number {
  return run.phases.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Whether the promise would be kept. A sampled drill, or none within its interval, proves nothing. */
export function againstTarget(
  seconds: Pick<Estimate, "p50" | "p90"> | null,
  { backWithinMs, isFull, isOverdue: tooOld }: { backWithinMs: number | null; isFull: boolean; isOverdue: boolean },
): TargetVerdict {
  if (seconds === null || backWithinMs === null || !isFull || tooOld) return "unproven";
  if (seconds.p90 * 1000 <= backWithinMs) return "met";
  return seconds.p50 * 1000 <= backWithinMs ? "likely" : "missed";
}

/** Only a whole drill that came to its end counts. */
export function isOverdue(runs: readonly RestoreRun[], everyMs: number | null, nowMs: number): boolean {
  if (everyMs === null) return false;
  const last = lastWhole(runs);
  return last === null || nowMs - (last.endedAt ?? last.startedAt).atMs > everyMs;
}

/** @param runs newest first */
export function lastWhole<Run extends Measured>(runs: readonly Run[]): Run | null {
  return runs.find(({ state, scope }) => state === "done" && scope === "full") ?? null;
}

export interface PhaseChange {
  readonly phase: DrillPhase;
  readonly seconds: number;
  /** against the drill before; null: it had no such phase */
  readonly changeSeconds: number | null;
}

export function phaseChanges(
  run: Pick<Measured, "phases">,
  before: Pick<Measured, "phases"> | null,
): readonly PhaseChange[] {
  return drillPhases.flatMap((phase) => {
    const now = secondsOf(run.phases, phase);
    if (now === null) return [];
    const then = before === null ? null : secondsOf(before.phases, phase);
    return [{ phase, seconds: now, changeSeconds: then === null ? null : now - then }];
  });
}

function secondsOf(phases: readonly PhaseTime[], phase: DrillPhase): number | null {
  const own = phases.filter((one) => one.phase === phase);
  return own.length === 0 ? null : own.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Bytes a second that the link or the disk could have done; a phase left out has no such bound. */
export type Limits = Partial<Readonly<Record<DrillPhase, number>>>;

export interface Shorten {
  readonly phase: DrillPhase;
  readonly saveSeconds: number;
  readonly why: "link-idle" | "by-hand" | "largest";
}

/** what practice takes off a phase without a physical bound, and off one that a person did */
const usualSaving = 0.2;
const handSaving = 0.5;

/** The phase to shorten next: where the most seconds can be won, not merely the longest. */
export function shortenNext(run: Pick<Measured, "phases">, limits: Limits): Shorten | null {
  const savings = run.phases.map((time): Shorten => {
    const limit = limits[time.phase];
    if (time.manualSteps > 0) return { phase: time.phase, saveSeconds: time.seconds * handSaving, why: "by-hand" };
    if (limit !== undefined && limit > 0)
      return { phase: time.phase, saveSeconds: Math.max(0, time.seconds - time.bytes / limit), why: "link-idle" };
    return { phase: time.phase, saveSeconds: time.seconds * usualSaving, why: "largest" };
  });
  const best = savings.toSorted((x, y) => y.saveSeconds - x.saveSeconds)[0];
  return best === undefined || best.saveSeconds <= 0 ? null : best;
}

/** Of earlier forecasts, how many held what was then measured. Null: none was scored. */
export function coverage(scored: readonly { readonly forecast: Estimate; readonly seconds: number }[]): number | null {
  if (scored.length === 0) return null;
  const held = scored.filter(({ forecast, seconds }) => seconds >= forecast.p10 && seconds <= forecast.p90).length;
  return held / scored.length;
}

/** What the first recorded recovery promises: the next takes at most two thirds. Null without a second. */
export function againstFirst(runs: readonly Measured[]): { readonly ratio: number; readonly kept: boolean } | null {
  const whole = runs.filter(({ state, scope }) => state === "done" && scope === "full");
  const [newest, first] = [whole[0], whole.at(-1)];
  if (newest === undefined || first === undefined || newest === first) return null;
  const ratio = measuredSeconds(newest) / Math.max(1e-9, measuredSeconds(first));
  return { ratio, kept: ratio <= 2 / 3 };
}
