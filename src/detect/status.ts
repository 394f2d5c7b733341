import type { CellStatus, CheckStatus, StateWord } from "../kernel/model/status.ts";
import { canSee, isFresh } from "./cells.ts";
import type { Cell, CheckWatch, DetectorState } from "./state.ts";

const wordOf = { up: "ok", degraded: "warning", down: "down", unknown: "unknown" } as const;

export function checkStatus(state: DetectorState, watch: CheckWatch): CheckStatus {
  const { id, service, kind, name, target, everyMs } = watch.check;
  const nowMs = state.clock.monotonicMs();
  const cells = [...watch.cells.values()].map((cell) => cellStatus(watch, cell, nowMs));
  const blind = cells.every((cell) => cell.state === "unknown");
  return {
    id,
    service,
    kind,
    name,
    target,
    everyMs,
    state: blind ? "unknown" : watch.shown.state,
    since: watch.shown.since,
    confirming: state.confirming.has(id),
    cells,
  };
}

/** While a vantage has nothing fresh to say, its newest attempt is kept beside the `unknown`, for its error. */
function cellStatus(watch: CheckWatch, cell: Cell, nowMs: number): CellStatus {
  const fresh = isFresh(watch, cell, nowMs);
  const sees = fresh && cell.run !== null && canSee(cell);
  const state: StateWord = sees && cell.reading !== null ? wordOf[cell.reading.outcome] : "unknown";
  return {
    vantage: cell.vantage.name,
    state,
    last: fresh ? cell.reading : (cell.newest ?? cell.reading),
    stale: cell.reading !== null && !fresh,
  };
}
