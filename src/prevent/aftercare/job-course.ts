import type { JobsVerdict, OutsideView } from "../../kernel/model/aftercare.ts";
import type { HostSnapshot } from "../../kernel/model/snapshot.ts";
import type { Window } from "../../kernel/model/window.ts";
import type { JobsAfter } from "../../kernel/ports-prevent.ts";
import { clockPieces, upSpans } from "../jobs/clock-pieces.ts";
import { clockOf, isStepNeeded, type MeasuredClock } from "./clock.ts";

/** How long a start takes when nobody saw the host go. */
const usualRestartMs = 60_000;

export interface Looked {
  readonly host: string;
  readonly window: Window;
  readonly before: HostSnapshot | null;
  readonly after: HostSnapshot | null;
  readonly outsideBefore: OutsideView | null;
  readonly outsideAfter: OutsideView;
}

/** From when on something may have been missed, until now. */
export function spanOf({ window, outsideAfter, after, host }: Looked): {
  readonly fromMs: number;
  readonly toMs: number;
} {
  const toMs = outsideAfter.at.atMs;
  const bootMs = window.course.rebooted.includes(host) ? bootOf(after) : null;
  const starts = [
    window.startMs,
    window.course.startedAt?.atMs ?? window.startMs,
    ...(bootMs === null ? [] : [bootMs - usualRestartMs]),
  ];
  return { fromMs: Math.min(toMs, ...starts), toMs };
}

/** True time of the host's start. */
export function bootOf(after: HostSnapshot | null): number | null {
  return after === null || after.uptimeSeconds === null
    ? null
    : after.takenAt.atMs - Math.round(after.uptimeSeconds * 1_000);
}

/** What the jobs of a host are judged by: its clock and its up-time piece by piece, and the step that a repair would make. */
export function jobCourse(looked: Looked): Parameters<JobsAfter["judge"]>[0] {
  const { host, before, after, outsideBefore, outsideAfter } = looked;
  const { fromMs, toMs } = spanOf(looked);
  const gaps = { off: offTimes(looked, fromMs), still: stillTimes(looked, fromMs) };
  const now = outsideAfter.isHubClockSure ? clockOf({ outsideAfter, after }) : null;
  const stepAtMs = isStepNeeded(now) ? toMs : null;
  const measured = [reading(outsideBefore?.clock ?? null, fromMs), ...(now === null ? [] : [reading(now, toMs)])];
  return {
    host,
    before,
    after,
    fromMs,
    toMs,
    clock: clockPieces({ measured, ...gaps, stepAtMs }),
    up: upSpans(gaps, { fromMs, toMs }),
    stepAtMs,
  };
}

interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From when it went, or a usual restart before its start, until it started. */
function offTimes({ host, window, before, after }: Looked, fromMs: number): readonly Gap[] {
  const bootMs = bootOf(after);
  if (bootMs === null) return [];
  if (!window.course.rebooted.includes(host) && !(bootMs > fromMs && isOtherBoot(before, after))) return [];
  const wentMs = window.course.startedAt?.atMs ?? Infinity;
  return [{ fromMs: Math.max(fromMs, Math.min(wentMs, bootMs - usualRestartMs)), toMs: bootMs }];
}

function stillTimes({ host, window }: Looked, fromMs: number): readonly Gap[] {
  const pausedMs = window.course.pausedMs[host] ?? 0;
  const wentMs = window.course.startedAt?.atMs ?? fromMs;
  return pausedMs > 0 ? [{ fromMs: wentMs, toMs: wentMs + pausedMs }] : [];
}

function isOtherBoot(before: HostSnapshot | null, after: HostSnapshot | null): boolean {
  const [was, is] = [before?.sections.ident?.["boot-id"], after?.sections.ident?.["boot-id"]];
  return was !== undefined && is !== undefined && was !== is;
}

/** Before the work nobody measured: then it is taken for right. */
function reading(clock: MeasuredClock | null, atMs: number): { atMs: number; offsetMs: number; uncertaintyMs: number } {
  if (clock === null) return { atMs, offsetMs: 0, uncertaintyMs: 0 };
  return { atMs, offsetMs: clock.offsetSeconds * 1_000, uncertaintyMs: clock.uncertaintySeconds * 1_000 };
}

/** What a person had run by hand counts as run. */
export function withRuns(verdict: JobsVerdict, ranAt: ReadonlyMap<string, number>): JobsVerdict {
  const occurrences = verdict.occurrences.map((each) => {
    const ranAtMs = ranAt.get(each.where);
    const isMended = ranAtMs !== undefined && ranAtMs >= each.dueAtMs && each.outcome === "missed";
    return isMended ? { ...each, outcome: "ran" as const, ranAtMs, evidence: "repair" } : each;
  });
  return { ...verdict, occurrences };
}
