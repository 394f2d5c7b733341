import type { RepairStep } from "../../kernel/model/diagnosis.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import { repairActions } from "../actions/actions.ts";
import type { Catalogue, Judgement, RepairAction } from "../model.ts";

const mostSteps = 8;
const leastChance = 0.02;
/** While one of these stands first, our own machines are not where to begin. */
const elsewhere = new Set(["provider", "account", "site"]);

/**
 * What to do first: the order by chance over cost is the one that costs least to expect when one cause is at work and steps
 * do not hang on each other (Kadane and Simon 1977). What could cost data or traces is left out while that may be the case.
 */
export function repairSteps(
  judgement: Judgement,
  catalogue: Catalogue,
  actions: ReadonlyMap<string, RepairAction> = repairActions,
): readonly RepairStep[] {
  const [first] = judgement.causes;
  if (first === undefined || judgement.noneProbability > first.probability) return [];
  const isElsewhere = elsewhere.has(catalogue.causes.get(first.cause.id)?.at ?? "");
  const allowed = [...actions.values()].filter(
    (action) => !isFenced(action, judgement) && !(isElsewhere && action.touchesOurs),
  );
  const steps = new Map<string, RepairStep>();
  for (const { cause, probability } of judgement.causes) {
    const mendedBy = catalogue.causes.get(cause.id)?.mendedBy ?? {};
    for (const action of allowed)
      add(steps, action, { component: cause.component, chance: probability * (mendedBy[action.id] ?? 0) });
  }
  return [...steps.values()]
    .filter(({ chance }) => chance >= leastChance)
    .toSorted((a, b) => b.chance / b.costMinutes - a.chance / a.costMinutes || (a.action < b.action ? -1 : 1))
    .slice(0, mostSteps);
}

function add(
  steps: Map<string, RepairStep>,
  { id, costMinutes }: RepairAction,
  { component, chance }: { component: ComponentId | null; chance: number },
): void {
  const key = `${id} ${component ?? ""}`;
  const known = steps.get(key)?.chance ?? 0;
  steps.set(key, { action: id, component, chance: Math.min(1, known + chance), costMinutes });
}

function isFenced({ forbiddenWhen }: RepairAction, { causes }: Judgement): boolean {
  return forbiddenWhen.some((fence) =>
    causes.some(({ cause, probability }) => fence.causes.includes(cause.id) && probability >= fence.atLeast),
  );
}

/** Minutes that trying the steps in this order costs on average, until one mends it. */
export function expectedMinutes(steps: readonly RepairStep[]): number {
  let left = 1;
  let minutes = 0;
  for (const { chance, costMinutes } of steps) {
    minutes += left * costMinutes;
    left = Math.max(0, left - chance);
  }
  return minutes;
}
