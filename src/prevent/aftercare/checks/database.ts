import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { listed, unobserved } from "../outcome.ts";
import { compareChecks, ofKinds, watched } from "../outside.ts";

const isDatabase = ofKinds("mysql", "postgres", "redis");
/** More than this above what it was before is not as before; PREVENT §2.4. */
const mostLagGrowth = 3;
const smallLagSeconds = 30;

/** Each database answers a question, and copies of it keep up. Nothing is done to a database by itself. */
export const database: AftercareCheck = {
  id: "database",
  group: "database",
  weight: "critical",
  needs: [],
  after: ["mounts", "units-running"],
  isWaivable: true,
  appliesTo: ({ outsideAfter }) => watched(outsideAfter).some(isDatabase),
  compare(input) {
    const { silent, unseen, answering } = compareChecks(input, isDatabase);
    const before = lags(input.outsideBefore);
    const lagging = [...lags(input.outsideAfter)].filter(
      ([name, seconds]) => seconds > smallLagSeconds && seconds > (before.get(name) ?? 0) * mostLagGrowth,
    );
    const items = [...silent.map(({ name }) => name), ...lagging.map(([name, seconds]) => `${name} +${seconds} s`)];
    const facts = { answeringCount: answering.length, laggingCount: lagging.length };
    if (items.length === 0 && unseen.length > 0) return unobserved("no-reading", facts);
    return listed(silent.length > 0 ? "fail" : "warn", { items, facts });
  },
};

/** How far copies are behind, where the check says so. */
function lags(view: Parameters<typeof watched>[0] | null): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { name, cells } of view === null ? [] : watched(view).filter(isDatabase)) {
    for (const { last } of cells) {
      const lag = last?.facts["replicationLagSeconds"];
      if (typeof lag === "number") found.set(name, lag);
    }
  }
  return found;
}
