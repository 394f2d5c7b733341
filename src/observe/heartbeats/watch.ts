import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Job } from "../../kernel/model/job.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { StoredJob } from "../../storage/ledger/nouns/jobs.ts";
import { missedNow, troubleOf, type Watched } from "./judge.ts";
import { jobOf } from "./roster.ts";
import type { JobSignals } from "./signals.ts";
import { stepMs, waitAfter, waitAfterStep, withGrace, type Wait } from "./waiting.ts";

export interface WatchDeps {
  readonly clock: Clock;
  readonly log: Log;
  site(): Site;
  /** all jobs ever seen, as they are on disk */
  readonly roster: ReadonlyMap<string, StoredJob>;
  readonly signals: JobSignals;
  take(changes: readonly SignalChange[]): Promise<void>;
}

/** Waits for the jobs, and tells of those that do not come. */
export interface JobWatch {
  /** Waits anew from now on; nothing that was due while nobody listened counts before its grace is over. */
  begin(): void;
  /** Looks at every job and tells what has changed. */
  look(): void;
  /** A run ended, or the job was paused or resumed. */
  heard(job: StoredJob): void;
  watched(): readonly Watched[];
  /** when it began to listen, by the monotonic clock */
  openedMs(): number;
}

interface State extends WatchDeps {
  readonly waits: Map<string, Wait | null>;
  readonly missed: Map<string, NonNullable<Watched["missed"]>>;
  /** the times each job was last waited for by */
  readonly written: Map<string, string>;
  openedAt: Stamp;
  lastLook: Stamp;
}

export function createJobWatch(deps: WatchDeps): JobWatch {
  const openedAt = stampNow(deps.clock);
  const state: State = {
    ...deps,
    waits: new Map(),
    missed: rememberMissed(deps.signals),
    written: new Map(),
    openedAt,
    lastLook: openedAt,
  };
  return {
    begin() {
      state.openedAt = stampNow(deps.clock);
      begin(state);
    },
    look: () => look(state),
    heard(job) {
      state.missed.delete(job.key);
      state.waits.set(job.key, waitOf(job, jobOf(job, deps.site()), stampNow(deps.clock)));
    },
    watched: () => watched(state),
    openedMs: () => state.openedAt.monotonicMs,
  };
}

/** What was missing before the restart is still missing. */
function rememberMissed(signals: JobSignals): State["missed"] {
  const found: State["missed"] = new Map();
  for (const key of signals.keys()) {
    const facts = signals.open(key)?.facts ?? {};
    const [expectedAtMs, lateAtMs] = [facts["expectedAtMs"], facts["lateAtMs"]];
    if (facts["trouble"] !== "late" || typeof expectedAtMs !== "number" || typeof lateAtMs !== "number") continue;
    found.set(key, { expectedAtMs, lateAtMs });
  }
  return found;
}

function begin(state: State): void {
  const { clock, roster, site, waits, missed, written } = state;
  const now = stampNow(clock);
  for (const stored of roster.values()) {
    const job = jobOf(stored, site());
    const wait = waitOf(stored, job, now);
    const times = JSON.stringify([job?.schedule, job?.graceMs]);
    const isRewritten = written.has(stored.key) && written.get(stored.key) !== times;
    written.set(stored.key, times);
    waits.set(stored.key, job === null ? null : withGrace(wait, job.graceMs, now));
    if (wait === null || isRewritten) missed.delete(stored.key);
  }
}

function waitOf({ record, pausedAt }: StoredJob, job: Job | null, now: Stamp): Wait | null {
  const { lastEndAt } = record;
  if (job === null || lastEndAt === null || pausedAt !== null) return null;
  const drift = now.atMs - now.monotonicMs - (lastEndAt.atMs - lastEndAt.monotonicMs);
  const stepped = lastEndAt.bootId === now.bootId && Math.abs(drift) > stepMs;
  return waitAfter(job, { lastEndAt, stepped }, now);
}

function watched({ roster, site, waits, missed, signals }: State): readonly Watched[] {
  return [...roster.values()].flatMap((stored) => {
    const job = jobOf(stored, site());
    if (job === null) return [];
    const overrun = signals.open(job.key)?.facts["trouble"] === "unfinished";
    return [{ job, stored, wait: waits.get(job.key) ?? null, missed: missed.get(job.key) ?? null, overrun }];
  });
}

function look(state: State): void {
  const now = stampNow(state.clock);
  followSteps(state, now);
  state.lastLook = now;
  const all = watched(state);
  const known = new Set(all.map(({ job }) => job.key));
  const gone = state.signals.keys().filter((key) => !known.has(key));
  tell(state, [
    ...all.flatMap((one) => lookAt(state, one, now)),
    ...gone.flatMap((key) => state.signals.become(key, null)),
  ]);
}

function lookAt(state: State, one: Watched, now: Stamp): readonly SignalChange[] {
  const trouble = troubleOf(one, now, state.openedAt.monotonicMs);
  const missed = trouble?.trouble === "late" ? (one.missed ?? missedNow(one, now)) : null;
  if (missed !== null) state.missed.set(one.job.key, missed);
  return state.signals.become(one.job.key, trouble);
}

function followSteps({ waits, roster, site, lastLook, log }: State, now: Stamp): void {
  const steppedMs = now.atMs - lastLook.atMs - (now.monotonicMs - lastLook.monotonicMs);
  if (Math.abs(steppedMs) <= stepMs) return;
  log.info("the clock was stepped: jobs are waited for anew", { steppedMs });
  // both clocks as they would be now without the step
  const before = { ...now, atMs: now.atMs - steppedMs };
  for (const stored of roster.values()) {
    const job = jobOf(stored, site());
    const wait = waits.get(stored.key) ?? null;
    if (job === null) continue;
    waits.set(stored.key, waitAfterStep(job, { wait, lastEndAt: stored.record.lastEndAt, before }, now));
  }
}

/** Not waited for: while the ledger is blocked the changes wait in the writer, and jobs are still heard. */
function tell({ take, log }: State, changes: readonly SignalChange[]): void {
  if (changes.length === 0) return;
  take(changes).catch((thrown: unknown) => log.error("what jobs reported was not told", { error: errorText(thrown) }));
}
