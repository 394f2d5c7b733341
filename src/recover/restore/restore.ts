import { stampNow, type Stamp } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { PhaseTime, RestoreRun } from "../../kernel/model/recovery.ts";
import { epochMs } from "../sets/moment.ts";
import { runLanes, type Finished } from "./lanes.ts";
import type { RestoreDeps, RestorePace, RestoreResult, RestoreTask, UnitReport } from "./ports.ts";
import { fits, pathsOf, prepare, type Prepared } from "./prepare.ts";
import { createProgress } from "./progress.ts";
import { linkScript } from "./scripts.ts";
import { createPlanner, type Unit } from "./units.ts";

const usualPace: RestorePace = {
  unitBytes: 2_147_483_648,
  pieces: 4,
  stallMs: 120_000,
  retryMs: [5_000, 15_000, 45_000],
};

/** Well below what every xargs takes at once. */
const mostChars = 30_000;

export interface Restorer {
  /** What it would do; changes nothing. @throws KB8303, KB8307, KB8310 */
  look(task: RestoreTask): Promise<Prepared>;
  /** Does it, resuming what an earlier try left. @throws KB8301, KB8304, KB8306 before anything is changed */
  run(task: RestoreTask): Promise<RestoreResult>;
}

export function createRestorer(deps: RestoreDeps): Restorer {
  const pace = { ...usualPace, ...deps.pace };
  const planning = { ...pace, plan: createPlanner() };
  return {
    look: (task) => prepare(task, planning),
    async run(task) {
      // refused while nothing at all was written, the lock included
      const { target } = agreed(task, await prepare(task, planning));
      const lock = await target.lock(`${task.plan} ${task.record.set} ${task.id}`);
      try {
        // what is there may have changed until the lock was ours
        return await restore(deps, { task, pace, prepared: agreed(task, await prepare(task, planning)) });
      } finally {
        await lock.release();
      }
    },
  };
}

function agreed(task: RestoreTask, prepared: Prepared): Prepared {
  const { inTheWay, space } = prepared;
  const { folder, confirm, confirmName } = task;
  if (inTheWay.length > 0 && confirm !== confirmName) {
    const named = `${inTheWay.slice(0, 3).join(", ")}${inTheWay.length > 3 ? " …" : ""}`;
    throw new KoboshiError("KB8301", { what: named, count: inTheWay.length, name: confirmName });
  }
  if (space !== null && !fits(space)) {
    const { neededBytes, freeBytes, neededInodes, freeInodes } = space;
    const facts = { folder, base: space.base, neededBytes, freeBytes, neededInodes, freeInodes: freeInodes ?? -1 };
    throw new KoboshiError("KB8306", facts);
  }
  return prepared;
}

interface Running {
  readonly task: RestoreTask;
  readonly pace: RestorePace;
  readonly prepared: Prepared;
}

async function restore(deps: RestoreDeps, { task, pace, prepared }: Running): Promise<RestoreResult> {
  const { clock } = deps;
  const startedAt = stampNow(clock);
  const units = prepared.units.filter(({ id }) => !prepared.done.has(id));
  const progress = createProgress(clock, task, { units, tell: deps.onProgress });
  const reports: UnitReport[] = prepared.units
    .filter(({ id }) => prepared.done.has(id))
    .map((unit) => ({ ...reportOf(unit), state: "skipped" }));
  const begun = runOf(task, startedAt);
  await deps.keep(begun);
  const phases = createPhases();
  const onUnit = async (unit: Unit, finished: Finished): Promise<void> => {
    reports.push({ ...reportOf(unit), ...finished.seconds, state: finished.isDone ? "done" : "failed" });
    if (finished.isDone) phases.add(unit, finished);
    await deps.keep({ ...begun, phases: phases.all() });
  };
  const before = task.id
    .toLowerCase()
    .replaceAll(/[^0-9a-z]/g, "")
    .slice(-12);
  const lanes = await runLanes({ clock, task, pace, prepared, progress, before, onUnit }, units);
  const isWhole = lanes.troubles.length === 0 && lanes.stopped === null;
  if (isWhole) {
    for (const pairs of batched(linksAcross(prepared.units))) await prepared.target.each(linkScript, pairs);
    await prepared.target.finish();
  }
  const [first] = lanes.troubles;
  const trouble =
    lanes.stopped ?? (first === undefined ? null : { code: first.code, text: `${first.of}: ${first.text}` });
  const run: RestoreRun = {
    ...begun,
    state: lanes.stopped === null ? (isWhole ? "done" : "failed") : "interrupted",
    endedAt: stampNow(clock),
    phases: phases.all(),
    trouble,
  };
  await deps.keep(run);
  const live = isWhole ? liveFiles(prepared.units) : 0;
  const compared = { files: lanes.compared, rows: lanes.rows, texts: lanes.texts, live };
  const movedTo = prepared.inTheWay.length === 0 ? null : `${task.folder.replace(/\/$/, "")}/.koboshi-before-${before}`;
  return { run, units: reports, troubles: lanes.troubles, movedTo, compared };
}

