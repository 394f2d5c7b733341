import { KoboshiError } from "../../kernel/errors.ts";
import type { Actor } from "../../kernel/event.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { BackupRun } from "../../kernel/model/recovery.ts";
import type { BackupBegun, BackupDesk, BackupStatus, RecoveryProgress } from "../../kernel/ports-recovery.ts";
import type { RecoverySchedule } from "../schedule/schedule.ts";
import type { RecoveryWork } from "../schedule/work.ts";
import { newSetId } from "../sets/set-id.ts";
import type { RecoveryWatch } from "../watch/watch.ts";
import { acceptChange } from "./accept-change.ts";
import { backUp } from "./back-up.ts";
import { keptOf, type Works } from "./deps.ts";
import { beginDrill, foreseeDrill } from "./drills.ts";
import { proveCopies } from "./prove-copies.ts";
import { createRestores, type Restores } from "./restores.ts";
import { tidyNow } from "./tidy-copies.ts";
import { verifyCopies } from "./verify-copies.ts";

export interface DeskDeps {
  readonly works: Works;
  readonly schedule: Pick<RecoverySchedule, "run" | "nextAtMs">;
  readonly watch: Pick<RecoveryWatch, "accept" | "pinned">;
  readonly listeners: Set<(progress: RecoveryProgress) => void>;
  /** reads the plan's repositories and lets the watch look at them */
  read(plan: BackupPlan): Promise<void>;
  readonly signal: AbortSignal;
}

export interface OwnDesk extends BackupDesk {
  stop(): Promise<void>;
}

/** What people and programs may ask of the stage; a plan does one thing at a time. */
export function createBackupDesk(deps: DeskDeps): OwnDesk {
  const { works, signal, listeners } = deps;
  const restores = createRestores(works);
  return {
    all: async () => Promise.all([...(works.site().backups?.values() ?? [])].map((plan) => statusOf(deps, plan))),
    async one(key) {
      const plan = works.site().backups?.get(key);
      return plan === undefined ? null : statusOf(deps, plan);
    },
    runNow: async (key) => backUpNow(deps, planOf(works, key)),
    async refresh(key) {
      const plan = planOf(works, key);
      await deps.read(plan);
      return statusOf(deps, plan);
    },
    verify: (key, { place, level, by }) =>
      taken(deps, { plan: planOf(works, key), work: "verify" }, (plan) =>
        verifyCopies(works, plan, { place, level, by: actorOf(by) }),
      ),
    prove: (key, { place, by }) =>
      taken(deps, { plan: planOf(works, key), work: "prove" }, (plan) =>
        proveCopies(works, plan, { place, by: actorOf(by) }),
      ),
    accept: (set, { by, reason }) => acceptChange(works, set, { by: actorOf(by), reason, watch: deps.watch }),
    tidy: (key, { by, isConfirmed }) =>
      taken(deps, { plan: planOf(works, key), work: "retention" }, (plan) =>
        tidyNow(works, plan, {
          by: actorOf(by),
          isConfirmed,
          pinned: (of, place) => deps.watch.pinned(of, place),
        }),
      ),
    outlook: (request) => restores.outlook(known(works, request)),
    restore: (request, by) => restores.begin(known(works, request), actorOf(by)),
    async drill(key, by, wish) {
      const drill = await beginDrill(works, planOf(works, key), {
        by: actorOf(by),
        signal,
        ...(wish === undefined ? {} : { wish }),
      });
      return drill.id;
    },
    drillOutlook: (key, wish) => foreseeDrill(works, planOf(works, key), wish),
    restoreRun: (id) => works.ledger.read.restoreRun(id),
    onProgress(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => restores.stop(),
  };
}

function planOf({ site }: Works, key: string): BackupPlan {
  const plan = site().backups?.get(key);
  if (plan === undefined) throw new KoboshiError("KB1002", { what: key });
  return plan;
}

type Asked = Parameters<Restores["begin"]>[0];

function known(works: Works, request: Asked): Asked {
  planOf(works, request.plan);
  return request;
}

async function statusOf({ works, schedule }: DeskDeps, plan: BackupPlan): Promise<BackupStatus> {
  const { runs, copies, restores } = await keptOf(works, plan.key);
  return {
    plan,
    copies,
    running: runs.filter(({ endedAt }) => endedAt === null),
    runs,
    restores,
    nextAtMs: schedule.nextAtMs(plan.key),
  };
}

interface Turn {
  readonly plan: BackupPlan;
  readonly work: RecoveryWork;
}

/** In the plan's turn; what it comes to is in the ledger. @throws KB8001 while another of its works is under way */
function begin({ works, schedule }: DeskDeps, { plan, work }: Turn, how: () => Promise<void>): Promise<void> {
  const over = schedule.run(work, plan.key, how);
  if (over === null) throw new KoboshiError("KB8001", { plan: plan.key, host: plan.host, holder: work });
  over.catch((thrown: unknown) =>
    works.log.warn("work of a backup ended with a fault", { plan: plan.key, work, error: String(thrown) }),
  );
  return over;
}

const nobody = (): void => undefined;

/** Over for whoever asked when every place is through; the plan's turn lasts until the copies were read again. */
function backUpNow(deps: DeskDeps, plan: BackupPlan): BackupBegun {
  const { works, signal } = deps;
  const set = newSetId(works.clock.nowMs());
  let tell: (runs: Promise<readonly BackupRun[]>) => void = nobody;
  const ended = new Promise<readonly BackupRun[]>((resolve) => (tell = resolve));
  void begin(deps, { plan, work: "backup" }, async () => {
    const runs = backUp(works, plan, { signal, first: set });
    tell(runs);
    await runs;
    await deps.read(plan);
  });
  const over = ended.then((runs) => runs.map((run) => run.set));
  over.catch(() => undefined); // whoever waits is told; that it failed is in the log already
  return { set, over };
}

async function taken<T>(deps: DeskDeps, turn: Turn, how: (plan: BackupPlan) => Promise<T>): Promise<T> {
  let found: { readonly value: T } | null = null;
  await begin(deps, turn, async () => {
    found = { value: await how(turn.plan) };
  });
  if (found === null)
    throw new KoboshiError("KB8001", { plan: turn.plan.key, host: turn.plan.host, holder: turn.work });
  return (found as { readonly value: T }).value;
}

const actors = /^(?:koboshi$|person:|vantage:|token:)/;

function actorOf(by: string): Actor {
  return actors.test(by) ? (by as Actor) : `person:${by}`;
}
