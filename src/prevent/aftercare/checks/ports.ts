import type { AftercareCheck, AftercareInput } from "../../../kernel/model/aftercare.ts";
import { isAskedAbout, isServed, listeners, takenBy, told, type Listener } from "../listeners.ts";
import { comparing, isRead, listed, look } from "../outcome.ts";
import { startUnits } from "../repairs/units.ts";
import { hasOwnCheck, initOf, ownerOf, unitStates } from "../units.ts";

/** Each port that a program listened at is listened at again, by the same program. */
export const ports: AftercareCheck = {
  id: "ports",
  group: "ports",
  weight: "critical",
  needs: ["ports", "units", "os"],
  after: ["same-machine", "network", "units-running", "containers"],
  isWaivable: true,
  appliesTo: isRead,
  compare(input) {
    return comparing(input, "ports", (before, after) => {
      const now = listeners(after);
      const wanted = listeners(before).filter(isAskedAbout);
      const gone = wanted.filter((each) => !isServed(each, now));
      const items = gone.map((each) => {
        const other = takenBy(each, now);
        return other === null ? told(each) : `${told(each)} → ${other}`;
      });
      const repair = startUnits(owners(gone, input), initOf(input.after, input.before));
      return listed("fail", {
        items,
        facts: { checkedCount: wanted.length },
        repairs: repair === null ? [] : [repair],
      });
    });
  },
};

/** Units that held them and do not run now. */
function owners(gone: readonly Listener[], input: AftercareInput): readonly string[] {
  const now = unitStates(look(input.after, "units", "after").section ?? {});
  const units = gone.map(({ program }) => ownerOf(program ?? "", input)).filter((unit) => unit !== null);
  return units.filter((unit) => now.get(unit)?.active !== "active" && !hasOwnCheck(unit));
}
