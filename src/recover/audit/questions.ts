import type { AuditQuestion } from "../../kernel/ports-audit.ts";
import { factOf } from "./reasons.ts";
import type { Steps } from "./slices.ts";
import { affordable, bitsIn, verdictSteps, type Asked, type Verdicts } from "./verdicts.ts";

/** more would not be answered */
const mostAsked = 5;

/** The few facts whose answers would decide most: both answers are tried on the graph, one fact a step. */
export function* questionSteps(asked: Asked): Steps<readonly AuditQuestion[]> {
  const { draft, seeds, ends } = asked;
  const weights = new Map<string, number>();
  for (const { tag, maybe } of draft.edges) if (maybe && tag !== null) weights.set(tag, (weights.get(tag) ?? 0) + 1);
  const tags = [...weights].toSorted(([, a], [, b]) => b - a).slice(0, affordable(asked, 80));
  const now = yield* verdictSteps(asked);
  const decided = (then: Verdicts): number =>
    ends.reduce((sum, _, end) => {
      const [before, after] = [now.words(end).unknown, then.words(end).unknown];
      return (
        sum +
        bitsIn(
          before.map((bits, word) => (bits & ~(after[word] ?? 0)) >>> 0),
          seeds.length,
        )
      );
    }, 0);
  const tried: (AuditQuestion & { readonly weight: number })[] = [];
  for (const [tag, weight] of tags) {
    const fact = factOf(tag);
    if (fact === null) continue;
    let decides = 0;
    for (const yes of [true, false]) {
      yield;
      decides += decided(yield* verdictSteps(asked, new Map([[tag, yes]])));
    }
    tried.push({ fact, decides, weight });
  }
  return tried
    .filter(({ decides }) => decides > 0 || now.unknown > 0)
    .toSorted((a, b) => b.decides - a.decides || b.weight - a.weight)
    .slice(0, mostAsked)
    .map(({ fact, decides }) => ({ fact, decides }));
}
