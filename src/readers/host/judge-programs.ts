import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { HostBounds, HostJudgement } from "./judgement.ts";
import { unitState } from "./units.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** A few come and go; so many mean that their parent does not look after them. */
const manyZombies = 10;
/** One or two wait for a disk at any moment. */
const manyStuck = 3;
/** A renewal runs twice a day and at the latest 30 days before the end; so late it has failed for more than a week. */
const certificateDays = 21;
const certificateCriticalDays = 7;

export function judgeUnits({ units }: HostReading, bounds: HostBounds): readonly HostJudgement[] {
  if (units === null) return [];
  const failed = new Set(units.failed);
  const names = new Set([...failed, ...Object.keys(units.states).filter((name) => !failed.has(`${name}.service`))]);
  const judged = [...names].map((item): HostJudgement => ({
    kind: "unit-failed",
    item,
    severity: failed.has(item) ? "warning" : null,
    facts: { enabled: unitState(units, item)?.enabled ?? null },
  }));
  const wanted = bounds.units.map((item): HostJudgement => {
    const state = unitState(units, item);
    const isRunning = state?.active === "active";
    const facts = { active: state?.active ?? "missing", enabled: state?.enabled ?? null };
    return { kind: "unit-stopped", item, severity: isRunning ? null : "critical", facts };
  });
  return [...wanted, ...judged];
}

export function judgeProcesses(reading: HostReading): readonly HostJudgement[] {
  const { processes, oomKills } = reading;
  const judged: HostJudgement[] = [];
  if (processes !== null) {
    const { zombies, uninterruptible } = processes;
    judged.push(
      { kind: "zombies", item: null, severity: zombies >= manyZombies ? "warning" : null, facts: { count: zombies } },
      {
        kind: "stuck-processes",
        item: null,
        severity: uninterruptible >= manyStuck ? "warning" : null,
        facts: { count: uninterruptible },
      },
    );
  }
  if (oomKills === null) return judged;
  // the log has the machine's own times
  const sinceMs = reading.takenAtMs + (reading.clock?.offsetSeconds ?? 0) * 1_000 - dayMs;
  const recent = oomKills.filter(({ atMs }) => atMs !== null && atMs >= sinceMs);
  const facts = { count: recent.length, process: recent[0]?.process ?? null, lastAtMs: recent[0]?.atMs ?? null };
  return [...judged, { kind: "oom-kill", item: null, severity: recent.length > 0 ? "warning" : null, facts }];
}

export function judgeCertificates({ certificates, takenAtMs }: HostReading): readonly HostJudgement[] {
  return (certificates ?? []).map(({ path, notAfterMs }): HostJudgement => {
    const daysLeft = Math.floor((notAfterMs - takenAtMs) / hourMs / 24);
    const late = daysLeft < certificateCriticalDays ? "critical" : "warning";
    const severity = daysLeft < certificateDays ? late : null;
    return { kind: "certificate-ends", item: path, severity, facts: { daysLeft, notAfterMs } };
  });
}
