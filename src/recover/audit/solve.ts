import type { Answers } from "./draft.ts";
import { answeredEdges, unsupported, type Wired } from "./graph.ts";
import { createJournal, type Journal } from "./journal.ts";
import { createQueue, type Queue } from "./queue.ts";

/** Which nodes each loss takes: bit `e` of a node's words is loss `e`. What is always lost has the rest of its last word set, too. */
export interface Solution {
  readonly words: number;
  readonly masks: Uint32Array;
  isLost(node: number, event: number): boolean;
  /**
   * The masks as they would be if the answers were so, while `look` runs.
   * Only what hangs on the answered edges is worked out anew.
   * @param look is given the nodes that may differ
   */
  supposing<T>(answers: Answers, look: (touched: readonly number[]) => T): T;
}

/** The least fixpoint for all losses at once. @param seeds by loss, the nodes it takes by itself */
export function solve(graph: Wired, seeds: readonly (readonly number[])[]): Solution {
  const words = Math.max(1, Math.ceil(seeds.length / 32));
  const masks = new Uint32Array(graph.size * words);
  const own = ownMasks(seeds, words);
  const queue = createQueue(graph.size);
  const solving: Solving = { graph, masks, words, own, queue, journal: null };
  for (const [node, mask] of own) {
    masks.set(mask, node * words);
    queue.push(node);
  }
  for (const node of unsupported(graph)) if (pull(solving, node)) queue.push(node);
  spread(solving);
  let journal: Journal | null = null;
  return {
    words,
    masks,
    isLost: (node, event) => ((masks[node * words + (event >>> 5)]! >>> (event & 31)) & 1) === 1,
    supposing(answers, look) {
      journal ??= createJournal(masks, words);
      const changed = answeredEdges(graph, answers).filter(({ edge, is }) => graph.there[edge] !== is);
      for (const { edge, is } of changed) graph.there[edge] = is;
      solveAgain(
        { ...solving, journal },
        changed.map(({ edge }) => edge),
      );
      try {
        return look(journal.touched());
      } finally {
        for (const { edge, is } of changed) graph.there[edge] = 1 - is;
        journal.takeBack();
      }
    },
  };
}

/** What losses take by themselves; node 0 is taken by all. */
function ownMasks(seeds: readonly (readonly number[])[], words: number): ReadonlyMap<number, Uint32Array> {
  const own = new Map([[0, new Uint32Array(words).fill(0xffffffff)]]);
  seeds.forEach((nodes, event) => {
    for (const node of nodes) {
      const mask = own.get(node) ?? new Uint32Array(words);
      mask[event >>> 5]! |= 1 << (event & 31);
      own.set(node, mask);
    }
  });
  return own;
}

interface Solving {
  readonly graph: Wired;
  readonly masks: Uint32Array;
  readonly words: number;
  readonly own: ReadonlyMap<number, Uint32Array>;
  readonly queue: Queue;
  /** what it was before, to be taken back; null: for good */
  readonly journal: Journal | null;
}

/** Edges came or went: first everything is doubted that may have rested on the difference, then derived again where it still can be. */
function solveAgain(solving: Solving & { readonly journal: Journal }, changed: readonly number[]): void {
  const { graph, queue, journal, masks, words } = solving;
  const doubts = doubted(solving, changed);
  for (const [node, bits] of doubts) {
    journal.keep(node);
    for (let word = 0; word < words; word += 1) masks[node * words + word]! &= ~bits[word]!;
  }
  for (const node of [...doubts.keys(), ...changed.map((edge) => graph.to[edge]!)]) {
    if (pull(solving, node)) queue.push(node);
  }
  spread(solving);
}

