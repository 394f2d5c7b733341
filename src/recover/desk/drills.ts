import path from "node:path";
import { stampNow, elapsedMs, type Timer } from "../../kernel/clock.ts";
import type { Actor } from "../../kernel/event.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { DrillAnswer, DrillRequest } from "../../kernel/ports-recovery.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { ahead } from "../drill/look-ahead.ts";
import type { DrillDeps, DrillMachine, DrillWish, PlaceCopies } from "../drill/ports.ts";
import { runDrill } from "../drill/run-drill.ts";
import { createDrillSmoke } from "../drill/smoke.ts";
import { ownTargets } from "../schedule/work.ts";
import { quarantineOf } from "../verify/quarantine.ts";
import { append, keptOf, type Works } from "./deps.ts";
import { asOf, knownHosts, resolveNames } from "./drill-known.ts";
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
    const deps = depsOf(works, plan, async (run) => {
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
  const { plan, place, target, state, trouble, startedAt, endedAt, seen } = run;
  const seconds = elapsedMs(startedAt, endedAt ?? stampNow(clock)) / 1_000;
  await ledger.transaction(async (tx) => {
    await append(tx, { kind: "drill.started", data: { plan, place, target }, by });
    await append(tx, { kind: "drill.ended", data: { plan, state, seconds, trouble, wipe: seen?.wipe ?? null }, by });
  });
}

/** Which copy a drill would take, and why it must not begin; nothing is written. */
export async function foreseeDrill(works: Works, plan: BackupPlan, wish: DrillRequest): Promise<DrillAnswer> {
  const { signal } = new AbortController();
  const deps = depsOf(works, plan, () => Promise.resolve());
  return ahead(deps, await wishOf(works, plan, { wish, signal }), ({ target, choice, refusals }) =>
    Promise.resolve({ set: choice.record.set, place: choice.place, target, refusals }),
  );
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

/** The rooms of drills on this machine lie in it. @param folder koboshi's own */
export function drillsHere(folder: string): string {
  return path.join(folder, "drills");
}

/** On the disk of a spare host; a drill leaves nothing in it. */
const folderThere = "/var/lib/koboshi-drill";

function depsOf(works: Works, plan: BackupPlan, keep: (run: RestoreRun) => Promise<void>): DrillDeps {
  const { clock, log } = works;
  const site = works.site();
  return {
    site,
    siteId: site.name,
    clock,
    log,
    random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    reach: (target) => reach(works, plan, target),
    folder: (target) => (target === "localhost" ? drillsHere(works.folder) : folderThere),
    copies: (of) => copiesToRehearse(works, of),
    known: (target) => knownHosts(works, plan, target),
    resolve: (names) => resolveNames(works, names),
    repoAt: (of, place) => of.to.find(({ at }) => at === place)?.repo ?? null,
    canWrite: (of, place) => canWrite(of, place),
    guard: (onChange) => watchProduction(works, plan, onChange),
    restore: createDrillRestore(works),
    smoke: createDrillSmoke({
      clock,
      site,
      look: works.look ?? null,
      resolve: (names) => resolveNames(works, names),
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

async function reach({ machines }: Works, plan: BackupPlan, target: string): Promise<Result<DrillMachine, string>> {
  if (target === "localhost") return ok({ workplace: machines.here, close: () => Promise.resolve() });
  try {
    // a host is entered as the one a backup copies from is
    return ok(await machines.of(asOf(plan, target.replace(/^host:/, "")), ""));
  } catch (thrown) {
    if (!(thrown instanceof KoboshiError)) throw thrown;
    return err(String(thrown.facts["why"] ?? thrown.code));
  }
}

const guardEveryMs = 2_000;

/** A check of production that answered when the drill began and is down now ends it: nobody waits to learn whether by chance. */
function watchProduction(works: Works, plan: BackupPlan, onChange: (what: string) => void): () => void {
  const { clock, checks } = works;
  if (checks === undefined) return () => undefined;
  const services = works.site().services;
  const own = (): readonly CheckStatus[] => checks().filter(({ service }) => services.get(service)?.on === plan.host);
  const fine = new Set(own().flatMap(({ id, state }) => (state === "ok" ? [id] : [])));
  let timer: Timer | null = null;
  const look = (): void => {
    const fallen = own().find(({ id, state }) => fine.has(id) && state === "down");
    if (fallen !== undefined) return onChange(fallen.target);
    timer = clock.after(guardEveryMs, look);
  };
  look();
  return () => timer?.cancel();
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
