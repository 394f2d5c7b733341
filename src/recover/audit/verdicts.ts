import type { Fate } from "../../kernel/ports-audit.ts";
import type { Answers } from "./draft.ts";
import { wire, type Graph } from "./graph.ts";
import { atOnce, type Steps } from "./slices.ts";
import { solve, type Solution } from "./solve.ts";

/** What is asked of the graph: which of these nodes are lost by which of these losses. */
export interface Asked {
  readonly graph: Graph;
  /** by loss, the nodes it takes */
  readonly seeds: readonly (readonly number[])[];
  /** nodes of the data */
  readonly ends: readonly number[];
}

/** Pairs of data and loss. */
export interface Tally {
  readonly lost: number;
  readonly unknown: number;
}

export interface Verdicts extends Tally {
  fate(end: number, event: number): Fate;
  /** Bits of the losses in each word of an end: those that take it, and those of which it is not known. */
  words(end: number): { readonly lost: Uint32Array; readonly unknown: Uint32Array };
}

/** Losses worked out together: their masks of a large graph fit a processor's cache. */
const lossesAStep = 512;

/** Lost is what is lost even when everything unknown is for us; survives what does even when it is against us. */
export function verdictsOf(asked: Asked, answers?: Answers): Verdicts {
  return atOnce(verdictSteps(asked, answers));
}

/** The same in steps. */
export function* verdictSteps({ graph, seeds, ends }: Asked, answers?: Answers): Steps<Verdicts> {
  const width = Math.ceil(seeds.length / 32);
  const [lost, unknown] = [new Uint32Array(ends.length * width), new Uint32Array(ends.length * width)];
  const wired = { opt: wire(graph, "opt", answers), pess: wire(graph, "pess", answers) };
  for (let first = 0; first < seeds.length; first += lossesAStep) {
    const some = seeds.slice(first, first + lossesAStep);
    const [opt, pess] = [solve(wired.opt, some), solve(wired.pess, some)];
    ends.forEach((node, end) => {
      for (let word = 0; word < Math.ceil(some.length / 32); word += 1) {
        const at = end * width + first / 32 + word;
        const real = bitsUpTo(some.length - word * 32);
        lost[at] = opt.masks[node * opt.words + word]! & real;
        unknown[at] = pess.masks[node * pess.words + word]! & ~lost[at] & real;
      }
    });
    yield;
  }
  return {
    lost: bitsIn(lost),
    unknown: bitsIn(unknown),
    fate(end, event) {
      const at = end * width + (event >>> 5);
      if (((lost[at]! >>> (event & 31)) & 1) === 1) return "lost";
      return ((unknown[at]! >>> (event & 31)) & 1) === 1 ? "unknown" : "survives";
    },
    words: (end) => ({
      lost: lost.subarray(end * width, (end + 1) * width),
      unknown: unknown.subarray(end * width, (end + 1) * width),
    }),
  };
}

/** The first `count` bits of a word. */
function bitsUpTo(count: number): number {
  return count >= 32 ? 0xffffffff : (1 << count) - 1;
}

/** Answers and changes tried one after the other, each worked out from what it touches. For few losses. */
export interface Trials {
  readonly before: Tally;
  /** What would be otherwise: pairs more or fewer that are lost or unknown, and unknown ones that are decided. */
  differences(answers: Answers): Tally & {
    readonly decided: number;
    /** nodes that had to be worked out anew */
    readonly touched: number;
  };
}

export function createTrials({ graph, seeds, ends }: Asked): Trials {
  const [opt, pess] = [solve(wire(graph, "opt"), seeds), solve(wire(graph, "pess"), seeds)];
  const { words } = opt;
  const isEnd = new Uint8Array(graph.size);
  for (const node of ends) isEnd[node] = 1;
  const real = (word: number): number => bitsUpTo(seeds.length - word * 32);
  /** the words of an end: lost, then unknown */
  const wordsOf = (node: number, word: number): readonly [number, number] => {
    const at = node * words + word;
    const taken = opt.masks[at]! & real(word);
    return [taken, pess.masks[at]! & ~taken & real(word)];
  };
  const each = (nodes: readonly number[], call: (node: number, word: number) => void): void => {
    for (const node of nodes) for (let word = 0; word < words; word += 1) call(node, word);
  };
  const before = { lost: 0, unknown: 0 };
  const known = new Map<number, readonly [number, number]>();
  each(ends, (node, word) => {
    const found = wordsOf(node, word);
    known.set(node * words + word, found);
    before.lost += bitsOf(found[0]);
    before.unknown += bitsOf(found[1]);
  });
  return {
    before,
    differences: (answers) =>
      supposingBoth([opt, pess], answers, (touched) => {
        const found = { lost: 0, unknown: 0, decided: 0, touched: touched.length };
        const affected = touched.filter((node) => isEnd[node] === 1);
        each(affected, (node, word) => {
          const [lost = 0, unknown = 0] = known.get(node * words + word) ?? [];
          const [nowLost, nowUnknown] = wordsOf(node, word);
          found.lost += bitsOf(nowLost) - bitsOf(lost);
          found.unknown += bitsOf(nowUnknown) - bitsOf(unknown);
          found.decided += bitsOf(unknown & ~nowUnknown);
        });
        return found;
      }),
  };
}

function supposingBoth<T>(
  [opt, pess]: readonly [Solution, Solution],
  answers: Answers,
  look: (touched: readonly number[]) => T,
): T {
  return opt.supposing(answers, (some) =>
    pess.supposing(answers, (others) => look([...new Set([...some, ...others])])),
  );
}

/** How many bits are set. */
export function bitsIn(words: Uint32Array): number {
  let sum = 0;
  for (const word of words) sum += bitsOf(word);
  return sum;
}

/** Source: Hacker's Delight §5–1. */
function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Calls for each bit that is set. */
export function eachBit(words: Uint32Array, call: (bit: number) => void): void {
  for (let word = 0; word < words.length; word += 1) {
    let left = words[word]!;
    while (left !== 0) {
      call(word * 32 + 31 - Math.clz32(left & -left));
      left &= left - 1;
    }
  }
}
