import type { Steps } from "./slices.ts";

/** `pess`: what is not known is against us. `opt`: it is for us. */
export type Mode = "pess" | "opt";
export type Gate = "or" | "and";

export interface EdgeOptions {
  /** not known to be there: a cause of loss in a gate "or", a support in a gate "and" */
  readonly maybe?: boolean;
  /** names what the edge rests on, so that an answer or a change can decide it */
  readonly tag?: string;
}

/** What an answer or a change does to the edges with a tag: there, or not there. */
export type Answers = ReadonlyMap<string, boolean>;

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly maybe: boolean;
  readonly tag: string | null;
}

/** A monotone AND/OR graph of losses under construction. True means lost. Node 0 is always lost, node 1 never. */
export interface Draft {
  readonly names: readonly string[];
  readonly gates: readonly Gate[];
  readonly edges: readonly Edge[];
  /** the node of that name, made with the gate when it is new */
  node(name: string, gate?: Gate): number;
  find(name: string): number | null;
  edge(from: string, to: string, options?: EdgeOptions): void;
  /** the same graph, to which more can be added without changing this one */
  copy(): Draft;
}

export const alwaysLost = "TRUE";
export const neverLost = "FALSE";

export function createDraft(from?: {
  names: readonly string[];
  gates: readonly Gate[];
  edges: readonly Edge[];
}): Draft {
  const names = [...(from?.names ?? [alwaysLost, neverLost])];
  const gates: Gate[] = [...(from?.gates ?? (["or", "or"] as const))];
  const edges = [...(from?.edges ?? [])];
  const index = new Map(names.map((name, number) => [name, number]));
  const node = (name: string, gate: Gate = "or"): number => {
    const known = index.get(name);
    if (known !== undefined) return known;
    index.set(name, names.length);
    gates.push(gate);
    return names.push(name) - 1;
  };
  return {
    names,
    gates,
    edges,
    node,
    find: (name) => index.get(name) ?? null,
    edge(fromName, toName, { maybe = false, tag } = {}) {
      edges.push({ from: node(fromName), to: node(toName), maybe, tag: tag ?? null });
    },
    copy: () => createDraft({ names, gates, edges }),
  };
}

/** The graph as it is in one mode: edges in rows, by where they begin and where they end. */
export interface Wired {
  readonly size: number;
  /** 1: AND */
  readonly and: Uint8Array;
  readonly outAt: Uint32Array;
  readonly outs: Uint32Array;
  readonly inAt: Uint32Array;
  readonly ins: Uint32Array;
}

/** Whether an edge counts in this mode. */
export function isThere(edge: Edge, gate: Gate, { mode, answers }: { mode: Mode; answers?: Answers }): boolean {
  const answer = edge.tag === null ? undefined : answers?.get(edge.tag);
  if (answer !== undefined) return answer;
  if (!edge.maybe) return true;
  return gate === "and" ? mode === "opt" : mode === "pess";
}

export function wire(draft: Draft, mode: Mode, answers?: Answers): Wired {
  const { gates, edges } = draft;
  const size = gates.length;
  const how = answers === undefined ? { mode } : { mode, answers };
  const there = edges.filter((edge) => isThere(edge, gates[edge.to] ?? "or", how));
  const supported = new Uint8Array(size);
  for (const { to } of there) supported[to] = 1;
  // a gate "and" that nothing supports is lost from the beginning
  gates.forEach((gate, node) => {
    if (gate === "and" && supported[node] === 0) there.push({ from: 0, to: node, maybe: false, tag: null });
  });
  const [from, to] = [new Uint32Array(there.length), new Uint32Array(there.length)];
  there.forEach((edge, index) => {
    from[index] = edge.from;
    to[index] = edge.to;
  });
  const [inAt, ins] = rowsOf(size, to, from);
  const [outAt, outs] = rowsOf(size, from, to);
  return { size, and: Uint8Array.from(gates, (gate) => (gate === "and" ? 1 : 0)), outAt, outs, inAt, ins };
}

/** The other ends of edges, in rows. @returns where each row begins, and the ends */
function rowsOf(size: number, rows: Uint32Array, ends: Uint32Array): readonly [Uint32Array, Uint32Array] {
  const begins = new Uint32Array(size + 1);
  for (const row of rows) begins[row + 1]! += 1;
  for (let node = 0; node < size; node += 1) begins[node + 1]! += begins[node]!;
  const next = begins.slice();
  const others = new Uint32Array(ends.length);
  for (let edge = 0; edge < ends.length; edge += 1) {
    const row = rows[edge]!;
    others[next[row]!] = ends[edge]!;
    next[row]! += 1;
  }
  return [begins, others];
}

