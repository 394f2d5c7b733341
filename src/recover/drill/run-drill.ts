import { randomId } from "../../kernel/ids.ts";
import { stampNow } from "../../kernel/clock.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { DrillSeen, RestoreRun } from "../../kernel/model/recovery.ts";
import type { Workplace } from "../workplace/workplace.ts";
import type { Choice } from "./choose.ts";
import { sampleOf } from "./full-size.ts";
import { ahead, type DrillOutlook } from "./look-ahead.ts";
import type { DrillDeps, DrillMachine, DrillWish, SampleTaken, Smoked, Worked } from "./ports.ts";
import { planNames, productionNames } from "./production.ts";
import type { Refusal } from "./refusal.ts";
import { sweepFolder } from "./room-wipe.ts";
import { openRoom, type Room } from "./room.ts";
import { roomSafe } from "./safety.ts";
import { createStopwatch, type Stopwatch } from "./stopwatch.ts";

/** One rehearsal. */
export interface DrillReport {
  readonly run: RestoreRun;
  readonly why: Choice["why"];
  readonly seen: DrillSeen;
}

type Trouble = NonNullable<RestoreRun["trouble"]>;

/** All that speaks against it goes with the refusal: whoever mends one reason alone would be refused again. */
function refuse(target: string, refusals: readonly Refusal[]): void {
  if (refusals.length === 0) return;
  throw new KoboshiError("KB8401", { target, count: refusals.length, reasons: JSON.stringify(refusals) });
}

/**
 * Rehearses one recovery from the decision to the answering service and wipes what it restored.
 * @throws KoboshiError KB8401 when the target could be production, before anything is written; KB8402 without a copy
 */
export function runDrill(deps: DrillDeps, wish: DrillWish): Promise<DrillReport> {
  const startedAt = stampNow(deps.clock);
  return ahead(deps, wish, async (outlook, machine) => {
    refuse(outlook.target, outlook.refusals);
    if (machine === null) throw new Error("a drill without reasons against it has its machine");
    return carriedOut(deps, wish, { outlook, machine, startedAt });
  });
}

interface Begun {
  readonly outlook: DrillOutlook;
  readonly machine: DrillMachine;
  readonly startedAt: RestoreRun["startedAt"];
}

async function carriedOut(
  deps: DrillDeps,
  wish: DrillWish,
  { outlook, machine, startedAt }: Begun,
): Promise<DrillReport> {
  const { clock } = deps;
  const { choice, target } = outlook;
  const waitedMs = wish.alarmAtMonotonicMs === null ? 0 : startedAt.monotonicMs - wish.alarmAtMonotonicMs;
  const seconds = Math.max(0, waitedMs + clock.monotonicMs() - startedAt.monotonicMs) / 1000;
  const decide = { phase: "decide", seconds, bytes: 0, files: 0, manualSteps: 0 } as const;
  const run: RestoreRun = {
    id: randomId(),
    kind: "drill",
    plan: wish.plan.key,
    place: choice.place,
    set: choice.record.set,
    target,
    folder: deps.folder(target),
    scope: wish.sampled ? "sampled" : "full",
    state: "running",
    startedAt,
    endedAt: null,
    phases: [decide],
    lostSeconds: null,
    trouble: null,
  };
  const watch = createStopwatch(clock, (phase) => deps.onPhase(run, phase));
  watch.add([decide]);
  await deps.keep(run);
  const { machineId } = outlook;
  const done = await rehearse({ deps, wish, choice, run, watch, on: machine.workplace, machineId });
  const sample = done.sample === null ? null : sampleOf(done.sample, watch.phases(), deps.random);
  const ended: RestoreRun = {
    ...run,
    // whoever asked for a part and got all of it has rehearsed the whole
    scope: sample !== null && sample.allBecause !== null ? "full" : run.scope,
    folder: done.root ?? run.folder,
    state: wish.signal.aborted ? "interrupted" : done.trouble === null ? "done" : "failed",
    endedAt: stampNow(clock),
    phases: watch.phases(),
    lostSeconds: done.newestAtMs === null ? null : Math.max(0, (startedAt.atMs - done.newestAtMs) / 1000),
    trouble: done.trouble,
    seen: done.seen,
    ...(sample === null ? {} : { sample }),
  };
  await deps.keep(ended);
  return { run: ended, why: choice.why, seen: done.seen };
}

