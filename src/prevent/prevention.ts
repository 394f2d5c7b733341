import type { Clock } from "../kernel/clock.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import type { Log } from "../kernel/log.ts";
import type { BackupAfter } from "../kernel/model/aftercare.ts";
import type { JobPing } from "../kernel/model/job.ts";
import type { SignalChange } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus, VantageStatus } from "../kernel/model/status.ts";
import type { FeedDesk } from "../kernel/ports-feeds.ts";
import type { HealthGate } from "../kernel/ports-health.ts";
import type { HostDesk, HostReader } from "../kernel/ports-hosts.ts";
import type { AftercareRunner, RepairDesk, WindowDesk } from "../kernel/ports-prevent.ts";
import { instantMs } from "../readers/hardware/instant.ts";
import { readSchedule, runsBetween } from "../readers/schedule/schedule.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { preventionWords } from "../words/prevention.ts";
import { mayWaive } from "./aftercare/registry.ts";
import { createAftercare } from "./aftercare/runner.ts";
import { cronLogScript } from "./jobs/cron-log.ts";
import { createJobsAfter } from "./jobs/jobs-after.ts";
import { createHubClock } from "./snapshot/hub-clock.ts";
import { createOutsideViewer } from "./snapshot/outside.ts";
import { createSnapshots } from "./snapshot/snapshots.ts";
import { createWindows, type Windows } from "./windows/windows.ts";

export interface PreventionDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  site(): Site;
  checks(): readonly CheckStatus[];
  vantages(): readonly VantageStatus[];
  readonly hosts: Pick<HostDesk, "hosts" | "host" | "lookNow"> & HostReader;
  readonly feeds: Pick<FeedDesk, "notice" | "notices">;
  /** newest first */
  pings(job: string, limit: number): Promise<readonly JobPing[]>;
  readonly repairs: RepairDesk;
  readonly health: HealthGate;
  /** writes confirmed changes down with all that follows from them */
  take(changes: readonly SignalChange[]): Promise<void>;
  /** tells what was held and is not any more */
  refold(): Promise<void>;
}

