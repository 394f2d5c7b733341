import { stampNow, type Clock } from "../../kernel/clock.ts";
import { createShownEnd, forecast } from "../order/forecast.ts";
import { createRateMeter } from "../order/rate.ts";
import type { RestoreProgress, RestoreTask } from "./ports.ts";
import type { Unit } from "./units.ts";

/** Counts what has come and foretells the end. */
export interface Progress {
  /** @param bytes of this unit so far */
  unit(unit: Unit, bytes: number): void;
  /** it is whole, in place */
  done(unit: Unit): void;
  /** it has to begin again */
  again(unit: Unit): void;
}

const toldEveryMs = 1_000;

export function createProgress(
  clock: Clock,
  task: RestoreTask,
  wanted: { readonly units: readonly Unit[]; readonly tell: (progress: RestoreProgress) => void },
): Progress {
  const named = { id: task.id, what: task.kind, plan: task.plan, phase: "fetch" };
  const total = wanted.units.reduce((sum, { bytes }) => sum + bytes, 0);
  const came = new Map<string, number>();
  const finished = new Set<string>();
  const meter = createRateMeter();
  const shownEnd = createShownEnd();
  const state = { toldAtMs: Number.NEGATIVE_INFINITY, label: "", best: 0, unitAgain: false };
  const doneBytes = (): number =>
    wanted.units.reduce(
      (sum, { id, bytes }) => sum + (finished.has(id) ? bytes : Math.min(bytes, came.get(id) ?? 0)),
      0,
    );
  const tell = (isForced: boolean): void => {
    const atMs = clock.monotonicMs();
    const bytes = doneBytes();
    meter.take(atMs, bytes);
    if (!isForced && atMs - state.toldAtMs < toldEveryMs) return;
    state.toldAtMs = atMs;
    // a unit that begins again takes nothing away from what was shown
    state.best = Math.max(state.best, bytes);
    const rate = meter.median(atMs);
    const left = wanted.units
      .filter(({ id }) => !finished.has(id))
      .map(({ id, bytes: all }) => ({ key: id, fetchBytes: Math.max(0, all - (came.get(id) ?? 0)), loadSeconds: 0 }));
    const end = forecast(left, { median: rate, spread: meter.spread(atMs), loadRatio: null });
    const asked = { atMonotonicMs: atMs, rate, loadRatio: null, unitAgain: state.unitAgain };
    const shown = end === null ? null : shownEnd({ ...asked, leftSeconds: end.p50 });
    state.unitAgain = false;
    wanted.tell({
      ...named,
      unit: state.label,
      doneBytes: state.best,
      totalBytes: total,
      bytesPerSecond: rate,
      leftSeconds: shown === null ? null : Math.round(shown.leftSeconds),
      setback: shown?.setback ?? null,
      at: stampNow(clock),
    });
  };
  return {
    unit(unit, bytes) {
      state.label = unit.label;
      came.set(unit.id, Math.max(came.get(unit.id) ?? 0, bytes));
      tell(false);
    },
    done(unit) {
      finished.add(unit.id);
      tell(true);
    },
    again(unit) {
      came.set(unit.id, 0);
      state.unitAgain = true;
      tell(true);
    },
  };
}
