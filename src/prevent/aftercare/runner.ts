import { clockRepair } from "../../hands/clock-repair.ts";
import { stampNow, type Clock } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { HealthBlocker } from "../../kernel/ports-health.ts";
import type { AftercareCheck, AftercareFinding, AftercareInput, BackupAfter } from "../../kernel/model/aftercare.ts";
import { snapshotSections, type HostSnapshot } from "../../kernel/model/snapshot.ts";
import type { Window } from "../../kernel/model/window.ts";
import type {
  AftercareRunner,
  JobsAfter,
  OutsideViewer,
  RepairDesk,
  RepairRun,
  SnapshotDesk,
} from "../../kernel/ports-prevent.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { clockSetMs, createClockReadings, type ClockReadings } from "./clock-readings.ts";
import { bootOf, jobCourse, spanOf, withRuns, type Looked } from "./job-course.ts";
import { chosen, judgeHost, worstFirst } from "./judge-host.ts";
import { jobsRun, offerRepairs, repairsOf, withdrawOthers } from "./offers.ts";
import { aftercareChecks } from "./registry.ts";

/** Connections at a time; PREVENT §2.4. */
const mostAtOnce = 16;

export interface AftercareDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly snapshots: Pick<SnapshotDesk, "take" | "newestBefore">;
  readonly outside: OutsideViewer;
  readonly jobs: JobsAfter;
  readonly repairs: Pick<RepairDesk, "offer" | "repairs" | "withdraw">;
  /** plans that copy something of this host, with their times between the two moments */
  backups(host: string, span: { readonly fromMs: number; readonly toMs: number }): Promise<readonly BackupAfter[]>;
  /** has a host looked into at once, its clock among the rest; one that cannot be is as it was */
  lookNow(host: string): Promise<unknown>;
  /** what is not right yet with what was restored for an incident */
  restored(incidentId: number): Promise<readonly HealthBlocker[]>;
  /** what koboshi itself could not see between the two moments, in words for people */
  blindSpots(span: { readonly fromMs: number; readonly toMs: number }): Promise<readonly string[]>;
}

export function createAftercare(deps: AftercareDeps): AftercareRunner {
  const checks = aftercareChecks(clockRepair);
  const order = checks.map(({ id }) => id);
  const inTurn = createTurns(mostAtOnce);
  const clocks = createClockReadings();
  const running = new Map<number, Promise<readonly AftercareFinding[]>>();

  async function run(window: Window): Promise<readonly AftercareFinding[]> {
    const runs = await repairsOf(deps, window.id);
    await Promise.all(
      window.hosts.map((host) =>
        inTurn(async () => {
          const findings = await askHost(deps, { host, window, checks, runs, clocks });
          await keep(deps, { windowId: window.id, host }, findings);
          await withdrawOthers(deps, host, { findings, runs });
          await offerRepairs(deps, findings, runs);
        }),
      ),
    );
    return kept(window.id, window.hosts);
  }

  async function kept(windowId: number, hosts?: readonly string[]): Promise<readonly AftercareFinding[]> {
    const found = await deps.ledger.read.aftercareFindings(windowId);
    return worstFirst(found, { hosts: hosts ?? [...new Set(found.map(({ host }) => host))], checks: order });
  }

  return {
    // asked twice at once, both get the answer of the one look
    run(window) {
      const known = running.get(window.id);
      if (known !== undefined) return known;
      const mine = run(window).finally(() => running.delete(window.id));
      running.set(window.id, mine);
      return mine;
    },
    findings: (windowId) => kept(windowId),
  };
}

interface Asked {
  readonly host: string;
  readonly window: Window;
  readonly checks: readonly AftercareCheck[];
  /** repairs of this window, newest first */
  readonly runs: readonly RepairRun[];
  readonly clocks: ClockReadings;
}

/** A look that cannot be ended is a finding too: nothing of the host is taken for well. */
async function askHost(deps: AftercareDeps, asked: Asked): Promise<readonly AftercareFinding[]> {
  try {
    const findings = judgeHost(asked.checks, await lookAt(deps, asked));
    return chosen(asked.checks, findings, asked.window.checksWanted);
  } catch (thrown) {
    deps.log.error("aftercare of a host not ended", { host: asked.host, text: errorText(thrown) });
    return [broken(deps.clock, asked)];
  }
}