/** Work that is announced, and what is asked when it is over. */
export interface Prevention {
  readonly windows: Windows;
  readonly repairs: RepairDesk;
  /** Takes a new configuration over. */
  apply(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Alarms are held from here on; windows move only once it is started. */
export async function createPrevention(deps: PreventionDeps): Promise<Prevention> {
  const { clock, log, ledger, site, checks, hosts, feeds, repairs, take, refold } = deps;
  const looks = await openLooks(deps, (query) => windows.windows(query));
  const windows: Windows = await createWindows({
    clock,
    ledger,
    log,
    snapshots: looks.snapshots,
    aftercare: looks.aftercare,
    feeds,
    site,
    checks,
    hosts: () => hosts.hosts(),
    isWaivable: mayWaive,
    take,
    refold,
  });

  let unlisten: (() => void) | null = null;

  return {
    windows,
    repairs,
    async apply() {
      looks.apply();
      await windows.apply();
    },
    async start() {
      looks.snapshots.start();
      await windows.start();
      unlisten = ledger.onCommit((events) => {
        for (const id of new Set(events.flatMap(repairedWindow))) void windows.lookAgain(id);
      });
      await repairs.start();
    },
    async stop() {
      unlisten?.();
      await repairs.stop();
      windows.stop();
      await looks.stop();
    },
  };
}

/** The window whose repair ended, however it ended. */
function repairedWindow({ kind, data }: LedgerEvent): readonly number[] {
  const window = data["window"];
  const isEnd = kind === "repair.done" || kind === "repair.failed" || kind === "repair.unknown";
  return isEnd && typeof window === "number" ? [window] : [];
}

interface Looks {
  readonly snapshots: Awaited<ReturnType<typeof createSnapshots>>;
  readonly aftercare: AftercareRunner;
  apply(): void;
  stop(): Promise<void>;
}

/** What takes down how hosts are, and compares it when work is over. */
async function openLooks(deps: PreventionDeps, windows: WindowDesk["windows"]): Promise<Looks> {
  const { clock, log, ledger, site, checks, hosts, repairs } = deps;
  const hubClock = createHubClock({
    clock,
    servers: () => site().hub.timeServers ?? [],
    hostClocks: () => hosts.hosts().flatMap((one) => one.clock ?? []),
  });
  const outside = createOutsideViewer({
    clock,
    ledger,
    site: site(),
    checks,
    hostClock: (host) => hosts.host(host)?.clock ?? null,
    isHubClockSure: () => hubClock.isSure(),
  });
  const snapshots = await createSnapshots({
    clock,
    log,
    ledger,
    site: site(),
    line: (host, order) => hosts.run(host, order),
    windows,
    keepOutside: (host) => outside.keep(host),
  });
  const jobs = createJobsAfter({
    site,
    clock,
    pings: deps.pings,
    sets: (plan, limit) => committedSets(deps, plan, limit),
    cronLog: (host) => cronLogOf(hosts, host),
  });
  const aftercare = createAftercare({
    clock,
    log,
    ledger,
    snapshots,
    outside,
    jobs,
    repairs,
    backups: (host, span) => backupsAfter(deps, host, span),
    lookNow: (host) => hosts.lookNow(host),
    restored: (incidentId) => deps.health.blockers(incidentId),
    blindSpots: async () => blindSpots(deps),
  });
  return {
    snapshots,
    aftercare,
    apply() {
      outside.apply(site());
      snapshots.apply(site());
    },
    async stop() {
      await snapshots.stop();
      outside.stop();
      hubClock.stop();
    },
  };
}

type Set = Awaited<ReturnType<Ledger["read"]["committedSets"]>>[number];

async function committedSets({ ledger, site }: PreventionDeps, plan: string, limit: number): Promise<readonly Set[]> {
  const places =
    site()
      .backups?.get(plan)
      ?.to.map(({ at }) => at) ?? [];
  const sets = await Promise.all(places.map((place) => ledger.read.committedSets({ plan, place, limit })));
  return sets
    .flat()
    .toSorted((a, b) => (instantMs(b.startedAt) ?? 0) - (instantMs(a.startedAt) ?? 0))
    .slice(0, limit);
}

const cronLogDeadlineMs = 30_000;
const framed = `printf '@@koboshi-host 1 0 uid=0\\n'\n(${cronLogScript})\nprintf '\\n@@end 0\\n'\n`;

async function cronLogOf(hosts: HostReader, host: string): Promise<readonly string[] | null> {
  const answer = await hosts.run(host, { command: "sh -s", script: framed, deadlineMs: cronLogDeadlineMs });
  return answer.ok ? answer.value.text.split("\n").filter((line) => !line.startsWith("@@")) : null;
}

const fewSets = 20;

/** The host's plans; a run that was due within the span is owed until a set was committed since. */
async function backupsAfter(
  deps: PreventionDeps,
  host: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly BackupAfter[]> {
  const { timeZone, backups } = deps.site();
  const own = [...(backups?.values() ?? [])].filter((plan) => plan.host === host && plan.with !== "external");
  return Promise.all(
    own.map(async ({ key, at }) => {
      const schedule = at === null ? null : readSchedule(at, timeZone);
      const due = schedule?.ok === true ? runsBetween(schedule.value, fromMs, toMs) : [];
      const sets = await committedSets(deps, key, fewSets);
      const newest = sets.map(({ startedAt }) => instantMs(startedAt) ?? 0).find((atMs) => atMs >= fromMs);
      return { plan: key, dueAtMs: due.at(-1) ?? null, newestAtMs: newest ?? null, isLocked: null };
    }),
  );
}

function blindSpots({ vantages, site }: PreventionDeps): readonly string[] {
  const say = preventionWords(site().lang);
  return vantages()
    .filter(({ state }) => state !== "ok")
    .map(({ name }) => say.silentVantage(name));
}
