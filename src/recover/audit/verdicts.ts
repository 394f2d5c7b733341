import type { Fate } from "../../kernel/ports-audit.ts";
import { solveSteps, wire, type Answers, type Draft, type Mode, type Solved } from "./graph.ts";
import { atOnce, type Steps } from "./slices.ts";

/** What is asked of the graph: which of these nodes are lost by which of these losses. */
export interface Asked {
  readonly draft: Draft;
  /** by loss, the nodes it takes */
  readonly seeds: readonly (readonly number[])[];
  /** nodes of the data */
  readonly ends: readonly number[];
}

export interface Verdicts {
  readonly lost: number;
  readonly unknown: number;
  fate(end: number, event: number): Fate;
  /** Bits of the losses in each word of an end: those that take it, and those of which it is not known. */
  words(end: number): { readonly lost: Uint32Array; readonly unknown: Uint32Array };
}

/** Edges gone through for all changes or questions together: about a second. */
const mostEdges = 4_000_000;
const fewestTried = 8;
/** ends counted before others go first */
const endsAStep = 500;

/** How many whole audits can be tried on a graph of this size, each being one again. */
export function affordable({ draft }: Asked, most: number): number {
  return Math.max(fewestTried, Math.min(most, Math.floor(mostEdges / (draft.edges.length + 1))));
}

/** Lost is what is lost even when everything unknown is for us; survives what does even when it is against us. */
export function verdictsOf(asked: Asked, answers?: Answers): Verdicts {
  return atOnce(verdictSteps(asked, answers));
}

/** The same in steps. */
export function* verdictSteps({ draft, seeds, ends }: Asked, answers?: Answers): Steps<Verdicts> {
  const solved: Record<Mode, Solved | null> = { pess: null, opt: null };
  for (const mode of ["pess", "opt"] as const) {
    const wired = wire(draft, mode, answers);
    yield;
    solved[mode] = yield* solveSteps(wired, seeds);
    yield;
  }
  const words = (end: number): ReturnType<Verdicts["words"]> => {
    const node = ends[end] ?? 0;
    const [lost, harmed] = [wordsAt(solved.opt, node), wordsAt(solved.pess, node)];
    return { lost, unknown: harmed.map((bits, index) => (bits & ~(lost[index] ?? 0)) >>> 0) };
  };
  let [lost, unknown] = [0, 0];
  for (let end = 0; end < ends.length; end += 1) {
    const found = words(end);
    lost += bitsIn(found.lost, seeds.length);
    unknown += bitsIn(found.unknown, seeds.length);
    if (end % endsAStep === endsAStep - 1) yield;
  }
  const fate = (end: number, event: number): Fate => {
    const node = ends[end] ?? 0;
    if (solved.opt?.isLost(node, event) === true) return "lost";
    return solved.pess?.isLost(node, event) === true ? "unknown" : "survives";
  };
  return { lost, unknown, fate, words };
}

function wordsAt(solved: Solved | null, node: number): Uint32Array {
  return solved === null ? new Uint32Array() : solved.masks.subarray(node * solved.words, (node + 1) * solved.words);
}

/** How many of the first `count` bits are set: what is always lost has the rest of its last word set, too. */
export function bitsIn(words: Uint32Array, count: number): number {
  let sum = 0;
  for (let word = 0; word * 32 < count; word += 1) {
    const left = count - word * 32;
    const kept = left >= 32 ? 0xffffffff : (1 << left) - 1;
    sum += bitsOf((words[word] ?? 0) & kept);
  }
  return sum;
}

/** Source: Hacker's Delight §5–1. */
function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Calls for each of the first `count` bits that is set. */
export function eachBit(words: Uint32Array, count: number, call: (bit: number) => void): void {
  for (let word = 0; word * 32 < count; word += 1) {
    let left = words[word] ?? 0;
    while (left !== 0) {
      const low = 31 - Math.clz32(left & -left);
      left &= left - 1;
      const bit = word * 32 + low;
      if (bit < count) call(bit);
    }
  }
}
