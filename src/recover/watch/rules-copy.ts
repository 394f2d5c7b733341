import { elapsedMs } from "../../kernel/clock.ts";
import type { CopyState, Verification } from "../../kernel/model/recovery.ts";
import type { BackupFinding, Watched } from "./finding.ts";
import { thresholds } from "./thresholds.ts";
import { datedSets, newestUsable, type DatedSet } from "./usable.ts";

/** Of what lies in the repositories: its age, its dates, whether it can be read, whether it can be deleted, and rehearsals. */
export function copyFindings(watched: Watched): readonly BackupFinding[] {
  return [
    ...staleFindings(watched),
    ...watched.copies.flatMap((copy) => [
      ...dateFindings(copy, watched),
      ...unreadableFindings(copy, watched),
      ...damageFindings(copy, watched),
      ...deletableFindings(copy, watched),
    ]),
    ...refusalFindings(watched),
    ...drillFindings(watched),
  ];
}

/** The newest moment to which a place can bring the data back; null: to none. */
export function newestAtMs(copy: CopyState, { runs, now }: Pick<Watched, "runs" | "now">): number | null {
  const own = newestUsable(datedSets(copy, runs, now.atMs), now.atMs)?.atMs ?? null;
  const foreign = (copy.foreign ?? []).filter(({ atMs }) => atMs <= now.atMs + thresholds.clockOffMs);
  const times = [...(own === null ? [] : [own]), ...foreign.map(({ atMs }) => Math.min(atMs, now.atMs))];
  return times.length === 0 ? null : Math.max(...times);
}

function staleFindings(watched: Watched): readonly BackupFinding[] {
  const { plan, copies, now } = watched;
  const { loseAtMostMs } = plan;
  if (loseAtMostMs === null) return [];
  const newest = copies.flatMap((copy) => {
    const atMs = newestAtMs(copy, watched);
    return atMs === null ? [] : [{ place: copy.place, atMs, isStale: now.atMs - atMs > loseAtMostMs }];
  });
  const isKept = newest.some(({ isStale }) => !isStale);
  return newest.flatMap(({ place, atMs, isStale }): readonly BackupFinding[] => {
    if (!isStale) return [];
    const facts = { newestAtMs: atMs, loseAtMostMs, keptElsewhere: isKept };
    const severity = isKept ? "warning" : "critical";
    return [{ trouble: "stale", place, severity, startedAtMs: atMs + loseAtMostMs, facts }];
  });
}

function dateFindings(copy: CopyState, { runs, now }: Watched): readonly BackupFinding[] {
  const sets = datedSets(copy, runs, now.atMs);
  const ahead = sets.filter(({ isFuture }) => isFuture);
  const foreignAhead = (copy.foreign ?? []).filter(({ atMs }) => atMs > now.atMs + thresholds.clockOffMs);
  const [newest] = sets;
  const count = ahead.length + foreignAhead.length;
  const furthestAtMs = Math.max(...ahead.map(writtenAtMs), ...foreignAhead.map(({ atMs }) => atMs));
  const future: readonly BackupFinding[] =
    count === 0
      ? []
      : [
          {
            trouble: "future",
            place: copy.place,
            severity: "warning",
            startedAtMs: now.atMs,
            facts: { sets: ahead.slice(0, 5).map(({ record }) => record.set), count, furthestAtMs },
          },
        ];
  const off = newest?.clockOffMs ?? 0;
  if (newest === undefined || Math.abs(off) <= thresholds.clockOffMs) return future;
  const facts = { offMs: off, set: newest.record.set, host: newest.record.host };
  return [...future, { trouble: "clock-off", place: copy.place, severity: "warning", startedAtMs: newest.atMs, facts }];
}

function writtenAtMs({ atMs, clockOffMs }: DatedSet): number {
  return atMs + Math.max(0, clockOffMs ?? 0);
}

