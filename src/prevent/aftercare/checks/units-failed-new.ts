import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { judging, look, listed, isRead } from "../outcome.ts";
import { hasOwnCheck, initOf, isLasting, unitStates } from "../units.ts";
import { startUnits } from "../repairs/units.ts";

/** Units that failed and had not failed before; what ran before is asked about elsewhere. */
export const unitsFailedNew: AftercareCheck = {
  id: "units-failed-new",
  group: "units",
  weight: "warning",
  needs: ["units", "os"],
  after: ["same-machine", "mounts", "network"],
  isWaivable: true,
  appliesTo: (input) => isRead(input) && initOf(input.after, input.before) === "systemd",
  compare(input) {
    return judging(input, "units", (after, units) => {
      const was = unitStates(units ?? {});
      const failed = [...unitStates(after)].filter(([unit, { active }]) => active === "failed" && !hasOwnCheck(unit));
      const isNew = (unit: string): boolean => was.get(unit)?.active !== "failed";
      // what ran before and is to run always is named by the check of running units
      const isToldAlready = (unit: string): boolean =>
        units !== null && was.get(unit)?.active === "active" && isLasting(units, unit);
      const items = failed.map(([unit]) => unit).filter((unit) => isNew(unit) && !isToldAlready(unit));
      const repair = startUnits(items, initOf(input.after, input.before));
      return listed("fail", {
        items,
        facts: {
          failedBeforeCount: failed.length - items.length,
          isCompared: look(input.before, "units", "before").section !== null,
        },
        repairs: repair === null ? [] : [repair],
      });
    });
  },
};
