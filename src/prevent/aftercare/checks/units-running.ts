import type { AftercareCheck, AftercareInput, AftercareOutcome } from "../../../kernel/model/aftercare.ts";
import { comparing, isRead, listed, outcome, unobserved, type Section } from "../outcome.ts";
import { startUnits } from "../repairs/units.ts";
import { hasOwnCheck, initOf, isLasting, unitStates, type UnitState } from "../units.ts";

/** What ran before runs now. */
export const unitsRunning: AftercareCheck = {
  id: "units-running",
  group: "units",
  weight: "critical",
  needs: ["units", "os"],
  after: ["same-machine", "mounts", "network"],
  isWaivable: true,
  appliesTo: isRead,
  compare: (input) => comparing(input, "units", (before, after) => compareUnits(input, before, after)),
};

function compareUnits(input: AftercareInput, before: Section, after: Section): AftercareOutcome {
  const now = unitStates(after);
  const wanted = [...unitStates(before)].filter(
    ([unit, { active }]) => active === "active" && !hasOwnCheck(unit) && isLasting(before, unit),
  );
  const gone = wanted.filter(([unit]) => !isUp(unit, now)).map(([unit]) => unit);
  const starting = gone.filter((unit) => isStarting(now.get(unit)));
  const stopped = gone.filter((unit) => !starting.includes(unit));
  const facts = { checkedCount: wanted.length, startingCount: starting.length };
  if (stopped.length === 0 && starting.length > 0) return { ...unobserved("starting", facts), items: starting };
  if (stopped.length === 0) return outcome("pass", { facts: { ...facts, count: 0 } });
  const repair = startUnits(stopped, initOf(input.after, input.before));
  return listed("fail", { items: stopped, facts, repairs: repair === null ? [] : [repair] });
}

/** It runs, or waits behind its socket for the first caller. */
function isUp(unit: string, now: ReadonlyMap<string, UnitState>): boolean {
  if (now.get(unit)?.active === "active") return true;
  return now.get(unit.replace(/\.service$/, ".socket"))?.active === "active" && now.get(unit)?.active !== "failed";
}

/** Not one that dies and is started again and again. */
function isStarting(state: UnitState | undefined): boolean {
  return state !== undefined && /^(?:activating|reloading)$/.test(state.active) && state.sub !== "auto-restart";
}
