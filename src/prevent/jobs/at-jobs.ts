import { createCourse, type HostCourse } from "../../readers/schedule/daemon/course.ts";
import { simulateTimer } from "../../readers/schedule/daemon/timer-loop.ts";
import { readMoment } from "../../readers/schedule/moment.ts";
import { graceMs } from "./cron-jobs.ts";
import type { TrackedJob } from "./occurrences.ts";
import type { SeenCron } from "./snapshot-cron.ts";

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
/** atd looks at its queue at least so often, whatever the clock does meanwhile. Source: atd.c, CHECK_INTERVAL. */
const lookMs = 3_600_000;

export interface AtFacts {
  readonly before: SeenCron | null;
  readonly after: SeenCron | null;
  readonly course: HostCourse;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Jobs of at that were waiting before: what passed while the host was off runs when atd starts. */
export function trackAt({ before, after, course, fromMs, toMs }: AtFacts): readonly TrackedJob[] {
  if (before === null) return [];
  const right = createCourse({ clock: [], up: [{ fromMs: fromMs - 1, toMs }] });
  return before.atJobs.flatMap(({ id, text }): TrackedJob[] => {
    const hostDueMs = atMoment(text, before.timeZone);
    if (hostDueMs === null) return [];
    const world = {
      nextAfter: (atMs: number) => (atMs < hostDueMs ? hostDueMs : null),
      isPersistent: true,
      delayMs: lookMs,
      lastHostMs: hostDueMs - 1,
      fromMs,
      toMs,
    };
    const [due] = simulateTimer({ ...world, course: right });
    const [run] = simulateTimer({ ...world, course });
    const isWaiting = after === null || after.atJobs.some((job) => job.id === id);
    const isGone = !isWaiting && run !== undefined && run.atMs <= (after?.takenAtMs ?? 0);
    return [
      {
        where: `at:${id}`,
        line: text,
        user: /\s(\S+)$/.exec(text)?.[1] ?? null,
        isSafeTwice: null,
        risks: [],
        due: due === undefined ? [] : [{ atMs: due.atMs, key: hostDueMs }],
        foreseen:
          run === undefined
            ? []
            : [{ key: hostDueMs, atMs: run.atMs, latestMs: run.latestMs, isMadeUp: run.atMs > hostDueMs }],
        seen: isGone ? [{ moments: [run.atMs], evidence: "snapshot" }] : [],
        covers: (atMs) => (after !== null && isWaiting && atMs <= after.takenAtMs ? "snapshot" : null),
        isKnown: true,
        graceMs,
      },
    ];
  });
}

/** `Thu Nov 26 03:00:00 2026 a root`, of older ones `2026-11-26 03:00 a root` */
function atMoment(text: string, timeZone: string): number | null {
  const plain = /^(\d{4}-\d\d-\d\d \d\d:\d\d)\s/.exec(text.trim())?.[1];
  if (plain !== undefined) return readMoment(plain, timeZone);
  const [, month = "", day = "", time = "", year = ""] =
    /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})/.exec(text.trim()) ?? [];
  const number = months.indexOf(month) + 1;
  if (number === 0) return null;
  return readMoment(`${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")} ${time}`, timeZone);
}
