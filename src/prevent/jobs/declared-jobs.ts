import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Job, JobPing, JobSchedule } from "../../kernel/model/job.ts";
import { readSchedule, runsBetween, type TimedSchedule } from "../../readers/schedule/schedule.ts";
import type { SeenRun, TrackedJob } from "./occurrences.ts";
import { twiceOf } from "./risks.ts";

const hourMs = 3_600_000;
const oftenMs = 61 * 60_000;

interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A job of the configuration with its reports: what it reported is certain, the host's own clock has no part in it. */
export function trackDeclared(job: Job, pings: readonly JobPing[], asked: Asked): TrackedJob | null {
  const due = dueTimes(job.schedule, pings, asked);
  if (due.length === 0) return null;
  return {
    where: `job:${job.key}`,
    line: job.name,
    user: null,
    ...twiceOf(""),
    isSafeTwice: job.isSafeTwice ?? null,
    due: due.map((atMs) => ({ atMs, key: atMs })),
    foreseen: [],
    seen: reportedRuns(pings),
    // one that never reported may run all the same
    covers: () => (pings.length === 0 ? null : "heartbeat"),
    isKnown: true,
    graceMs: job.graceMs,
  };
}

/** Its starts; a success of a run whose start was told is the same run. */
export function reportedRuns(pings: readonly JobPing[]): readonly SeenRun[] {
  const oldestFirst = pings.toSorted((a, b) => a.number - b.number);
  const open = new Map<string | null, boolean>();
  return oldestFirst.flatMap(({ kind, at, runId }) => {
    if (kind === "log") return [];
    const isEnd = kind !== "start";
    const isKnown = isEnd && open.get(runId) === true;
    open.set(runId, !isEnd);
    return isKnown ? [] : [{ moments: [at.atMs], evidence: "heartbeat" }];
  });
}

function dueTimes(schedule: JobSchedule | null, pings: readonly JobPing[], { fromMs, toMs }: Asked): readonly number[] {
  if (schedule === null) return [];
  if (schedule.kind !== "every") {
    const times = runsBetween(schedule, fromMs - hourMs, toMs);
    return isOften(times) ? [] : times;
  }
  if (schedule.everyMs < oftenMs) return [];
  const last = pings.filter(({ kind, at }) => kind === "success" && at.atMs < fromMs).map(({ at }) => at.atMs);
  if (last.length === 0) return [];
  const times: number[] = [];
  for (let atMs = Math.max(...last) + schedule.everyMs; atMs < toMs; atMs += schedule.everyMs) times.push(atMs);
  return times;
}

function isOften([first, , third]: readonly number[]): boolean {
  return first !== undefined && third !== undefined && third - first < 2 * oftenMs;
}

/** How long a copy may wait for its turn. */
const backupGraceMs = hourMs;

/** A backup of this host with its committed sets: koboshi's own runs are certain. */
export function trackBackup(
  plan: BackupPlan,
  startsMs: readonly number[],
  { fromMs, toMs, timeZone }: Asked & { readonly timeZone: string },
): TrackedJob | null {
  const schedule = plan.at === null ? null : scheduleOf(plan.at, timeZone);
  if (schedule === null) return null;
  const due = runsBetween(schedule, fromMs - hourMs, toMs);
  return {
    where: `backup:${plan.key}`,
    line: plan.key,
    user: null,
    isSafeTwice: plan.with === "external" ? null : true,
    risks: [],
    due: due.map((atMs) => ({ atMs, key: atMs })),
    foreseen: [],
    seen: startsMs.map((atMs) => ({ moments: [atMs], evidence: "snapshot" })),
    covers: () => "snapshot",
    isKnown: true,
    graceMs: backupGraceMs,
  };
}

function scheduleOf(at: string, timeZone: string): TimedSchedule | null {
  const read = readSchedule(at, timeZone);
  return read.ok ? read.value : null;
}
