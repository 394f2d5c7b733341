import type { AftercareCheck, AftercareInput, AftercareOutcome } from "../../../kernel/model/aftercare.ts";
import { comparing, isRead, keyed, listed, type Section } from "../outcome.ts";
import { enableUnits } from "../repairs/units.ts";
import { hasOwnCheck, initOf, isLasting, isTimeDaemon, startsAtBoot, unitStates } from "../units.ts";

/** What starts at boot is the same as before: what runs now and would not run after the next start is the trap. */
export const unitsEnabled: AftercareCheck = {
  id: "units-enabled",
  group: "units",
  weight: "warning",
  needs: ["units", "os"],
  after: ["same-machine"],
  isWaivable: true,
  appliesTo: isRead,
  compare: (input) => comparing(input, "units", (before, after) => compareFiles(input, before, after)),
};

function compareFiles(input: AftercareInput, before: Section, after: Section): AftercareOutcome {
  const states = unitStates(after);
  const lost = [...keyed(before, "file")].filter(
    ([unit, state]) => !isOwn(unit) && startsAtBoot(state) && !startsAtBoot(after[`file ${unit}`] ?? null),
  );
  const added = [...states].filter(
    ([unit, { active }]) =>
      active === "active" &&
      !hasOwnCheck(unit) &&
      isLasting(after, unit) &&
      after[`file ${unit}`] === "disabled" &&
      // as before is as before, even when it is not wise
      before[`file ${unit}`] === undefined,
  );
  const items = [...lost.map(([unit]) => unit), ...added.map(([unit]) => unit)];
  const running = items.filter((unit) => states.get(unit)?.active === "active");
  const enable = enableUnits(
    lost.map(([unit]) => unit).filter((unit) => after[`file ${unit}`] !== undefined && !isMasked(after, unit)),
    initOf(input.after, input.before),
  );
  return listed("fail", {
    items,
    facts: { runningCount: running.length, maskedCount: items.filter((unit) => isMasked(after, unit)).length },
    repairs: enable === null ? [] : [enable],
  });
}

/** Asked about by checks of their own. */
function isOwn(unit: string): boolean {
  return isTimeDaemon(unit) || /\.(?:mount|swap|slice|scope)$/.test(unit);
}

/** Somebody said that it must not start; that is taken back by a person. */
function isMasked(units: Section, unit: string): boolean {
  return units[`file ${unit}`]?.startsWith("masked") === true;
}
