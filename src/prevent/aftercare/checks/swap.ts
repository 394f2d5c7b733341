import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { repairText } from "../../../words/aftercare-repairs.ts";
import { comparing, keyed, listed, sees } from "../outcome.ts";
import { usualStep } from "../../../hands/usual-step.ts";

/** The swap areas are on. A device may have got another name, so their number counts. */
export const swap: AftercareCheck = {
  id: "swap",
  group: "mounts",
  weight: "warning",
  needs: ["mounts"],
  after: ["same-machine", "mounts"],
  isWaivable: true,
  appliesTo: (input) => sees(input, "mounts", (mounts) => keyed(mounts, "swap").size > 0),
  compare(input) {
    return comparing(input, "mounts", (before, after) => {
      const [was, now] = [keyed(before, "swap"), keyed(after, "swap")];
      const items = now.size >= was.size ? [] : [...was.keys()].filter((device) => !now.has(device));
      return listed("fail", {
        items,
        facts: { beforeCount: was.size, afterCount: now.size },
        repairs: [
          {
            id: "swap-on",
            title: repairText((say) => say.swapOn),
            steps: [
              usualStep({ id: "swap-on", says: repairText((say) => say.swapOn), command: "swapon -a" }),
              usualStep({
                id: "verify",
                says: repairText((say) => say.swapSeen),
                command: `[ "$(sed 1d /proc/swaps | wc -l)" -ge ${was.size} ] && cat /proc/swaps`,
              }),
            ],
            isSafeTwice: true,
            warnings: [],
          },
        ],
      });
    });
  },
};
