import { randomId } from "../../kernel/ids.ts";
import { stampNow } from "../../kernel/clock.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { chooseCopy, sampleFolders, type Choice } from "./choose.ts";
import { estimate, type Estimate, type UnitTime } from "./estimate.ts";
import { readFacts } from "./facts.ts";
import type { DrillDeps, DrillWish, PlaceCopies, Worked } from "./ports.ts";
import { planNames, productionNames } from "./production.ts";
import { openRoom, type Blocked, type Room, type Wipe } from "./room.ts";
import { credentialSafe, declaredSafe, machineSafe, roomSafe, type DrillTarget, type Refusal } from "./safety.ts";
import { createStopwatch, type Stopwatch } from "./stopwatch.ts";

/** What a drill would do, and why it must not. */
export interface DrillOutlook {
  readonly target: string;
  readonly choice: Choice;
  readonly refusals: readonly Refusal[];
}

/** One rehearsal and what was seen beside its times. */
export interface DrillReport {
  readonly run: RestoreRun;
  readonly why: Choice["why"];
  /** what the restored system tried to reach */
  readonly blocked: readonly Blocked[];
  readonly mails: number;
  readonly wipe: Wipe | null;
  /** seconds of fetch, load and verify at full size; null: nothing was measured */
  readonly full: Estimate | null;
}

type Trouble = NonNullable<RestoreRun["trouble"]>;

/** The machine a plan's drill runs on: the host the file names, or an isolated place on this machine. */
export function drillTarget({ plan }: Pick<DrillWish, "plan">): DrillTarget {
  const host = plan.drill?.host ?? "localhost";
  return { name: host === "localhost" ? host : `host:${host}`, plan };
}

/**
 * Chooses the copy and asks every rule that can be asked without writing: first of the file, then of the machine.
 * @throws KoboshiError KB8402 when no place has a committed set, or all that there are are in quarantine
 */
export async function lookAhead(deps: DrillDeps, wish: DrillWish): Promise<DrillOutlook> {
  const target = drillTarget(wish);
  const copies = await deps.copies(wish.plan);
  const choice = chooseCopy(copies, { ...wish, random: deps.random });
  if (choice === null) throw nothingToTake(wish, copies);
  const declared = declaredSafe(deps.site, target);
  if (declared.length > 0) return { target: target.name, choice, refusals: declared };
  const known = await deps.known();
  const rules = { site: deps.site, siteId: deps.siteId, target, known };
  const earlier = known.find(({ host }) => `host:${host}` === target.name);
  const before = earlier === undefined ? [] : machineSafe(rules, earlier).filter(({ unknown }) => !unknown);
  const credential = credentialSafe(await deps.canWrite(wish.plan, choice.place), choice.place);
  if (before.length + credential.length > 0)
    return { target: target.name, choice, refusals: [...before, ...credential] };
  const facts = await readFacts(deps.workplaceFor(target.name));
  return { target: target.name, choice, refusals: machineSafe(rules, facts) };
}

function nothingToTake({ plan, place }: DrillWish, copies: readonly PlaceCopies[]): KoboshiError {
  const asked = copies.filter((one) => place === null || one.place === place);
  const quarantined = asked.reduce((sum, one) => sum + one.quarantined, 0);
  return new KoboshiError("KB8402", { plan: plan.key, quarantined, ...(place === null ? {} : { place }) });
}

function refuse(target: string, refusals: readonly Refusal[]): void {
  const first = refusals[0];
  if (first === undefined) return;
  const all = refusals.map(({ code }) => code).join(" ");
  throw new KoboshiError("KB8401", { target, reason: first.code, seen: first.seen, known: first.unknown ? 0 : 1, all });
}

/**
 * Rehearses one recovery from the decision to the answering service and wipes what it restored.
 * @throws KoboshiError KB8401 when the target could be production, before anything is written; KB8402 without a copy
 */
export async function runDrill(deps: DrillDeps, wish: DrillWish): Promise<DrillReport> {
  const id = randomId();
  const startedAt = stampNow(deps.clock);
  const base = { id, kind: "drill", plan: wish.plan.key, scope: wish.sampled ? "sampled" : "full", startedAt } as const;
  let run: RestoreRun | null = null;
  const watch = createStopwatch(deps.clock, (phase) => {
    if (run !== null) deps.onPhase(run, phase);
  });
  const waitedMs = wish.alarmAtMonotonicMs === null ? 0 : deps.clock.monotonicMs() - wish.alarmAtMonotonicMs;
  const outlook = await lookAhead(deps, wish);
  refuse(outlook.target, outlook.refusals);
  const seconds = Math.max(0, waitedMs + deps.clock.monotonicMs() - startedAt.monotonicMs) / 1000;
  watch.add([{ phase: "decide", seconds, bytes: 0, files: 0, manualSteps: 0 }]);
  const { choice, target } = outlook;
  run = {
    ...base,
    place: choice.place,
    set: choice.record.set,
    target,
    folder: deps.folder,
    state: "running",
    endedAt: null,
    phases: watch.phases(),
    lostSeconds: null,
    trouble: null,
  };
  await deps.keep(run);
  const done = await rehearse({ deps, wish, choice, run, watch, on: deps.workplaceFor(target) });
  const ended: RestoreRun = {
    ...run,
    folder: done.root ?? run.folder,
    state: wish.signal.aborted ? "interrupted" : done.trouble === null ? "done" : "failed",
    endedAt: stampNow(deps.clock),
    phases: watch.phases(),
    lostSeconds: done.newestAtMs === null ? null : Math.max(0, (startedAt.atMs - done.newestAtMs) / 1000),
    trouble: done.trouble,
  };
  await deps.keep(ended);
  const { bytes, files } = choice.record.totals;
  const full = estimate(done.units, { units: Math.max(1, done.units.length), bytes, files }, deps.random);
  return { run: ended, why: choice.why, ...done.seen, wipe: done.wipe, full };
}

