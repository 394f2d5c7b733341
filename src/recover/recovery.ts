import { stampNow, type Stamp, type Timer } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { BackupPlan } from "../kernel/model/backup.ts";
import type { Signal } from "../kernel/model/signal.ts";
import type { AuditDesk } from "../kernel/ports-audit.ts";
import type { HealthGate } from "../kernel/ports-health.ts";
import type { BackupDesk, BackupStatus, RecoveryProgress } from "../kernel/ports-recovery.ts";
import { createAuditDesk } from "./audit/desk.ts";
import type { AuditFacts } from "./audit/facts.ts";
import { backUp, settleRuns } from "./desk/back-up.ts";
import { keptOf, placesOf, type RecoveryDeps, type Works } from "./desk/deps.ts";
import { createBackupDesk } from "./desk/desk.ts";
import { beginDrill } from "./desk/drills.ts";
import { createRunLimits } from "./desk/limits.ts";
import { createMachines } from "./desk/machines.ts";
import { proveCopies } from "./desk/prove-copies.ts";
import { createKnownRecords, readCopies } from "./desk/read-copies.ts";
import { changeAt } from "./desk/set-change.ts";
import { settleRestores, sweepDrills } from "./desk/settle-restores.ts";
import { tidyCopies } from "./desk/tidy-copies.ts";
import { verifyCopies } from "./desk/verify-copies.ts";
import { createHealthGate } from "./health-gate.ts";
import { tidiedOf } from "./retention/history.ts";
import { lastWork } from "./schedule/facts.ts";
import { createLedgerMemory } from "./schedule/memory.ts";
import { createRecoverySchedule, type RecoverySchedule } from "./schedule/schedule.ts";
import type { RecoveryWork } from "./schedule/work.ts";
import { createRecoveryWatch, type RecoveryWatch } from "./watch/watch.ts";

/** The recovering stage as a whole. */
export interface Recovery {
  readonly desk: BackupDesk;
  readonly audit: AuditDesk;
  /** asked before an incident is resolved */
  readonly health: HealthGate;
  /** the plans as they were last seen, for who may not wait */
  newest(): readonly BackupStatus[];
  start(): void;
  /** to be called when the configuration was replaced */
  apply(): void;
  stop(): Promise<void>;
}

const newestEveryMs = 20_000;
const keptRestores = 200;

/** @param openSignals those of before a restart */
export function createRecovery(deps: RecoveryDeps, openSignals: readonly Signal[]): Recovery {
  const { clock, ledger, site } = deps;
  const since = stampNow(clock);
  const listeners = new Set<(progress: RecoveryProgress) => void>();
  const quit = new AbortController();
  const works: Works = {
    ...deps,
    machines: createMachines({ clock, site }),
    memory: createLedgerMemory(ledger),
    limits: createRunLimits(),
    recordsAt: createKnownRecords(),
    say: (progress) => listeners.forEach((listener) => listener(progress)),
  };
  const kept = (plan: string): ReturnType<typeof keptOf> => keptOf(works, plan);
  const watch = createRecoveryWatch({
    ...works,
    kept,
    openSignals,
    changeOf: (plan, place, sets) => changeAt(works, { plan, place }, sets),
  });
  const schedule = createRecoverySchedule({
    ...works,
    lastOf: async (key) => {
      const plan = site().backups?.get(key);
      const tidied = await tidiedOf(works.memory, key, plan === undefined ? [] : placesOf(plan));
      return lastWork({ ...(await kept(key)), tidied }, stampNow(clock));
    },
    start: (work, plan) => doWork({ works, watch, signal: quit.signal }, work, plan),
    limitChanged: ({ key }) => works.limits.changed(key),
  });
  const read = (plan: BackupPlan): Promise<void> => doWork({ works, watch, signal: quit.signal }, "read", plan);
  const desk = createBackupDesk({ works, schedule, watch, listeners, read, signal: quit.signal });
  const audit = createAuditDesk({ facts: () => factsOf(works), breathe: clock.breathe });
  const newest = createNewest(works, desk);
  let begun: Promise<void> = Promise.resolve();
  return {
    desk,
    audit,
    health: createHealthGate({ clock, ledger, site, checks: deps.checks ?? (() => []) }),
    newest: newest.statuses,
    start() {
      begun = begin({ works, schedule, watch, newest, since }, quit.signal);
    },
    apply() {
      void schedule.apply();
      watch.apply();
    },
    async stop() {
      quit.abort();
      newest.stop();
      schedule.stop();
      watch.stop();
      await begun;
      watch.stop();
      await desk.stop();
    },
  };
}

