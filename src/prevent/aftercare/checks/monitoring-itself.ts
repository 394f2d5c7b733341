import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { isRead, outcome } from "../outcome.ts";

/** koboshi could see: it was not blind meanwhile, and it reads this host as before. */
export const monitoringItself: AftercareCheck = {
  id: "monitoring-itself",
  group: "monitoring",
  weight: "critical",
  needs: [],
  after: [],
  isWaivable: true,
  appliesTo: () => true,
  compare(input) {
    const { after, before, blindSpots } = input;
    const reasons = new Set(Object.values(after?.unobserved ?? {}));
    const isUnread = isRead(input) && (after === null || Object.keys(after.sections).length === 0);
    const facts = {
      blindCount: blindSpots.length,
      isUnread,
      reasons: isUnread ? [...reasons] : [],
      isReadFromInside: after !== null,
      isWholeBefore: before?.isComplete ?? null,
    };
    if (isUnread) return outcome("fail", { facts, items: [...blindSpots] });
    return outcome(blindSpots.length > 0 ? "warn" : "pass", { facts, items: [...blindSpots] });
  },
};
