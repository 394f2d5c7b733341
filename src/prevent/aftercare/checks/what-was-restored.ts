import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { outcome } from "../outcome.ts";

/** After a recovery: what was restored is whole and works, by the same questions that its incident is resolved by. */
export const whatWasRestored: AftercareCheck = {
  id: "what-was-restored",
  group: "recovery",
  weight: "critical",
  needs: [],
  after: ["reachable"],
  isWaivable: true,
  appliesTo: ({ recovery }) => recovery !== null,
  compare({ recovery }) {
    const blockers = recovery ?? [];
    const facts = { blockersJa: blockers.map(({ ja }) => ja), blockersEn: blockers.map(({ en }) => en) };
    const items = [...new Set(blockers.map(({ of }) => of))];
    return outcome(items.length > 0 ? "fail" : "pass", { facts, items });
  },
};
