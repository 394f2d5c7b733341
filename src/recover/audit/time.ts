import type { BackupKeep, BackupPlan, BackupTarget, CommitRecord } from "../../kernel/model/backup.ts";
import type { CopyState } from "../../kernel/model/recovery.ts";
import { nextAfter, readSchedule } from "../../readers/schedule/schedule.ts";
import { readMoment } from "../../readers/schedule/moment.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Runs needed before their longest says anything. */
const fewestRuns = 5;
/** Lists of sets are bounded; from so many on older ones may have been left out. */
const boundedFrom = 50;
/** Gaps of a schedule looked at: five weeks of a daily one. */
const gapsSeen = 35;
/** how late a run may begin, and a miss be noticed, beyond its schedule */
const graceMs = hourMs;

/** A committed set by its own time, that of the data in it. */
export interface UsableSet {
  readonly record: CommitRecord;
  readonly atMs: number;
}

/** Committed sets that are good as far as is known, newest first. One that is dated in the future is never the newest. */
export function usableSets({ sets, verified }: CopyState, nowMs: number): readonly UsableSet[] {
  const broken = new Set(
    verified.flatMap(({ ok, set, findings }) =>
      !ok && set !== null && findings.some(({ severity }) => severity === "broken") ? [set] : [],
    ),
  );
  return sets
    .flatMap((record) => {
      const atMs = readMoment(record.snapshotAt, "UTC");
      return atMs === null || atMs > nowMs || broken.has(record.set) ? [] : [{ record, atMs }];
    })
    .toSorted((a, b) => b.atMs - a.atMs);
}

/** How long the oldest kept set of a plan stays; null: for ever, as far as is declared. */
export function retentionMs(
  { keep }: Pick<BackupPlan, "keep">,
  { keptMs }: Pick<BackupTarget, "keptMs">,
): number | null {
  if (keptMs !== null) return keptMs;
  return keep === null ? null : keptFor(keep);
}

function keptFor({ hourly, daily, weekly, monthly, yearly }: BackupKeep): number {
  return Math.max(hourly * hourMs, daily * dayMs, weekly * 7 * dayMs, monthly * 30 * dayMs, yearly * 365 * dayMs);
}

/** Whether a set from before the damage is there, when it went unnoticed for so long. */
export function hasGeneration(
  copy: { readonly plan: BackupPlan; readonly target: BackupTarget; readonly state: CopyState | null },
  { unnoticedMs, nowMs, planned }: { unnoticedMs: number; nowMs: number; planned: boolean },
): boolean | "unknown" {
  const keptMs = retentionMs(copy.plan, copy.target);
  const isKept = keptMs === null || keptMs > unnoticedMs;
  if (planned) return isKept;
  if (copy.state === null) return isKept ? "unknown" : false;
  const sets = usableSets(copy.state, nowMs);
  if (sets.some(({ atMs }) => atMs <= nowMs - unnoticedMs)) return true;
  return isKept && copy.state.sets.length >= boundedFrom ? "unknown" : false;
}

/** The newest set from before the damage; null when none is known. */
export function newestBefore(state: CopyState | null, nowMs: number, unnoticedMs: number): UsableSet | null {
  if (state === null) return null;
  return usableSets(state, nowMs).find(({ atMs }) => atMs <= nowMs - unnoticedMs) ?? null;
}

/** Most plans share a few schedules, and the runs of one take long to work out. */
let known = { nowMs: 0, periods: new Map<string, number | null>() };

/** The longest wait between two runs of the schedule; null without one. */
export function periodMs({ at }: Pick<BackupPlan, "at">, timeZone: string, nowMs: number): number | null {
  if (at === null) return null;
  if (known.nowMs !== nowMs) known = { nowMs, periods: new Map() };
  const key = `${timeZone} ${at}`;
  const before = known.periods.get(key);
  if (before !== undefined) return before;
  const period = longestWaitMs(at, timeZone, nowMs);
  known.periods.set(key, period);
  return period;
}

function longestWaitMs(at: string, timeZone: string, nowMs: number): number | null {
  const schedule = readSchedule(at, timeZone);
  if (!schedule.ok) return null;
  let longest: number | null = null;
  let before = nextAfter(schedule.value, nowMs);
  for (let gap = 0; gap < gapsSeen && before !== null; gap += 1) {
    const next = nextAfter(schedule.value, before);
    if (next !== null) longest = Math.max(longest ?? 0, next - before);
    before = next;
  }
  return longest;
}

/** How long a run took, 95 of 100 times; null while too few have been seen. */
export function usualRunMs({ sets }: Pick<CopyState, "sets">): number | null {
  const took = sets
    .slice(0, 30)
    .flatMap(({ startedAt, finishedAt }) => {
      const [from, to] = [readMoment(startedAt, "UTC"), readMoment(finishedAt, "UTC")];
      return from === null || to === null || to < from ? [] : [to - from];
    })
    .toSorted((a, b) => a - b);
  return took.length < fewestRuns ? null : (took[Math.ceil(took.length * 0.95) - 1] ?? null);
}

/** What can be lost at the worst moment: the wait for a run, the run, and the noticing of a miss; null: not known. */
export function worstLossMs(
  copy: { readonly plan: BackupPlan; readonly state: CopyState | null },
  { timeZone, nowMs, unnoticedMs }: { timeZone: string; nowMs: number; unnoticedMs: number },
): number | null {
  const period = periodMs(copy.plan, timeZone, nowMs);
  const run = copy.state === null ? null : usualRunMs(copy.state);
  return period === null || run === null ? null : period + run + graceMs + unnoticedMs;
}
