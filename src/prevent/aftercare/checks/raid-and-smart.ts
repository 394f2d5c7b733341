import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { judging, keyed, outcome, sees } from "../outcome.ts";

/** Every array has all its disks. */
export const raidAndSmart: AftercareCheck = {
  id: "raid-and-smart",
  group: "disk",
  weight: "critical",
  needs: ["mounts"],
  after: ["same-machine"],
  isWaivable: true,
  appliesTo: (input) => sees(input, "mounts", (mounts) => keyed(mounts, "raid").size > 0),
  compare(input) {
    return judging(input, "mounts", (after, before) => {
      const now = keyed(after, "raid");
      const was = keyed(before ?? {}, "raid");
      const gone = [...was.keys()].filter((name) => !now.has(name)).map((name) => `${name} -`);
      const broken = [...now].filter(([, state]) => isBroken(state)).map(([name, state]) => `${name} ${state}`);
      const isAsBefore = broken.every(
        (item) => was.get(item.split(" ")[0] ?? "") === item.slice(item.indexOf(" ") + 1),
      );
      const items = [...gone, ...broken];
      if (items.length === 0) return outcome("pass", { facts: { arrayCount: now.size } });
      return outcome(isAsBefore && gone.length === 0 ? "warn" : "fail", { items, facts: { arrayCount: now.size } });
    });
  },
};

/** `[2/1] [U_]`: one of two is missing. */
function isBroken(state: string): boolean {
  return /\[[U_]*_[U_]*\]/.test(state) || /\b(?:inactive|degraded|faulty)\b/.test(state);
}
