import type { Stamp } from "../kernel/clock.ts";
import { kindOf } from "../kernel/model/component.ts";
import type { PlacedSignal } from "../kernel/ports.ts";
import { apartMs, compareStamps, togetherMs } from "./sufferers.ts";

/** Units without which nothing runs by itself. */
const schedulers = /^(?:cron|crond|cronie|anacron|fcron|dcron)(?:\.service)?$/;

export function isOfJob({ subject }: PlacedSignal): boolean {
  return kindOf(subject) === "job";
}

/** Something regular that did not happen: a job's run, or that of a backup. */
export function isRun(signal: PlacedSignal): boolean {
  return isOfJob(signal) || (signal.kind === "backup" && signal.facts["trouble"] === "missed");
}

/**
 * A late run and another signal of its host are one fault: they began together, or the other one keeps everything from
 * running and was there before it was told. What a job says of its own failure is told apart from other jobs'.
 */
export function isOneFault(run: PlacedSignal, other: PlacedSignal): boolean {
  if (isRun(other) && (run.kind === "failed" || other.kind === "failed")) return false;
  return beganTogether(run, other) || (stopsRuns(other) && compareStamps(other.openedAt, run.openedAt) <= 0);
}

/** A run is told as late only after its grace: what happened when it was due counts as much. */
export function beganTogether(one: PlacedSignal, other: PlacedSignal): boolean {
  return momentsOf(one).some((a) => momentsOf(other).some((b) => apartMs(a, b) <= togetherMs));
}

function momentsOf(signal: PlacedSignal): readonly Stamp[] {
  return isRun(signal) ? [signal.startedAt, signal.openedAt] : [signal.openedAt];
}

/** The scheduler does not run, or the clock is so wrong that what is due comes hours too early or too late. */
function stopsRuns({ kind, severity, facts }: PlacedSignal): boolean {
  const { finding, item } = facts;
  if (kind === "clock-off") return severity === "critical";
  if (finding === "unit-failed" || finding === "unit-stopped") return schedulers.test(String(item));
  return finding === "cron-stopped";
}