/** Which nodes each loss takes: bit `e` of the node's words is loss `e`. */
export interface Solved {
  readonly words: number;
  readonly masks: Uint32Array;
  isLost(node: number, event: number): boolean;
}

/** Words of masks looked at before others go first: some ten milliseconds. */
const wordsAStep = 1_000_000;

/** The least fixpoint for all losses at once. @param seeds by loss, the nodes it takes by itself */
export function* solveSteps(graph: Wired, seeds: readonly (readonly number[])[]): Steps<Solved> {
  const words = Math.max(1, Math.ceil(seeds.length / 32));
  const masks = new Uint32Array(graph.size * words);
  const queue = createQueue(graph.size);
  masks.fill(0xffffffff, 0, words);
  queue.push(0);
  seeds.forEach((nodes, event) => {
    for (const node of nodes) {
      const at = node * words + (event >>> 5);
      masks[at] = (masks[at] ?? 0) | (1 << (event & 31));
      queue.push(node);
    }
  });
  let looked = 0;
  for (let node = queue.pop(); node !== -1; node = queue.pop()) {
    if (looked > wordsAStep) {
      looked = 0;
      yield;
    }
    for (let at = graph.outAt[node] ?? 0, end = graph.outAt[node + 1] ?? 0; at < end; at += 1) {
      const to = graph.outs[at] ?? 0;
      looked += words * (graph.and[to] === 1 ? 1 + (graph.inAt[to + 1] ?? 0) - (graph.inAt[to] ?? 0) : 1);
      const changed =
        graph.and[to] === 1 ? takeAll(graph, masks, { to, words }) : takeOne(masks, { from: node, to, words });
      if (changed) queue.push(to);
    }
  }
  return {
    words,
    masks,
    isLost: (node, event) => (((masks[node * words + (event >>> 5)] ?? 0) >>> (event & 31)) & 1) === 1,
  };
}

function takeOne(masks: Uint32Array, { from, to, words }: { from: number; to: number; words: number }): boolean {
  let changed = false;
  for (let word = 0; word < words; word += 1) {
    const old = masks[to * words + word] ?? 0;
    const now = (old | (masks[from * words + word] ?? 0)) >>> 0;
    if (now === old) continue;
    masks[to * words + word] = now;
    changed = true;
  }
  return changed;
}

function takeAll({ inAt, ins }: Wired, masks: Uint32Array, { to, words }: { to: number; words: number }): boolean {
  let changed = false;
  for (let word = 0; word < words; word += 1) {
    let all = 0xffffffff;
    for (let at = inAt[to] ?? 0, end = inAt[to + 1] ?? 0; at < end && all !== 0; at += 1) {
      all &= masks[(ins[at] ?? 0) * words + word] ?? 0;
    }
    const old = masks[to * words + word] ?? 0;
    const now = (old | all) >>> 0;
    if (now === old) continue;
    masks[to * words + word] = now;
    changed = true;
  }
  return changed;
}

/** First in, first out; a node waits once. @returns by `pop` -1 when nothing waits */
function createQueue(size: number): { push(node: number): void; pop(): number } {
  const ring = new Uint32Array(size + 1);
  const waits = new Uint8Array(size);
  let [head, tail] = [0, 0];
  return {
    push(node) {
      if (waits[node] === 1) return;
      waits[node] = 1;
      ring[tail] = node;
      tail = tail === size ? 0 : tail + 1;
    },
    pop() {
      if (head === tail) return -1;
      const node = ring[head] ?? 0;
      head = head === size ? 0 : head + 1;
      waits[node] = 0;
      return node;
    },
  };
}

/** How each lost node came to be lost, by the shortest way: -1 not lost, -2 by itself, else the node before it. */
export function derive(graph: Wired, seeds: readonly number[]): Int32Array {
  const because = new Int32Array(graph.size).fill(-1);
  const open = Uint32Array.from(
    { length: graph.size },
    (_, node) => (graph.inAt[node + 1] ?? 0) - (graph.inAt[node] ?? 0),
  );
  const queue = [...new Set([...seeds, 0])];
  for (const node of queue) because[node] = -2;
  for (let next = 0; next < queue.length; next += 1) {
    const node = queue[next] ?? 0;
    for (let at = graph.outAt[node] ?? 0, end = graph.outAt[node + 1] ?? 0; at < end; at += 1) {
      const to = graph.outs[at] ?? 0;
      open[to] = (open[to] ?? 0) - 1;
      if (because[to] !== -1 || (graph.and[to] === 1 && open[to] !== 0)) continue;
      because[to] = node;
      queue.push(to);
    }
  }
  return because;
}