interface Rehearsal {
  readonly deps: DrillDeps;
  readonly wish: DrillWish;
  readonly choice: Choice;
  readonly run: RestoreRun;
  readonly watch: Stopwatch;
  /** the machine the room is on */
  readonly on: Workplace;
  readonly machineId: string | null;
}

interface Rehearsed {
  readonly root: string | null;
  readonly trouble: Trouble | null;
  readonly newestAtMs: number | null;
  /** null: everything was to be restored, or it did not come so far */
  readonly sample: SampleTaken | null;
  readonly seen: DrillSeen;
}

const mostBlocked = 50;
const unseen: DrillSeen = { started: [], checks: [], blocked: [], mails: 0, wipe: null };

/** In the room, which is wiped whatever happens. */
async function rehearse(work: Rehearsal): Promise<Rehearsed> {
  const { deps, run, on } = work;
  const names = productionNames(deps.site);
  const opened = await makeRoom(work, names);
  if (!opened.ok) {
    const trouble = { code: "room", text: opened.error };
    return { root: null, newestAtMs: null, sample: null, seen: unseen, trouble };
  }
  const room = opened.value;
  const production = new AbortController();
  const stopGuard = deps.guard((what) => production.abort(new ProductionTouched(what)));
  const signal = AbortSignal.any([work.wish.signal, production.signal]);
  let steps: Steps = { trouble: null, newestAtMs: null, sample: null, smoked: null };
  try {
    const [first] = roomSafe(await room.facts(names), run.id);
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
  const { blocked, mails } = await room.tried();
  const wipe = await room.close();
  const { started, checks } = steps.smoked ?? unseen;
  const seen = { started, checks, blocked: blocked.slice(0, mostBlocked), mails, wipe };
  const trouble = steps.trouble ?? (wipe.clean ? null : { code: "wipe", text: room.root });
  deps.log.info("drill wiped", { drill: run.id, on: on.name, files: wipe.files, bytes: wipe.bytes, clean: wipe.clean });
  const { newestAtMs, sample } = steps;
  return { root: room.root, newestAtMs, sample, trouble, seen };
}

async function makeRoom(
  { deps, run, watch, on, machineId }: Rehearsal,
  names: readonly string[],
): ReturnType<typeof openRoom> {
  const folder = deps.folder(run.target);
  const made = await watch.time("provision", async () => {
    const swept = await sweepFolder(on, folder);
    for (const one of swept) deps.log.warn("a drill had left something behind", { on: on.name, folder: one });
    const judged = run.target === "localhost" ? null : machineId;
    const room = await openRoom({ id: run.id, on, machineId: judged, folder, names, clock: deps.clock });
    return { room, bytes: 0, files: 0, manualSteps: 0 };
  });
  return made.room;
}

class ProductionTouched extends Error {}

interface Steps {
  readonly trouble: Trouble | null;
  readonly newestAtMs: number | null;
  /** null: everything was to be restored, or it did not come so far */
  readonly sample: SampleTaken | null;
  /** null: it did not come so far */
  readonly smoked: Smoked | null;
}

/** base → fetch, load, verify → switch → smoke; ends at the first trouble. */
async function goThrough(
  { deps, wish, choice, watch, run, on }: Rehearsal,
  room: Room,
  signal: AbortSignal,
): Promise<Steps> {
  const { plan } = wish;
  const { inside, root, scratch } = room;
  const isSpareHost = run.target !== "localhost";
  let steps: Steps = { trouble: null, newestAtMs: null, sample: null, smoked: null };
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
  const copy = await deps.restore({
    plan,
    record: choice.record,
    place: choice.place,
    outside: on,
    inside,
    root,
    scratch,
    isSpareHost,
    sampleBy: wish.sampled ? deps.random : null,
    signal,
    onPhase: (phase) => deps.onPhase(run, phase),
  });
  watch.add(copy.phases);
  steps = { ...steps, newestAtMs: copy.newestRecordAtMs, sample: copy.sample };
  await keep();
  if (stop(copy)) return steps;
  await watch.time("switch", async () => {
    await room.switchTo(planNames(deps.site, plan));
    return null;
  });
  const smoked = await watch.time("smoke", () => deps.smoke({ plan, room, isSpareHost, signal }));
  steps = { ...steps, smoked };
  stop(smoked);
  return steps;
}
