import path from "node:path";
import { stampNow, elapsedMs } from "../../kernel/clock.ts";
import type { Actor } from "../../kernel/event.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import type { DrillAnswer, DrillRequest } from "../../kernel/ports-recovery.ts";
import { readFacts } from "../drill/facts.ts";
import type { DrillDeps, DrillWish, PlaceCopies } from "../drill/ports.ts";
import { lookAhead, runDrill } from "../drill/run-drill.ts";
import type { Known } from "../drill/safety.ts";
import { ownTargets } from "../schedule/work.ts";
import { quarantineOf } from "../verify/quarantine.ts";
import { append, keptOf, type Works } from "./deps.ts";
import { createDrillRestore } from "./drill-restore.ts";

const whole: DrillRequest = { place: null, sampled: false };

/** @returns the run's id as soon as it has begun; `over` resolves at its end. @throws KB8401 before anything is written */
export async function beginDrill(
  works: Works,
  plan: BackupPlan,
  { by, wish = whole, signal }: { readonly by: Actor; readonly wish?: DrillRequest; readonly signal: AbortSignal },
): Promise<{ readonly id: string; readonly over: Promise<void> }> {
  const asked = await wishOf(works, plan, { wish, signal });
  let over: Promise<void> = Promise.resolve();
  const id = await new Promise<string>((resolve, reject) => {
    const deps = depsOf(works, async (run) => {
      await works.ledger.transaction((tx) => tx.putRestoreRun(run));
      resolve(run.id);
    });
    over = carry(works, { deps, asked, by }).catch((thrown: unknown) => {
      works.log.warn("drill did not run", { plan: plan.key, error: errorText(thrown) });
      reject(thrown instanceof Error ? thrown : new Error(errorText(thrown)));
    });
  });
  return { id, over };
}

async function carry(
  works: Works,
  { deps, asked, by }: { readonly deps: DrillDeps; readonly asked: DrillWish; readonly by: Actor },
): Promise<void> {
  const { ledger, clock } = works;
  const { run } = await runDrill(deps, asked);
  const { plan, place, target, state, trouble, startedAt, endedAt } = run;
  const seconds = elapsedMs(startedAt, endedAt ?? stampNow(clock)) / 1_000;
  await ledger.transaction(async (tx) => {
    await append(tx, { kind: "drill.started", data: { plan, place, target }, by });
    await append(tx, { kind: "drill.ended", data: { plan, state, seconds, trouble }, by });
  });
}

/** Which copy a drill would take, and why it must not begin; nothing is written. */
export async function foreseeDrill(works: Works, plan: BackupPlan, wish: DrillRequest): Promise<DrillAnswer> {
  const { signal } = new AbortController();
  const deps = depsOf(works, () => Promise.resolve());
  const { target, choice, refusals } = await lookAhead(deps, await wishOf(works, plan, { wish, signal }));
  return { set: choice.record.set, place: choice.place, target, refusals };
}

async function wishOf(
  works: Works,
  plan: BackupPlan,
  { wish, signal }: { readonly wish: DrillRequest; readonly signal: AbortSignal },
): Promise<DrillWish> {
  const { restores } = await keptOf(works, plan.key);
  const before = restores.filter(({ kind }) => kind === "drill").length;
  return { plan, ...wish, before, alarmAtMonotonicMs: null, survivors: [], signal };
}

function depsOf(works: Works, keep: (run: RestoreRun) => Promise<void>): DrillDeps {
  const { clock, log, machines } = works;
  const site = works.site();
  return {
    site,
    siteId: site.name,
    clock,
    log,
    random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    workplaceFor(target) {
      if (target === "localhost") return machines.here;
      throw new KoboshiError("KB8020", { plan: target, place: target, why: "localhost" });
    },
    folder: path.join(works.folder, "drills"),
    copies: (plan) => copiesToRehearse(works, plan),
    known: () => knownHosts(works),
    canWrite: (plan, place) => canWrite(plan, place),
    folders: () => Promise.resolve([]),
    guard: () => () => undefined,
    restore: createDrillRestore(works),
    // the application is started by a person: the drill counts it as a step by hand
    smoke: ({ plan }) =>
      Promise.resolve({
        bytes: 0,
        files: 0,
        manualSteps: plan.drill?.bootCheck === null || plan.drill === null ? 0 : 1,
        trouble: null,
      }),
    base: null,
    keep,
    onPhase: (run, phase) =>
      works.say({
        id: run.id,
        what: "drill",
        plan: run.plan,
        phase,
        doneBytes: 0,
        totalBytes: null,
        bytesPerSecond: null,
        leftSeconds: null,
        at: stampNow(clock),
      }),
  };
}

/** A set that a verification found broken is not rehearsed: nobody would restore it, and its time would prove nothing. */
async function copiesToRehearse(works: Works, plan: BackupPlan): Promise<readonly PlaceCopies[]> {
  const { copies } = await keptOf(works, plan.key);
  const own = new Set(ownTargets(plan).map(({ at }) => at));
  return copies
    .filter(({ place }) => own.has(place))
    .map(({ place, sets, verified }) => {
      const records = sets.filter((record) => quarantineOf(verified, record) === null);
      return { place, records, quarantined: sets.length - records.length };
    });
}

/** A credential of its own for reading cannot write, as far as the file says; the writer's can. */
function canWrite(plan: BackupPlan, place: string): Promise<boolean | null> {
  const target = plan.to.find(({ at }) => at === place);
  return Promise.resolve(target === undefined ? null : target.reader === null);
}

/** @throws KoboshiError KB8020 for a host that cannot be looked at: what is not known cannot be told from the drill's target */
async function knownHosts(works: Works): Promise<readonly Known[]> {
  const found: Known[] = [];
  for (const plan of works.site().backups?.values() ?? []) {
    if (found.some(({ host }) => host === plan.host)) continue;
    const machine = await works.machines.of(plan, plan.to[0]?.at ?? "");
    if (machine.workplace === works.machines.here) continue;
    try {
      found.push({ host: plan.host, ...(await readFacts(machine.workplace)) });
    } finally {
      await machine.close();
    }
  }
  return found;
}