/** By node, the losses that may take it no longer. Source: Gupta, Mumick, Subrahmanian 1993, deletion and rederivation. */
function doubted(solving: Solving, changed: readonly number[]): ReadonlyMap<number, Uint32Array> {
  const { graph, masks, words, own, queue } = solving;
  const doubts = new Map<number, Uint32Array>();
  const doubt = (node: number, bitsOf: (word: number) => number): void => {
    if (graph.and[node] === 0 && isAlwaysLost(graph, node)) return;
    const [before, mine] = [doubts.get(node), own.get(node)];
    const bits = before ?? new Uint32Array(words);
    let more = 0;
    for (let word = 0; word < words; word += 1) {
      const found = bitsOf(word) & masks[node * words + word]! & ~bits[word]! & ~(mine?.[word] ?? 0);
      bits[word]! |= found;
      more |= found;
    }
    if (more === 0) return;
    if (before === undefined) doubts.set(node, bits);
    queue.push(node);
  };
  for (const edge of changed) {
    const [from, to, is] = [graph.from[edge]!, graph.to[edge]!, graph.there[edge]!];
    // a support that came may keep the gate, even where it is lost now: by the gate itself; a cause that went takes it no longer
    if (graph.and[to] === 1 && is === 1) doubt(to, () => 0xffffffff);
    else if (graph.and[to] === 0 && is === 0) doubt(to, (word) => masks[from * words + word]!);
  }
  for (let node = queue.pop(); node !== -1; node = queue.pop()) {
    const bits = doubts.get(node)!;
    const { outAt, outs, there, to } = graph;
    for (let at = outAt[node]!, end = outAt[node + 1]!; at < end; at += 1) {
      if (there[outs[at]!] === 1) doubt(to[outs[at]!]!, (word) => bits[word]!);
    }
  }
  return doubts;
}

function isAlwaysLost({ inAt, ins, from, there }: Wired, node: number): boolean {
  for (let at = inAt[node]!, end = inAt[node + 1]!; at < end; at += 1) {
    if (from[ins[at]!] === 0 && there[ins[at]!] === 1) return true;
  }
  return false;
}

/** Hands on what the waiting nodes have got, until nobody gets more. */
function spread(solving: Solving): void {
  const { graph, queue } = solving;
  const { outAt, outs, to, there, and } = graph;
  for (let node = queue.pop(); node !== -1; node = queue.pop()) {
    for (let at = outAt[node]!, end = outAt[node + 1]!; at < end; at += 1) {
      const edge = outs[at]!;
      if (there[edge] === 0) continue;
      const next = to[edge]!;
      if (and[next] === 1 ? pull(solving, next) : hand(solving, node, next)) queue.push(next);
    }
  }
}

/** @returns whether `to`, a gate "or", got more from `from` */
function hand({ masks, words, journal }: Solving, from: number, to: number): boolean {
  let got = 0;
  for (let word = 0; word < words; word += 1) {
    const more = masks[from * words + word]! & ~masks[to * words + word]!;
    if (more === 0) continue;
    journal?.keep(to);
    masks[to * words + word]! |= more;
    got |= more;
  }
  return got !== 0;
}

/** @returns whether the node has more by what enters it; a gate "and" that nothing enters has all */
function pull(solving: Solving, node: number): boolean {
  const { inAt, ins, from, there, and } = solving.graph;
  if (and[node] === 1) return pullAll(solving, node);
  let got = false;
  for (let at = inAt[node]!, end = inAt[node + 1]!; at < end; at += 1) {
    const edge = ins[at]!;
    if (there[edge] === 1 && hand(solving, from[edge]!, node)) got = true;
  }
  return got;
}

function pullAll({ graph, masks, words, journal }: Solving, node: number): boolean {
  const { inAt, ins, from, there } = graph;
  let got = 0;
  for (let word = 0; word < words; word += 1) {
    let all = 0xffffffff;
    for (let at = inAt[node]!, end = inAt[node + 1]!; at < end && all !== 0; at += 1) {
      const edge = ins[at]!;
      if (there[edge] === 1) all &= masks[from[edge]! * words + word]!;
    }
    const more = all & ~masks[node * words + word]!;
    if (more === 0) continue;
    journal?.keep(node);
    masks[node * words + word]! |= more;
    got |= more;
  }
  return got !== 0;
}