function unreadableFindings(copy: CopyState, { failedReads, now }: Watched): readonly BackupFinding[] {
  const times = failedReads.get(copy.place) ?? 0;
  if (copy.trouble === null || times < thresholds.failedReads) return [];
  const { code, text } = copy.trouble;
  const facts = { code, text: text.slice(0, 300), times, lastReadAtMs: copy.readAt?.atMs ?? null };
  return [{ trouble: "unreadable", place: copy.place, severity: "warning", startedAtMs: now.atMs, facts }];
}

/** What is said of a place to which nothing was ever copied. */
const emptyCodes: ReadonlySet<string> = new Set(["no-repository", "no-set"]);

/** Damage stays until the same part was looked at again and found whole, or the set is gone. */
function damageFindings(copy: CopyState, { runs }: Watched): readonly BackupFinding[] {
  const { place, verified, sets } = copy;
  const latest = new Map<string, Verification>();
  for (const one of verified.toSorted((a, b) => a.at.atMs - b.at.atMs)) latest.set(scopeOf(one), one);
  const known = new Set(sets.map(({ set }) => set));
  const broken = [...latest.values()].filter(
    ({ ok, set, findings }) =>
      !ok && (set === null || known.has(set)) && findings.some(({ severity }) => severity === "broken"),
  );
  const [first] = broken;
  if (first === undefined) return [];
  const nothingToLose = sets.length === 0 && runs.every(({ state }) => state !== "committed");
  if (nothingToLose && broken.every(({ findings }) => findings.every(({ code }) => emptyCodes.has(code)))) return [];
  const facts = {
    level: first.level,
    set: first.set,
    codes: [...new Set(broken.flatMap(({ findings }) => findings.map(({ code }) => code)))].slice(0, 8),
    count: broken.reduce((sum, { findings }) => sum + findings.length, 0),
  };
  return [{ trouble: "damaged", place, severity: "critical", startedAtMs: first.at.atMs, facts }];
}

function scopeOf({ level, set, facts }: Verification): string {
  return JSON.stringify([level, set, facts["bucket"] ?? null, facts["of"] ?? null]);
}

function deletableFindings({ place, proof }: CopyState, { plan }: Watched): readonly BackupFinding[] {
  const target = plan.to.find(({ at }) => at === place);
  const isClaimed = target !== undefined && (target.appendOnlyClaimed || target.lockedForMs !== null);
  if (!isClaimed || proof === null || proof.result !== "deletable") return [];
  const ways = proof.tried.filter(({ intact }) => !intact).map(({ way }) => way);
  const facts = { ways: ways.slice(0, 5), provenAtMs: proof.at.atMs };
  return [{ trouble: "deletable", place, severity: "critical", startedAtMs: proof.at.atMs, facts }];
}

function refusalFindings({ refusals }: Watched): readonly BackupFinding[] {
  return [...refusals].map(([place, { atMs, reasons }]) => ({
    trouble: "retention-refused",
    place,
    severity: "warning",
    startedAtMs: atMs,
    facts: { reasons },
  }));
}

/** A real recovery is as good as a rehearsal. */
function drillFindings({ plan, restores, now, firstSeen }: Watched): readonly BackupFinding[] {
  const everyMs = plan.drill?.everyMs ?? null;
  if (everyMs === null) return [];
  const done = restores.filter(({ state, scope }) => state === "done" && scope !== "part");
  const ends = done.map(({ startedAt, endedAt }) => endedAt ?? startedAt);
  const last = ends.toSorted((a, b) => elapsedMs(a, now) - elapsedMs(b, now))[0] ?? null;
  const overMs = elapsedMs(last ?? firstSeen, now) - everyMs;
  if (overMs <= 0) return [];
  const facts = { everyMs, lastAtMs: last?.atMs ?? null };
  return [{ trouble: "drill-overdue", place: null, severity: "warning", startedAtMs: now.atMs - overMs, facts }];
}
