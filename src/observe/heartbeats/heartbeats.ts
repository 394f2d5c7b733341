import { stampNow, type Clock, type Timer } from "../../kernel/clock.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { NewPing, PingAnswer } from "../../kernel/model/job.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { JobDesk } from "../../kernel/ports.ts";
import { err, ok } from "../../kernel/result.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { StoredJob } from "../../storage/ledger/nouns/jobs.ts";
import { findJob, isNewSlug, slugOf } from "./addresses.ts";
import { createIntake, type Change, type Intake } from "./intake.ts";
import { statusOf } from "./judge.ts";
import { createPace } from "./pace.ts";
import { takePing } from "./record.ts";
import { declareJobs, jobOf, makeJob, mostMade, readPingKey } from "./roster.ts";
import { createJobSignals } from "./signals.ts";
import { createJobWatch, type JobWatch } from "./watch.ts";

export interface HeartbeatDeps {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly log: Log;
  site(): Site;
  /** writes confirmed changes down with all that follows from them */
  take(changes: readonly SignalChange[]): Promise<void>;
}

/** Hears the jobs, and notices those that are not heard. */
export interface Heartbeats extends JobDesk {
  start(): void;
  /** To be called when the configuration was replaced: new jobs get their address, those taken out are no longer waited for. */
  siteChanged(): Promise<void>;
  stop(): void;
}

/** A late job is told at most this much later still. */
const lookEveryMs = 5_000;
const mostShown = 100;

interface Desk extends HeartbeatDeps {
  readonly pingKey: string;
  readonly roster: ReadonlyMap<string, StoredJob>;
  readonly intake: Intake;
  readonly watch: JobWatch;
  isPaced(key: string): boolean;
}

/** Reads what the ledger knows of the jobs; looks for missing ones only after `start`. */
export async function createHeartbeats(deps: HeartbeatDeps): Promise<Heartbeats> {
  const desk = await openDesk(deps);
  const { clock, ledger, log } = deps;
  const { watch, roster, intake } = desk;
  let timer: Timer | null = null;

  function look(): void {
    try {
      watch.look();
    } catch (thrown) {
      log.error("jobs not looked at", { error: errorText(thrown) });
    }
    timer = clock.after(lookEveryMs, look);
  }

  return {
    start() {
      watch.begin();
      look();
    },
    stop: () => timer?.cancel(),
    async siteChanged() {
      await intake.add((batch) => declareJobs(batch, deps.site()));
      watch.begin();
      watch.look();
    },
    jobs: () => watch.watched().map((one) => statusOf(one, stampNow(clock), watch.openedMs())),
    ping: (ping) => receive(desk, ping),
    pings: (key, limit) => ledger.read.pingsOf(key, Math.min(limit, mostShown)),
    address(key) {
      const job = roster.get(key);
      const isKnown = job !== undefined && jobOf(job, deps.site()) !== null;
      return isKnown ? { uuid: job.uuid, pingKey: desk.pingKey, slug: slugOf(key) } : null;
    },
    pause: (input) => pause(desk, input),
  };
}

async function openDesk(deps: HeartbeatDeps): Promise<Desk> {
  const { clock, ledger } = deps;
  const roster = new Map((await ledger.read.jobs()).map((job) => [job.key, job]));
  const signals = createJobSignals(clock, await ledger.read.openSignals());
  const watch = createJobWatch({ ...deps, roster, signals });
  const intake = createIntake({
    ledger,
    clock,
    job: (key) => roster.get(key),
    kept(jobs) {
      for (const job of jobs) {
        const before = roster.get(job.key);
        roster.set(job.key, job);
        const ended = job.record.lastEndAt !== (before?.record.lastEndAt ?? null);
        if (ended || job.pausedAt !== (before?.pausedAt ?? null)) watch.heard(job);
      }
      watch.look();
    },
  });
  const pingKey = await readPingKey(ledger);
  await intake.add((batch) => declareJobs(batch, deps.site()));
  watch.begin();
  return { ...deps, pingKey, roster, intake, watch, isPaced: createPace(clock).take };
}

async function receive({ site, roster, pingKey, intake, isPaced }: Desk, ping: NewPing): Promise<PingAnswer> {
  const jobs = [...roster.values()].filter((stored) => jobOf(stored, site()) !== null);
  const where = findJob(ping.to, { jobs, pingKey });
  if (typeof where === "object") {
    if (!isPaced(where.found)) return "too-often";
    await intake.add(reportOf(where.found, ping));
    return "ok";
  }
  const key = where === "create" && "slug" in ping.to ? ping.to.slug : "";
  if (where !== "create") return where;
  if (!isNewSlug(key)) return "not-found";
  if (jobs.filter(({ declared }) => !declared).length >= mostMade || !isPaced(key)) return "too-often";
  await intake.add(reportOf(key, ping));
  return "created";
}

/** A second report may make the same job while the first one is on its way to the disk. */
function reportOf(key: string, ping: NewPing): Change {
  return async (batch) => {
    const known = batch.job(key);
    // one the configuration no longer names begins anew under the same address
    const isGone = known?.declared === true && "slug" in ping.to && ping.to.create;
    const job = known ?? (await makeJob(batch, key));
    if (known === undefined) await batch.tx.putJob(job); // its reports refer to it
    const taken = takePing(job.record, ping, batch.at);
    await batch.tx.insertPing(key, taken.ping);
    batch.put({ ...job, declared: isGone ? false : job.declared, record: taken.record });
  };
}

async function pause(
  { site, roster, intake, watch, clock }: Desk,
  { key, paused, actor }: Parameters<JobDesk["pause"]>[0],
): ReturnType<JobDesk["pause"]> {
  const stored = roster.get(key);
  if (stored === undefined || jobOf(stored, site()) === null) return err(new KoboshiError("KB1002", { what: key }));
  await intake.add(async ({ tx, at, job, put }) => {
    const current = job(key);
    if (current === undefined || (current.pausedAt !== null) === paused) return;
    put(paused ? { ...current, pausedAt: at } : resumed(current, at));
    await tx.append({ kind: paused ? "job.paused" : "job.resumed", actor, incidentId: null, data: { job: key } });
  });
  const one = watch.watched().find(({ job }) => job.key === key);
  if (one === undefined) return err(new KoboshiError("KB1002", { what: key }));
  return ok(statusOf(one, stampNow(clock), watch.openedMs()));
}

/** What was missed or failed before is not held against the job: it is waited for from now on. */
function resumed(job: StoredJob, at: StoredJob["createdAt"]): StoredJob {
  const { record } = job;
  const lastEndAt = record.lastEndAt === null ? null : at;
  return { ...job, pausedAt: null, record: { ...record, lastEndAt, failure: null, runs: [] } };
}
