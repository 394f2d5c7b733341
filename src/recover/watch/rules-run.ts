import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import type { BackupRun } from "../../kernel/model/recovery.ts";
import { nextAfter } from "../../readers/schedule/schedule.ts";
import { scheduleOf, wallOf } from "../schedule/due.ts";
import { jitterMs, periodMs } from "../schedule/spread.ts";
import { hasWork, ownTargets } from "../schedule/work.ts";
import type { BackupFinding, Watched } from "./finding.ts";
import { thresholds } from "./thresholds.ts";

const mostTextLength = 300;

/** Of runs: not begun, not ended, failed, incomplete; and of plans that never gave a copy. */
export function runFindings(watched: Watched): readonly BackupFinding[] {
  if (!hasWork(watched.plan, "backup")) return [];
  return [...lateFindings(watched), ...missedFindings(watched), ...endedFindings(watched), ...neverFindings(watched)];
}

function isGoing({ endedAt }: BackupRun): boolean {
  return endedAt === null;
}

interface Missing {
  readonly dueAtMs: number;
  readonly graceMs: number;
}

/** The run that should have begun since the last one; null: none is missing. */
function missing({ plan, timeZone, runs, firstSeen, now, openedAt, isTold }: Watched): Missing | null {
  const schedule = scheduleOf(plan, timeZone);
  const isFresh = elapsedMs(openedAt, now) < thresholds.missedAfterStartMs && !isTold("missed") && !isTold("never");
  if (schedule === null || isFresh) return null;
  const from =
    runs.length === 0 ? wallOf(firstSeen, now) : Math.max(...runs.map(({ startedAt }) => wallOf(startedAt, now)));
  const slot = nextAfter(schedule, from + 60_000);
  if (slot === null) return null;
  const every = periodMs(schedule, slot);
  const graceMs = Math.min(thresholds.missedAfterMs, every / 2);
  const dueAtMs = slot + jitterMs(plan.key, every);
  return now.atMs > dueAtMs + graceMs ? { dueAtMs, graceMs } : null;
}

function missedFindings(watched: Watched): readonly BackupFinding[] {
  const { runs } = watched;
  // what never ran at all is told as such, and what goes on is not missing
  if (runs.length === 0 || runs.some(isGoing)) return [];
  const found = missing(watched);
  if (found === null) return [];
  const lastMs = Math.max(...runs.map(({ startedAt }) => startedAt.atMs));
  const facts = { expectedAtMs: found.dueAtMs, graceMs: found.graceMs, lastStartedAtMs: lastMs };
  return [{ trouble: "missed", place: null, severity: "warning", startedAtMs: found.dueAtMs, facts }];
}

function lateFindings(watched: Watched): readonly BackupFinding[] {
  return watched.runs.filter(isGoing).flatMap((run): readonly BackupFinding[] => {
    const limitMs = usualLimitMs(watched, run.place);
    if (elapsedMs(run.startedAt, watched.now) <= limitMs) return [];
    const facts = { set: run.set, state: run.state, startedAtMs: run.startedAt.atMs, limitMs };
    return [
      { trouble: "late", place: run.place, severity: "warning", startedAtMs: run.startedAt.atMs + limitMs, facts },
    ];
  });
}

/** How long a run may take: by what the runs before took, else as long as the plan's own period. */
function usualLimitMs({ runs, plan, timeZone, now }: Watched, place: string): number {
  const took = runs
    .flatMap(({ state, startedAt, endedAt, place: at }) =>
      state === "committed" && endedAt !== null && at === place ? [elapsedMs(startedAt, endedAt)] : [],
    )
    .slice(0, 30)
    .toSorted((a, b) => a - b);
  if (took.length >= thresholds.leastRuns) {
    const p95 = took[Math.ceil(took.length * 0.95) - 1] ?? 0;
    return Math.max(thresholds.lateAfterMs, p95 * thresholds.lateTimes);
  }
  const schedule = scheduleOf(plan, timeZone);
  return schedule === null ? 86_400_000 : Math.max(thresholds.lateAfterMs, periodMs(schedule, now.atMs));
}

/** What the last run into each place ended with. */
function endedFindings({ plan, runs, now }: Watched): readonly BackupFinding[] {
  return ownTargets(plan).flatMap(({ at: place }): readonly BackupFinding[] => {
    const ended = runs.filter((run) => run.place === place && !isGoing(run)).toSorted(byEnd(now));
    const [last] = ended;
    if (last === undefined || last.state === "committed") return [];
    const trouble = last.state === "partial" ? "partial" : "failed";
    const startedAtMs = (last.endedAt ?? last.startedAt).atMs;
    return [{ trouble, place, severity: "warning", startedAtMs, facts: { ...troubleFacts(last), ...rowFacts(ended) } }];
  });
}

function troubleFacts({ set, state, trouble }: BackupRun): BackupFinding["facts"] {
  return { set, state, code: trouble?.code ?? state, text: (trouble?.text ?? "").slice(0, mostTextLength) };
}

/** @param ended newest first */
function rowFacts(ended: readonly BackupRun[]): BackupFinding["facts"] {
  const lastGood = ended.findIndex(({ state }) => state === "committed");
  return {
    inARow: lastGood === -1 ? ended.length : lastGood,
    lastGoodAtMs: ended[lastGood]?.endedAt?.atMs ?? null,
  };
}

function byEnd(now: Stamp): (a: BackupRun, b: BackupRun) => number {
  const age = ({ endedAt, startedAt }: BackupRun): number => elapsedMs(endedAt ?? startedAt, now);
  return (a, b) => age(a) - age(b);
}

/** A place that was read and holds nothing, though a run should have been there. */
function neverFindings(watched: Watched): readonly BackupFinding[] {
  const { plan, copies, runs, firstSeen } = watched;
  if (runs.some(isGoing)) return [];
  const due = missing(watched);
  if (runs.length === 0 && due === null) return [];
  return ownTargets(plan).flatMap(({ at: place }): readonly BackupFinding[] => {
    const copy = copies.find((one) => one.place === place);
    const isKnown = copy !== undefined && copy.readAt !== null;
    const isEmpty = isKnown
      ? copy.sets.length === 0
      : !runs.some((run) => run.place === place && run.state === "committed");
    if (!isEmpty) return [];
    const facts = { sinceMs: firstSeen.atMs, runs: runs.filter((run) => run.place === place).length };
    return [{ trouble: "never", place, severity: "warning", startedAtMs: due?.dueAtMs ?? firstSeen.atMs, facts }];
  });
}
