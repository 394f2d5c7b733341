import type { Stamp } from "../kernel/clock.ts";
import type { EventKind, NewEvent } from "../kernel/event.ts";
import type { Actor } from "../kernel/event.ts";
import type { RepairRun, RepairState, RepairStepRun } from "../kernel/ports-prevent.ts";
import type { StepEnd } from "./run-step.ts";

type RepairEvent = Extract<EventKind, `repair.${string}`>;

/** As much of a step's output as is kept: its end says what became of it. */
const keptChars = 4_000;

/** What every event of a repair tells, and what this one adds. */
export function repairEvent(
  { id, host, windowId, sha256, repair }: RepairRun,
  kind: RepairEvent,
  { actor = "koboshi", ...more }: { readonly actor?: Actor } & Readonly<Record<string, unknown>> = {},
): NewEvent {
  const data = { repair: id, host, window: windowId, title: repair.title, sha256, ...more };
  return { kind, actor, incidentId: null, data };
}

/** A step as its kept form changes. */
export function withStep(run: RepairRun, nth: number, step: RepairStepRun): RepairRun {
  return { ...run, steps: run.steps.map((one, at) => (at === nth ? step : one)) };
}

/** @param mask takes secrets out of foreign text */
export function endedStep(
  id: string,
  end: StepEnd,
  { at, mask }: { at: Stamp; mask(text: string): string },
): RepairStepRun {
  const trouble = end.trouble === null ? null : { ...end.trouble, seen: mask(end.trouble.seen) };
  return { id, state: end.state, code: end.code, output: keptOutput(end.output, mask), at, trouble };
}

/** Lines and tabs stay, other control characters go; masked line by line before it is cut, so that no half of a secret is left. */
function keptOutput(output: string, mask: (text: string) => string): string {
  const near = output.slice(-keptChars * 4);
  const whole = near.length < output.length ? near.slice(near.indexOf("\n") + 1) : near;
  const clean = whole
    .replaceAll(/\r\n?/g, "\n")
    .split("\n")
    .map((line) => mask(line.replaceAll(/[^\P{C}\t]/gu, "")))
    .join("\n")
    .trim();
  return clean.length > keptChars ? `…${clean.slice(1 - keptChars)}` : clean;
}

/** Of a repair whose last word is a step's. */
export function closingState(
  end: StepEnd,
  isLast: boolean,
): Extract<RepairState, "running" | "done" | "failed" | "unknown"> {
  if (end.state !== "done") return end.state;
  return isLast ? "done" : "running";
}
