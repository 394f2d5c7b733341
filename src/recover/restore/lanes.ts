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

export type LanesWanted = Omit<UnitWanted, "signal" | "downBitsPerSecond"> & {
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
}

/** After these the other units would end the same way. */
const ofEveryUnit: ReadonlySet<RestoreTrouble["code"]> = new Set(["no-space", "repository"]);
const noSeconds = { fetchSeconds: 0, loadSeconds: 0, verifySeconds: 0 };

/**
 * Files come one after the other, and beside them the databases, whose loading leaves the link idle. A unit that fails by
 * itself does not keep the others from coming back.
 */
export async function runLanes(wanted: LanesWanted, units: readonly Unit[]): Promise<LanesDone> {
  const { task } = wanted;
  const databases = units.filter(isServer);
  // an SQLite file may lie in a folder that comes back as a whole: then it goes in after
  const files = units.filter((unit) => !isServer(unit)).toSorted((a, b) => rank(a) - rank(b));
  const running = [files, databases].filter(({ length }) => length > 0);
  const share = task.downBitsPerSecond === null ? null : task.downBitsPerSecond / Math.max(1, running.length);
  const state: LanesState = { troubles: [], stopped: null, compared: 0, rows: 0, ending: new AbortController() };
  const ended = await Promise.allSettled(
    running.map((each) =>
      runLane({ wanted, state, downBitsPerSecond: share }, each).catch((fault: unknown) => {
        // a fault of ours in one lane ends the other, too, before it is told
        state.ending.abort();
        throw fault;
      }),
    ),
  );
  for (const each of ended) if (each.status === "rejected") throw each.reason;
  const { troubles, stopped, compared, rows } = state;
  return { troubles, stopped, compared, rows };
}

interface LanesState {
  readonly troubles: RestoreTrouble[];
  stopped: LanesDone["stopped"];
  compared: number;
  rows: number;
  readonly ending: AbortController;
}

interface Lane {
  readonly wanted: LanesWanted;
  readonly state: LanesState;
  readonly downBitsPerSecond: number | null;
}

async function runLane({ wanted, state, downBitsPerSecond }: Lane, units: readonly Unit[]): Promise<void> {
  const { task, progress, onUnit } = wanted;
  const signal = AbortSignal.any([task.signal, state.ending.signal]);
  for (const unit of units) {
    if (state.ending.signal.aborted) return;
    const ended = await restoreUnit(unit, { ...wanted, signal, downBitsPerSecond });
    if (ended.ok) {
      state.compared += ended.value.compared ?? 0;
      state.rows += ended.value.rows ?? 0;
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

function rank({ kind }: Unit): number {
  return kind === "files" ? 0 : 1;
}

function stopOf(end: FetchEnd | StreamEnd, signal: AbortSignal): { readonly code: string; readonly text: string } {
  if (signal.aborted || end === "stopped") return { code: "stopped", text: "" };
  return { code: "unreachable", text: typeof end === "object" && "text" in end ? end.text : "" };
}

function secondsOf(unit: Unit, { fetchSeconds, verifySeconds }: Done): Finished["seconds"] {
  if (unit.kind === "files") return { fetchSeconds, loadSeconds: 0, verifySeconds };
  return { fetchSeconds: 0, loadSeconds: fetchSeconds, verifySeconds };
}
