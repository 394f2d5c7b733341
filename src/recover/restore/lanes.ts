import type { FetchEnd } from "./fetch-files.ts";
import type { RestoreTrouble } from "./ports.ts";
import { restoreUnit, type Done, type UnitWanted } from "./restore-unit.ts";
import type { StreamEnd } from "./stream.ts";
import type { Unit } from "./units.ts";

/** How one unit ended. */
export interface Finished {
  readonly isDone: boolean;
  readonly seconds: { readonly fetchSeconds: number; readonly loadSeconds: number; readonly verifySeconds: number };
}

export type LanesWanted = Omit<UnitWanted, "signal" | "downBitsPerSecond" | "oneByOne"> & {
  onUnit(unit: Unit, finished: Finished): Promise<void>;
};

export interface LanesDone {
  /** of units that did not come back; the others did */
  readonly troubles: readonly RestoreTrouble[];
  /** why everything ended early, to be gone on with; null: it did not */
  readonly stopped: { readonly code: string; readonly text: string } | null;
  /** files whose sums were compared */
  readonly compared: number;
  readonly rows: number;
  /** values of text columns that were read again */
  readonly texts: number;
}

/** After these the other units would end the same way. */
const ofEveryUnit: ReadonlySet<RestoreTrouble["code"]> = new Set(["no-space", "repository"]);
const noSeconds = { fetchSeconds: 0, loadSeconds: 0, verifySeconds: 0 };

/** While one unit's files are compared and put into place, and while the next restic starts, the link belongs to another. */
const fileLanes = 2;

/**
 * Files come two units at a time, and beside them the databases, whose loading leaves the link idle. Where the link is
 * limited, who has more to fetch gets more of it, so that both end together. A unit that fails by itself does not keep
 * the others from coming back.
 */
export async function runLanes(wanted: LanesWanted, units: readonly Unit[]): Promise<LanesDone> {
  const state: LanesState = {
    troubles: [],
    stopped: null,
    compared: 0,
    rows: 0,
    texts: 0,
    ending: new AbortController(),
    oneByOne: createQueue(),
  };
  const { downBitsPerSecond } = wanted.task;
  const servers = units.filter(isServer);
  const others = units.filter((unit) => !isServer(unit));
  const [files, sqlite] = [
    others.filter(({ kind }) => kind === "files"),
    others.filter(({ kind }) => kind !== "files"),
  ];
  const run = (queue: Unit[], of: readonly Unit[]): Promise<void> => {
    const share = downBitsPerSecond === null ? null : downBitsPerSecond * shareOf(of, units);
    return runLane({ wanted, state, downBitsPerSecond: share }, queue).catch((fault: unknown) => {
      // a fault of ours in one lane ends the others, too, before it is told
      state.ending.abort();
      throw fault;
    });
  };
  const fileQueue = [...files];
  const ended = await Promise.allSettled([
    run([...servers], servers),
    // an SQLite file may lie in a folder that comes back as a whole: then it goes in after
    Promise.all(Array.from({ length: downBitsPerSecond === null ? fileLanes : 1 }, () => run(fileQueue, others))).then(
      () => run([...sqlite], others),
    ),
  ]);
  for (const each of ended) if (each.status === "rejected") throw each.reason;
  const { troubles, stopped, compared, rows, texts } = state;
  return { troubles, stopped, compared, rows, texts };
}

/** Of the bytes of all. */
function shareOf(units: readonly Unit[], all: readonly Unit[]): number {
  return weightOf(units) / Math.max(1, weightOf(all));
}

/** What has no bytes must be fetched, too. */
function weightOf(units: readonly Unit[]): number {
  return units.reduce((sum, { bytes }) => sum + bytes + 1, 0);
}

/** Does one thing after the other, in the order in which they came. */
function createQueue(): UnitWanted["oneByOne"] {
  let last: Promise<unknown> = Promise.resolve();
  return (how) => {
    const next = last.then(how);
    last = next.catch(() => undefined); // told to whoever asked for it
    return next;
  };
}

interface LanesState {
  readonly troubles: RestoreTrouble[];
  stopped: LanesDone["stopped"];
  compared: number;
  rows: number;
  texts: number;
  readonly ending: AbortController;
  readonly oneByOne: UnitWanted["oneByOne"];
}

interface Lane {
  readonly wanted: LanesWanted;
  readonly state: LanesState;
  readonly downBitsPerSecond: number | null;
}

/** Takes units from a queue, which other lanes may share, until none is left. */
async function runLane({ wanted, state, downBitsPerSecond }: Lane, queue: Unit[]): Promise<void> {
  const { task, progress, onUnit } = wanted;
  const signal = AbortSignal.any([task.signal, state.ending.signal]);
  for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
    if (state.ending.signal.aborted) return;
    const ended = await restoreUnit(unit, { ...wanted, signal, downBitsPerSecond, oneByOne: state.oneByOne });
    if (ended.ok) {
      state.compared += ended.value.compared ?? 0;
      state.rows += ended.value.rows ?? 0;
      state.texts += ended.value.texts ?? 0;
      progress.done(unit);
      await onUnit(unit, { isDone: true, seconds: secondsOf(unit, ended.value) });
      continue;
    }
    // the other lane's trouble ended this one
    if (state.ending.signal.aborted && !task.signal.aborted) return;
    await onUnit(unit, { isDone: false, seconds: noSeconds });
    if ("again" in ended.error) {
      state.stopped ??= stopOf(ended.error.again, task.signal);
      state.ending.abort();
    } else {
      state.troubles.push(ended.error);
      if (ofEveryUnit.has(ended.error.code)) state.ending.abort();
    }
  }
}

function isServer({ kind, label }: Unit): boolean {
  return kind === "database" && !label.startsWith("sqlite/");
}

function stopOf(end: FetchEnd | StreamEnd, signal: AbortSignal): { readonly code: string; readonly text: string } {
  if (signal.aborted || end === "stopped") return { code: "stopped", text: "" };
  return { code: "unreachable", text: typeof end === "object" && "text" in end ? end.text : "" };
}

function secondsOf(unit: Unit, { fetchSeconds, verifySeconds }: Done): Finished["seconds"] {
  if (unit.kind === "files") return { fetchSeconds, loadSeconds: 0, verifySeconds };
  return { fetchSeconds: 0, loadSeconds: fetchSeconds, verifySeconds };
}
