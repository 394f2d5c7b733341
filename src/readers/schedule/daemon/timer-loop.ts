import type { HostCourse } from "./course.ts";

/** A timer of systemd by the calendar. */
export interface TimerWorld {
  /** the first moment after this one at which it elapses, by a right clock; null: never again */
  readonly nextAfter: (atMs: number) => number | null;
  /** what it skipped while it was off is run once when it is activated */
  readonly isPersistent: boolean;
  /** `RandomizedDelaySec` and `AccuracySec` together */
  readonly delayMs: number;
  /** its last start before `fromMs`, by the machine's own clock; null: not known */
  readonly lastHostMs: number | null;
  readonly course: HostCourse;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TimerRun {
  /** true time */
  readonly atMs: number;
  readonly latestMs: number;
  /** the elapse it is for, as the machine's own clock names it */
  readonly hostDueMs: number;
}

/** No timer elapses more often than every second; more is not of use to anyone. */
const mostRuns = 5_000;

/**
 * When a calendar timer starts its unit: as soon as the machine's own clock shows the time or a later one, once for
 * everything it went past. Between its starts it looks to the time after its last one.
 */
export function simulateTimer(world: TimerWorld): readonly TimerRun[] {
  const runs: TimerRun[] = [];
  let { lastHostMs } = world;
  for (const life of world.course.lives) {
    if (life.toMs <= world.fromMs || life.fromMs >= world.toMs) continue;
    const beganMs = Math.max(life.fromMs, world.fromMs);
    if (life.fromMs > world.fromMs && !world.isPersistent) lastHostMs = null;
    let afterMs = lastHostMs ?? world.course.hostMs(beganMs) - 1;
    let atMs = beganMs;
    while (runs.length < mostRuns) {
      const hostDueMs = world.nextAfter(afterMs);
      const elapsedMs = hostDueMs === null ? null : momentShowing(world.course, hostDueMs, { atMs, life });
      if (hostDueMs === null || elapsedMs === null || elapsedMs >= world.toMs) break;
      runs.push({ atMs: elapsedMs, latestMs: elapsedMs + world.delayMs, hostDueMs });
      atMs = elapsedMs;
      afterMs = Math.max(hostDueMs, world.course.hostMs(elapsedMs));
      lastHostMs = afterMs;
    }
  }
  return runs;
}

const stepMs = 1_000;

/** The first moment from `atMs` on, in the same life, at which the clock shows `hostMs` or more. */
function momentShowing(
  course: HostCourse,
  hostMs: number,
  { atMs, life }: { atMs: number; life: { readonly fromMs: number; readonly toMs: number } },
): number | null {
  let moment = atMs;
  while (moment < life.toMs) {
    const leftMs = hostMs - course.hostMs(moment);
    if (leftMs <= 0) return moment;
    const shownMs = nextChange(course, moment, leftMs);
    if (shownMs === null) return null;
    moment = shownMs;
  }
  return null;
}

/** Runs on for as long as is missing, or to the moment within it at which the clock is put forward far enough. */
function nextChange(course: HostCourse, fromMs: number, forMs: number): number | null {
  const goalHostMs = course.hostMs(fromMs) + forMs;
  const endMs = course.afterRunning(fromMs, forMs);
  const changes = course.changes.filter((atMs) => atMs > fromMs && (endMs === null || atMs < endMs));
  const jumped = changes.find((atMs) => course.isRunning(atMs) && course.hostMs(atMs) >= goalHostMs);
  if (jumped !== undefined) return jumped;
  return endMs === null ? null : Math.max(endMs, fromMs + Math.min(forMs, stepMs));
}
