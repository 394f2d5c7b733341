import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { isAskedAbout, isServed, isWandering, listeners, told } from "../listeners.ts";
import { comparing, isRead, listed } from "../outcome.ts";

/** Nothing listens that did not listen before. */
export const portsNew: AftercareCheck = {
  id: "ports-new",
  group: "ports",
  weight: "warning",
  needs: ["ports"],
  after: ["same-machine"],
  isWaivable: true,
  appliesTo: isRead,
  compare(input) {
    return comparing(input, "ports", (before, after) => {
      const was = listeners(before);
      const added = listeners(after).filter(
        // without its program, a port that the system hands out says nothing
        (each) => isAskedAbout(each) && !(isWandering(each) && each.program === null) && !isServed(each, was),
      );
      const isMovedOnly = (port: number): boolean => was.some((each) => each.port === port);
      return listed("warn", { items: added.filter(({ port }) => !isMovedOnly(port)).map(told) });
    });
  },
};
