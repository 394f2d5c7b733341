import {
  againstFirst,
  againstTarget,
  lastWhole,
  measuredSeconds,
  phaseChanges,
  shortenNext,
  type Limits,
  type Measured,
  type PhaseChange,
  type Shorten,
  type TargetVerdict,
} from "./compare.ts";

/** What one drill means: against the target, the drill before it and the first one. */
export interface DrillStory {
  readonly seconds: number;
  readonly verdict: TargetVerdict;
  readonly phases: readonly PhaseChange[];
  readonly shorten: Shorten | null;
  readonly first: { readonly ratio: number; readonly kept: boolean } | null;
}

/**
 * @param runs drills of the plan, newest first; the first of them is told
 * @param limits bytes a second that link and disks could do, where known
 */
export function drillStory(
  runs: readonly Measured[],
  { backWithinMs, isOverdue, limits }: { backWithinMs: number | null; isOverdue: boolean; limits: Limits },
): DrillStory | null {
  const [run, ...before] = runs;
  if (run === undefined) return null;
  const seconds = measuredSeconds(run);
  const isWhole = run.state === "done" && run.scope === "full";
  return {
    seconds,
    verdict: againstTarget({ p50: seconds, p90: seconds }, { backWithinMs, isFull: isWhole, isOverdue }),
    phases: phaseChanges(run, lastWhole(before)),
    shorten: run.state === "done" ? shortenNext(run, limits) : null,
    first: isWhole ? againstFirst(runs) : null,
  };
}