async function factsOf({ site, clock, ledger }: Works): Promise<AuditFacts> {
  const [copies, restores] = await Promise.all([
    ledger.read.copyStates({ sets: 50, verified: 20 }),
    ledger.read.restoreRuns({ limit: keptRestores }),
  ]);
  return { site: site(), nowMs: clock.nowMs(), copies, restores };
}

interface Beginning {
  readonly works: Works;
  readonly schedule: Pick<RecoverySchedule, "start" | "tried">;
  readonly watch: Pick<RecoveryWatch, "start">;
  readonly newest: Pick<Newest, "start">;
  /** what began before it is of an earlier process */
  readonly since: Stamp;
}

/** What a stop of the hub cut short is settled first; nobody waits for hosts that do not answer. */
async function begin(beginning: Beginning, signal: AbortSignal): Promise<void> {
  const { works, schedule, watch, newest } = beginning;
  const { site, log } = works;
  await endLeft(beginning);
  const sweeping = sweepDrills(works).catch((thrown: unknown) =>
    log.warn("drills not swept", { error: errorText(thrown) }),
  );
  const settling = [...(site().backups?.values() ?? [])].map((plan) =>
    settleRuns(works, plan).catch((thrown: unknown) =>
      log.warn("runs not settled", { plan: plan.key, error: errorText(thrown) }),
    ),
  );
  const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  await Promise.race([Promise.all(settling), stopped]);
  if (signal.aborted) return;
  await schedule.start();
  watch.start();
  newest.start();
  await Promise.race([sweeping, stopped]);
}

/** A drill that was cut off waits as one that was just tried: what took the hub with it does not begin again at once. */
async function endLeft({ works, schedule, since }: Beginning): Promise<void> {
  try {
    const settled = await settleRestores(works, since);
    for (const { kind, plan } of settled) if (kind === "drill") schedule.tried("drill", plan);
  } catch (thrown) {
    works.log.warn("restores and drills not settled", { error: errorText(thrown) });
  }
}

interface Newest {
  statuses(): readonly BackupStatus[];
  start(): void;
  stop(): void;
}

/** The plans as they were a moment ago. */
function createNewest({ clock, log, site }: Works, desk: Pick<BackupDesk, "all">): Newest {
  let known: readonly BackupStatus[] = [];
  let timer: Timer | null = null;
  let isStopped = false;
  const look = async (): Promise<void> => {
    try {
      known = (site().backups?.size ?? 0) > 0 ? await desk.all() : [];
    } catch (thrown) {
      log.warn("backups not looked at", { error: errorText(thrown) });
    }
    if (!isStopped) timer = clock.after(newestEveryMs, () => void look());
  };
  return {
    statuses: () => known,
    start: () => void look(),
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}

interface Doing {
  readonly works: Works;
  readonly watch: RecoveryWatch;
  readonly signal: AbortSignal;
}

const byItself = "koboshi";

/** Scheduled verification goes up to the sample; databases are loaded by a drill, or when a person asks. */
async function doWork({ works, watch, signal }: Doing, work: RecoveryWork, plan: BackupPlan): Promise<void> {
  switch (work) {
    case "read":
      await readCopies(works, plan);
      await watch.readingEnded(plan.key);
      return;
    case "backup":
      await backUp(works, plan, { signal });
      await readCopies(works, plan);
      await watch.readingEnded(plan.key);
      return;
    case "verify":
      await verifyCopies(works, plan, { place: null, level: 4, by: byItself });
      return;
    case "prove":
      await proveCopies(works, plan, { place: null, by: byItself });
      return;
    case "retention":
    case "prune":
      await tidyCopies(works, plan, { what: work, pinned: (key, place) => watch.pinned(key, place) });
      return;
    case "drill":
      await (
        await beginDrill(works, plan, { by: byItself, signal })
      ).over;
  }
}
