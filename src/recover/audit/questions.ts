import type { AuditFact, AuditQuestion } from "../../kernel/ports-audit.ts";
import { factOf } from "./reasons.ts";
import type { Steps } from "./slices.ts";
import { createTrials, type Asked } from "./verdicts.ts";

/** more would not be answered */
const mostAsked = 5;
/** Nodes worked out anew for all answers: under a second. Of a large site those facts are tried that most rests on. */
const mostTouched = 400_000;
/** some ten milliseconds */
const touchedAStep = 5_000;

/** The few facts whose answers would decide most: both answers are tried on the graph. */
export function* questionSteps(asked: Asked): Steps<readonly AuditQuestion[]> {
  const { before, differences } = createTrials(asked);
  const tried: (AuditQuestion & { readonly weight: number })[] = [];
  let [spent, sinceStep] = [0, 0];
  for (const { fact, tag, weight } of openFacts(asked)) {
    if (spent > mostTouched) break;
    const answered = [true, false].map((yes) => differences(new Map([[tag, yes]])));
    tried.push({ fact, decides: answered.reduce((sum, { decided }) => sum + decided, 0), weight });
    const touched = answered.reduce((sum, one) => sum + one.touched, 0);
    spent += touched;
    sinceStep += touched + 1;
    if (sinceStep <= touchedAStep) continue;
    sinceStep = 0;
    yield;
  }
  const deciding = tried.filter(({ decides }) => decides > 0);
  // where no answer decides anything by itself, those are asked that most rests on
  const asking = deciding.length > 0 || before.unknown === 0 ? deciding : tried;
  return asking
    .toSorted((a, b) => b.decides - a.decides || b.weight - a.weight)
    .slice(0, mostAsked)
    .map(({ fact, decides }) => ({ fact, decides }));
}

interface OpenFact {
  readonly fact: AuditFact;
  readonly tag: string;
  /** edges that rest on it */
  readonly weight: number;
}

/** What nobody knows, that first which most rests on. */
function openFacts({ graph: { tagged, there } }: Asked): readonly OpenFact[] {
  return [...tagged]
    .flatMap(([tag, edges]) => {
      const fact = factOf(tag);
      const weight = edges.filter((edge) => there.pess[edge] !== there.opt[edge]).length;
      return fact === null || weight === 0 ? [] : [{ fact, tag, weight }];
    })
    .toSorted((a, b) => b.weight - a.weight);
}
