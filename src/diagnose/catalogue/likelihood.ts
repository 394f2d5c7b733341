import type { EvidenceKind, Likelihood, Relation } from "../model.ts";
import { choiceHint, flaw, type Flaw } from "./problem.ts";

const relations: Readonly<Record<string, Relation>> = {
  "^": "dependents",
  "~": "behind",
  "@": "needs",
  "*": "any",
};

/** Sums of decimal fractions miss 1 by their last bits. */
const tolerance = 1e-9;

export type LikelihoodLine = Pick<Likelihood, "evidence" | "relation" | "states">;

/**
 * Reads `^vp.http slow=.1 c500=.4`.
 * @returns flaws with offsets into the line; the line is null when one of them leaves nothing to use
 */
export function readLikelihood(
  line: string,
  evidence: ReadonlyMap<string, EvidenceKind>,
): { readonly line: LikelihoodLine | null; readonly flaws: readonly Flaw[] } {
  const parts = [...line.matchAll(/\S+/g)].map((match) => ({ text: match[0], offset: match.index }));
  const [first = { text: "", offset: 0 }, ...rest] = parts;
  const named = /^([\^~@*]?)([a-z]+\.[a-z0-9-]+)$/.exec(first.text);
  if (named === null || rest.length === 0) return refused(lineForm(first.offset));
  const [, mark = "", id = ""] = named;
  const kind = evidence.get(id);
  if (kind === undefined) {
    const hint = choiceHint(id, evidence.keys(), (w) => w.unknownEvidenceHint);
    return refused(flaw("unknown-evidence", first.offset + mark.length, [(w) => w.unknownEvidence(id), hint]));
  }
  const { states, flaws } = readStates(rest, kind);
  const relation = relations[mark] ?? "own";
  return { line: { evidence: id, relation, states }, flaws: [...flaws, ...overOne(first.offset, id, states)] };
}

interface Part {
  readonly text: string;
  readonly offset: number;
}

function readStates(parts: readonly Part[], kind: EvidenceKind): { states: Record<string, number>; flaws: Flaw[] } {
  const states: Record<string, number> = {};
  const flaws: Flaw[] = [];
  for (const part of parts) {
    const [state = "", written] = part.text.split("=", 2);
    const wrong = stateFlaw(part, { state, written, kind, taken: Object.hasOwn(states, state) });
    if (wrong === null) states[state] = Number(written);
    else flaws.push(wrong);
  }
  return { states, flaws };
}

interface State {
  readonly state: string;
  readonly written: string | undefined;
  readonly kind: EvidenceKind;
  readonly taken: boolean;
}

function stateFlaw({ offset }: Part, { state, written, kind, taken }: State): Flaw | null {
  const [normal, ...abnormal] = kind.states;
  if (written === undefined) return lineForm(offset);
  if (state === normal)
    return flaw("normal-state", offset, [(w) => w.normalState(kind.id, state), (w) => w.normalStateHint]);
  if (!abnormal.includes(state))
    return flaw("unknown-state", offset, [(w) => w.unknownState(kind.id, state), choiceHint(state, abnormal)]);
  if (taken) return flaw("state-twice", offset, [(w) => w.stateTwice(state), (w) => w.onceHint]);
  const chance = /^(?:\d+(?:\.\d+)?|\.\d+)$/.test(written) ? Number(written) : NaN;
  if (chance > 0 && chance <= 1) return null;
  return flaw("bad-chance", offset + state.length + 1, [(w) => w.badChance(written), (w) => w.badChanceHint]);
}

function refused(wrong: Flaw): { line: null; flaws: readonly Flaw[] } {
  return { line: null, flaws: [wrong] };
}

function lineForm(offset: number): Flaw {
  return flaw("line-form", offset, [(w) => w.lineForm, (w) => w.lineFormHint]);
}

function overOne(offset: number, id: string, states: Readonly<Record<string, number>>): readonly Flaw[] {
  const sum = Object.values(states).reduce((total, chance) => total + chance, 0);
  if (sum <= 1 + tolerance) return [];
  return [flaw("sum-over-one", offset, [(w) => w.sumOverOne(id, sum.toFixed(2)), (w) => w.sumOverOneHint])];
}