function reportOf(unit: Unit): Omit<UnitReport, "state"> {
  const { kind, label, bytes, files } = unit;
  return { kind, label, bytes, files, fetchSeconds: 0, loadSeconds: 0, verifySeconds: 0 };
}

function runOf(task: RestoreTask, startedAt: Stamp): RestoreRun {
  const { id, kind, plan, place, record, folder, only, loading } = task;
  const newest = record.tables
    .flatMap(({ newest: text }) => (text === null ? [] : [epochMs(text)]))
    .filter(Number.isFinite);
  const dataAtMs = newest.length > 0 ? Math.max(...newest) : epochMs(record.snapshotAt);
  return {
    id,
    kind,
    plan,
    place,
    set: record.set,
    target: loading.name,
    folder,
    scope: only.length === 0 ? "full" : "part",
    state: "running",
    startedAt,
    endedAt: null,
    phases: [],
    lostSeconds: Number.isFinite(dataAtMs) ? Math.max(0, Math.round((startedAt.atMs - dataAtMs) / 1_000)) : null,
    trouble: null,
  };
}

/** Seconds of work in each phase; files and databases run beside each other, so they may add up to more than the clock. */
function createPhases(): { add(unit: Unit, finished: Finished): void; all(): readonly PhaseTime[] } {
  const sums = new Map<PhaseTime["phase"], { seconds: number; bytes: number; files: number }>();
  const add = (phase: PhaseTime["phase"], seconds: number, { bytes, files }: Unit): void => {
    const sum = sums.get(phase) ?? { seconds: 0, bytes: 0, files: 0 };
    sums.set(phase, { seconds: sum.seconds + seconds, bytes: sum.bytes + bytes, files: sum.files + files });
  };
  return {
    add(unit, { seconds }) {
      add(
        unit.kind === "files" ? "fetch" : "load",
        unit.kind === "files" ? seconds.fetchSeconds : seconds.loadSeconds,
        unit,
      );
      add("verify", seconds.verifySeconds, unit);
    },
    all: () =>
      (["fetch", "load", "verify"] as const).flatMap((phase) => {
        const sum = sums.get(phase);
        return sum === undefined ? [] : [{ phase, ...sum, manualSteps: 0 }];
      }),
  };
}

/** Words of one command line each: xargs would begin another one between the two names of a pair. */
function batched(paths: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let chars = mostChars;
  for (let at = 0; at + 1 < paths.length; at += 2) {
    const pair = paths.slice(at, at + 2);
    const length = pair.join("").length;
    if (chars + length > mostChars) {
      batches.push([]);
      chars = 0;
    }
    batches.at(-1)?.push(...pair);
    chars += length;
  }
  return batches;
}

function liveFiles(units: readonly Unit[]): number {
  const entries = units.flatMap((unit) => (unit.kind === "files" ? (unit.entries ?? []) : []));
  return entries.filter(({ isLive, type }) => isLive && type === "file").length;
}

/** Pairs of names that are one file and came back in different units. */
function linksAcross(units: readonly Unit[]): readonly string[] {
  const first = new Map<string, { readonly path: string; readonly unit: string }>();
  return units.flatMap((unit) => {
    if (unit.kind !== "files" || unit.entries === null || pathsOf(unit).length === 0) return [];
    return unit.entries.flatMap(({ linkGroup, path }) => {
      if (linkGroup === null) return [];
      const known = first.get(linkGroup);
      if (known === undefined) first.set(linkGroup, { path, unit: unit.id });
      return known === undefined || known.unit === unit.id ? [] : [known.path, path];
    });
  });
}