function broken(clock: Clock, { host, window }: Asked): AftercareFinding {
  return {
    windowId: window.id,
    host,
    check: "monitoring-itself",
    weight: "critical",
    result: "unobserved",
    facts: { why: "look-failed", count: 0 },
    items: [],
    repairs: [],
    at: stampNow(clock),
    comparedSince: null,
    blockedBy: [],
  };
}

/** Since when its clock may be another one: it came back, or a repair of its clock ended. A start that nobody planned is noticed after it. */
function wasSetMs({ host, window, runs }: Pick<Asked, "host" | "window" | "runs">): number | null {
  const isPlanned = window.origin !== "reboot" && window.origin !== "recovery";
  const backMs = isPlanned ? (window.course.backAt?.atMs ?? null) : null;
  const moments = [backMs, clockSetMs(runs, host)].filter((ms) => ms !== null);
  return moments.length === 0 ? null : Math.max(...moments);
}

async function lookAt(deps: AftercareDeps, { host, window, runs, clocks }: Asked): Promise<AftercareInput> {
  const setMs = clockSetMs(runs, host);
  // the usual round may be a minute away, and two readings of a clock that was set have to be a minute apart
  if (setMs !== null) await deps.lookNow(host);
  const [outsideAfter, taken] = await Promise.all([
    deps.outside.now(host, wasSetMs({ host, window, runs })),
    deps.snapshots.take(host, [...snapshotSections]),
  ]);
  const after = taken.ok ? taken.value : null;
  const sinceMs = beforeMs(window, host, after);
  const [before, outsideBefore] = await Promise.all([
    deps.snapshots.newestBefore(host, sinceMs),
    deps.outside.before(host, sinceMs),
  ]);
  const looked: Looked = { host, window, before, after, outsideBefore, outsideAfter };
  const span = spanOf(looked);
  const isRead = before !== null || after !== null;
  const [jobs, backups, recovery, blindSpots] = await Promise.all([
    isRead ? deps.jobs.judge(jobCourse(looked)) : null,
    deps.backups(host, span),
    restoredOn(deps, window, host),
    deps.blindSpots(span),
  ]);
  const verdict = jobs === null ? null : withRuns(jobs, jobsRun(runs, host));
  const clockSinceSet = clocks.since(`${window.id}/${host}`, setMs, outsideAfter.clock);
  return { ...looked, clockSinceSet, jobs: verdict, backups, recovery, blindSpots };
}

/** What was restored is one matter, whatever it was restored on: it stands with the first host. */
async function restoredOn(deps: AftercareDeps, window: Window, host: string): Promise<AftercareInput["recovery"]> {
  const { origin, reference, hosts } = window;
  return origin === "recovery" && hosts[0] === host ? deps.restored(Number(reference)) : null;
}

/** The work waits so long for what is written down before it, also past its planned start. */
const waitedMs = 90_000;

/** What is compared with is from before the work: before it began, and before the host went. */
function beforeMs(window: Window, host: string, after: HostSnapshot | null): number {
  const isUnplanned = window.origin === "reboot" || window.origin === "recovery";
  const bootMs = isUnplanned || window.course.rebooted.includes(host) ? bootOf(after) : null;
  const { startMs, course } = window;
  return Math.min(course.startedAt?.atMs ?? startMs, startMs + waitedMs, bootMs ?? Infinity) - 1;
}

/** What was only noted, and is not so any more, stays for the report. */
async function keep(
  { ledger }: AftercareDeps,
  of: { readonly windowId: number; readonly host: string },
  findings: readonly AftercareFinding[],
): Promise<void> {
  const asked = new Set(findings.map(({ check }) => check));
  const noted = (await ledger.read.aftercareFindings(of.windowId)).filter(
    ({ host, check, weight }) => host === of.host && weight === "info" && !asked.has(check),
  );
  const freed = noted.map((finding) => ({ ...finding, result: "pass" as const, blockedBy: [] }));
  await ledger.transaction((tx) => tx.replaceFindings(of, [...findings, ...freed]));
}

/** At most so many at a time; the others wait in the order in which they came. */
function createTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
