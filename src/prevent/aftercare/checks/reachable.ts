import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { outcome, unobserved } from "../outcome.ts";
import { vantages, watched } from "../outside.ts";

/** More echoes lost than this is not as before; PREVENT: 2 %. */
const mostLossRatio = 0.02;

/** Every place that saw the host before sees it now. */
export const reachable: AftercareCheck = {
  id: "reachable",
  group: "reachable",
  weight: "critical",
  needs: [],
  after: [],
  isWaivable: true,
  appliesTo: ({ outsideBefore, outsideAfter }) =>
    watched(outsideAfter).length > 0 || (outsideBefore !== null && watched(outsideBefore).length > 0),
  compare({ outsideBefore, outsideAfter }) {
    const now = vantages(outsideAfter, "answers");
    const deaf = vantages(outsideAfter, "silent");
    const wanted = outsideBefore === null ? new Set([...now, ...deaf]) : vantages(outsideBefore, "answers");
    const lost = [...wanted].filter((vantage) => !now.has(vantage));
    const losing = lossy(outsideAfter);
    const facts = { vantages: [...wanted], seenFrom: [...now], lossPercent: losing.percent };
    const gone = lost.filter((vantage) => deaf.has(vantage));
    if (gone.length > 0) return outcome("fail", { facts, items: gone });
    if (lost.length > 0 || now.size === 0) return unobserved("no-reading", facts);
    return outcome(losing.checks.length > 0 && !losing.before(outsideBefore) ? "warn" : "pass", {
      facts,
      items: losing.checks,
    });
  },
};

function lossy(view: Parameters<typeof watched>[0]): {
  readonly percent: number;
  readonly checks: readonly string[];
  before(earlier: Parameters<typeof watched>[0] | null): boolean;
} {
  const lossOf = (each: typeof view): readonly { id: string; ratio: number }[] =>
    watched(each).flatMap(({ id, cells }) =>
      cells.flatMap(({ last }) => {
        const ratio = last?.facts["lossRatio"];
        return typeof ratio === "number" && ratio > mostLossRatio && ratio < 1 ? [{ id, ratio }] : [];
      }),
    );
  const now = lossOf(view);
  return {
    percent: Math.round(Math.max(0, ...now.map(({ ratio }) => ratio)) * 100),
    checks: [...new Set(now.map(({ id }) => id))],
    before: (earlier) => earlier !== null && lossOf(earlier).length >= now.length,
  };
}
