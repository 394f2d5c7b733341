import { isThere, type Answers, type Draft, type Mode } from "./draft.ts";

/** A draft in rows of numbers, made once for all that is asked of it. */
export interface Graph {
  readonly size: number;
  /** 1: AND */
  readonly and: Uint8Array;
  /** by edge, in the order of the draft */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** numbers of the edges that leave a node, from `outAt[node]` up to `outAt[node + 1]`, and of those that enter it */
  readonly outAt: Uint32Array;
  readonly outs: Uint32Array;
  readonly inAt: Uint32Array;
  readonly ins: Uint32Array;
  /** by edge, 1: there while nothing is answered */
  readonly there: Readonly<Record<Mode, Uint8Array>>;
  /** numbers of the edges with a tag */
  readonly tagged: ReadonlyMap<string, readonly number[]>;
}

export function compile({ gates, edges }: Pick<Draft, "gates" | "edges">): Graph {
  const [size, count] = [gates.length, edges.length];
  const [from, to] = [new Uint32Array(count), new Uint32Array(count)];
  const there = { pess: new Uint8Array(count), opt: new Uint8Array(count) };
  const tagged = new Map<string, number[]>();
  for (let number = 0; number < count; number += 1) {
    const edge = edges[number]!;
    from[number] = edge.from;
    to[number] = edge.to;
    const gate = gates[edge.to]!;
    there.pess[number] = isThere(edge, gate, "pess") ? 1 : 0;
    there.opt[number] = isThere(edge, gate, "opt") ? 1 : 0;
    if (edge.tag === null) continue;
    const alike = tagged.get(edge.tag);
    if (alike === undefined) tagged.set(edge.tag, [number]);
    else alike.push(number);
  }
  const [outAt, outs] = rowsOf(size, from);
  const [inAt, ins] = rowsOf(size, to);
  const and = Uint8Array.from(gates, (gate) => (gate === "and" ? 1 : 0));
  return { size, and, from, to, outAt, outs, inAt, ins, there, tagged };
}

/** Numbers of edges by their end. @returns where each row begins, and the numbers */
function rowsOf(size: number, ends: Uint32Array): readonly [Uint32Array, Uint32Array] {
  const begins = new Uint32Array(size + 1);
  for (const end of ends) begins[end + 1]! += 1;
  for (let node = 0; node < size; node += 1) begins[node + 1]! += begins[node]!;
  const next = begins.slice();
  const numbers = new Uint32Array(ends.length);
  for (let edge = 0; edge < ends.length; edge += 1) {
    const row = ends[edge]!;
    numbers[next[row]!] = edge;
    next[row]! += 1;
  }
  return [begins, numbers];
}

/** The graph as it is in one mode. */
export interface Wired extends Omit<Graph, "there"> {
  /** by edge, 1: there */
  readonly there: Uint8Array;
}

export function wire(graph: Graph, mode: Mode, answers?: Answers): Wired {
  const there = graph.there[mode].slice();
  for (const { edge, is } of answeredEdges(graph, answers)) there[edge] = is;
  return { ...graph, there };
}

/** What answers say of single edges. */
export function answeredEdges(
  { tagged }: Pick<Graph, "tagged">,
  answers: Answers = new Map(),
): readonly { readonly edge: number; readonly is: 0 | 1 }[] {
  return [...answers].flatMap(([tag, answer]) =>
    (tagged.get(tag) ?? []).map((edge) => ({ edge, is: answer ? (1 as const) : (0 as const) })),
  );
}

/** Gates "and" that nothing supports: lost from the beginning. */
export function unsupported(graph: Wired): readonly number[] {
  const found: number[] = [];
  for (let node = 0; node < graph.size; node += 1) {
    if (graph.and[node] === 1 && !isSupported(graph, node)) found.push(node);
  }
  return found;
}

function isSupported({ inAt, ins, there }: Wired, node: number): boolean {
  for (let at = inAt[node]!, end = inAt[node + 1]!; at < end; at += 1) if (there[ins[at]!] === 1) return true;
  return false;
}

/** The nodes to which edges lead that are there. */
export function* nextOf({ outAt, outs, to, there }: Wired, node: number): Iterable<number> {
  for (let at = outAt[node]!, end = outAt[node + 1]!; at < end; at += 1) {
    const edge = outs[at]!;
    if (there[edge] === 1) yield to[edge]!;
  }
}

/** The nodes from which edges come that are there. */
export function* sourcesOf({ inAt, ins, from, there }: Wired, node: number): Iterable<number> {
  for (let at = inAt[node]!, end = inAt[node + 1]!; at < end; at += 1) {
    const edge = ins[at]!;
    if (there[edge] === 1) yield from[edge]!;
  }
}

/** How each lost node came to be lost, by the shortest way: -1 not lost, -2 by itself, else the node before it. */
export function derive(graph: Wired, seeds: readonly number[]): Int32Array {
  const because = new Int32Array(graph.size).fill(-1);
  const open = new Uint32Array(graph.size);
  graph.to.forEach((to, edge) => void (open[to]! += graph.there[edge]!));
  const queue = [...new Set([...seeds, 0])];
  for (const node of queue) because[node] = -2;
  const take = (to: number, from: number): void => {
    if (because[to] !== -1) return;
    because[to] = from;
    queue.push(to);
  };
  for (let next = 0; next < queue.length; next += 1) {
    const node = queue[next]!;
    if (node === 0) for (const gate of unsupported(graph)) take(gate, 0);
    for (const to of nextOf(graph, node)) {
      open[to]! -= 1;
      if (graph.and[to] === 0 || open[to] === 0) take(to, node);
    }
  }
  return because;
}