interface Rehearsal {
  readonly deps: DrillDeps;
  readonly wish: DrillWish;
  readonly choice: Choice;
  readonly run: RestoreRun;
  readonly watch: Stopwatch;
  /** the machine the room is on */
  readonly on: Workplace;
}

interface Rehearsed {
  readonly root: string | null;
  readonly trouble: Trouble | null;
  readonly newestAtMs: number | null;
  readonly units: readonly UnitTime[];
  readonly seen: { readonly blocked: readonly Blocked[]; readonly mails: number };
  readonly wipe: Wipe | null;
}

/** In the room, which is wiped whatever happens. */
async function rehearse(work: Rehearsal): Promise<Rehearsed> {
  const { deps, run, watch, on } = work;
  const names = productionNames(deps.site);
  const nothing = { root: null, newestAtMs: null, units: [], seen: { blocked: [], mails: 0 }, wipe: null };
  const opened = await watch.time("provision", async () => {
    const room = await openRoom({ id: run.id, on, folder: deps.folder, names, clock: deps.clock });
    return { room, bytes: 0, files: 0, manualSteps: 0 };
  });
  if (!opened.room.ok) return { ...nothing, trouble: { code: "room", text: opened.room.error } };
  const room = opened.room.value;
  const production = new AbortController();
  const stopGuard = deps.guard((what) => production.abort(new ProductionTouched(what)));
  const signal = AbortSignal.any([work.wish.signal, production.signal]);
  let steps: Steps = { trouble: null, newestAtMs: null, units: [] };
  try {
    const refusals = roomSafe(await room.facts(names), run.id);
    const first = refusals[0];
    steps =
      first === undefined
        ? await goThrough(work, room, signal)
        : { ...steps, trouble: { code: `refused-${first.code}`, text: first.seen } };
  } catch (thrown) {
    steps = { ...steps, trouble: { code: "failed", text: errorText(thrown).slice(0, 400) } };
  }
  stopGuard();
  const touched: unknown = production.signal.reason;
  if (touched instanceof ProductionTouched)
    steps = { ...steps, trouble: { code: "production", text: touched.message } };
  const seen = await room.tried();
  const wipe = await room.close();
  const trouble = steps.trouble ?? (wipe.clean ? null : { code: "wipe", text: room.root });
  deps.log.info("drill wiped", { drill: run.id, files: wipe.files, bytes: wipe.bytes, clean: wipe.clean });
  return { ...steps, root: room.root, seen, wipe, trouble };
}

class ProductionTouched extends Error {}

interface Steps {
  readonly trouble: Trouble | null;
  readonly newestAtMs: number | null;
  readonly units: readonly UnitTime[];
}

/** base → fetch, load, verify → switch → smoke; ends at the first trouble. */
async function goThrough(
  { deps, wish, choice, watch, run, on }: Rehearsal,
  room: Room,
  signal: AbortSignal,
): Promise<Steps> {
  const { plan } = wish;
  const { inside, root } = room;
  let steps: Steps = { trouble: null, newestAtMs: null, units: [] };
  const gone = (): Trouble | null => (signal.aborted ? { code: "interrupted", text: String(signal.reason) } : null);
  const keep = (): Promise<void> => deps.keep({ ...run, folder: root, phases: watch.phases() });
  const stop = (worked: Pick<Worked, "trouble">): boolean => {
    steps = { ...steps, trouble: worked.trouble ?? gone() };
    return steps.trouble !== null;
  };

  const { base } = deps;
  if (base !== null && stop(await watch.time("base", () => base({ plan, record: choice.record, outside: on, root }))))
    return steps;
  await keep();
  const only = wish.sampled ? await sampleOf(deps, choice, plan.databases) : [];
  const copy = await deps.restore({
    plan,
    record: choice.record,
    place: choice.place,
    outside: on,
    inside,
    root,
    only,
    signal,
    onPhase: (phase) => deps.onPhase(run, phase),
  });
  watch.add(copy.phases);
  steps = { ...steps, newestAtMs: copy.newestRecordAtMs, units: copy.units };
  await keep();
  if (stop(copy)) return steps;
  await watch.time("switch", async () => {
    await room.switchTo(planNames(deps.site, plan));
    return null;
  });
  const answered = await watch.time("smoke", () => deps.smoke({ plan, inside, root, signal }));
  stop(answered.trouble === null ? answered : { trouble: { code: "smoke", text: answered.trouble.text } });
  return steps;
}

/** Databases whole, folders by lot. */
async function sampleOf(
  deps: DrillDeps,
  { record, place }: Choice,
  databases: DrillWish["plan"]["databases"],
): Promise<readonly string[]> {
  const folders = await deps.folders(record, place);
  if (folders.length === 0) return [];
  return [...databases.map(({ engine, name }) => `db:${engine}/${name}`), ...sampleFolders(folders, deps.random)];
}
