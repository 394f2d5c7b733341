import type { Wired } from "./graph.ts";
import type { Steps } from "./slices.ts";

/** Losses with the same effect, of which any one does it. Numbers of events. */
export interface EventClass {
  readonly members: readonly number[];
}

/** Sets of at most three classes that together take a node; none holds another. */
export type CutLabel = readonly (readonly number[])[];

export interface Cuts {
  readonly classes: readonly EventClass[];
  /** the minimal cut sets of an end, smaller ones first, as numbers of classes */
  of(node: number): CutLabel;
}

/** Members of sets that were gone through since others went first. */
interface Effort {
  spent: number;
}
/** some ten milliseconds each */
const effortAStep = 60_000;
const seenAStep = 100_000;

interface Label {
  /** lost without any event */
  readonly isEmpty: boolean;
  readonly ones: ReadonlySet<number>;
  /** sorted members, by their key */
  readonly more: ReadonlyMap<string, readonly number[]>;
}

const nothing: Label = { isEmpty: false, ones: new Set(), more: new Map() };
const always: Label = { isEmpty: true, ones: new Set(), more: new Map() };

/**
 * Minimal cut sets of the ends, up to `most` events together: the same fixpoint, with antichains of sets for labels.
 * Exact: labels only grow in what they cover, and there are finitely many.
 */
export function* minimalCuts(
  graph: Wired,
  seeds: readonly (readonly number[])[],
  { most, ends }: { readonly most: 1 | 2 | 3; readonly ends: readonly number[] },
): Steps<Cuts> {
  const classes = yield* classesOf(graph, seeds, new Set(ends));
  const own = new Map<number, number[]>();
  classes.forEach(({ members }, number) => {
    for (const node of members.flatMap((member) => seeds[member] ?? [])) {
      const known = own.get(node);
      if (known === undefined) own.set(node, [number]);
      else if (known.at(-1) !== number) known.push(number);
    }
  });
  const labels: Label[] = Array.from({ length: graph.size }, () => nothing);
  const interned = createInterning();
  const effort: Effort = { spent: 0 };
  const allOf = createProducts(most, effort);
  yield;
  const queue = [0, ...own.keys()];
  const waits = new Uint8Array(graph.size);
  for (const node of queue) waits[node] = 1;
  for (let next = 0; next < queue.length; next += 1) {
    const node = queue[next] ?? 0;
    waits[node] = 0;
    if (effort.spent > effortAStep) {
      effort.spent = 0;
      yield;
    }
    const label = interned(labelOf(graph, node, { labels, own, allOf, effort }));
    if (label === labels[node]) continue;
    labels[node] = label;
    for (let at = graph.outAt[node] ?? 0, end = graph.outAt[node + 1] ?? 0; at < end; at += 1) {
      const to = graph.outs[at] ?? 0;
      if (waits[to] === 1) continue;
      waits[to] = 1;
      queue.push(to);
    }
  }
  return { classes, of: (node) => listed(labels[node] ?? nothing) };
}

/** Events that reach the same gates "and" and ends are one class: no minimal set needs two of them. */
function* classesOf(
  graph: Wired,
  seeds: readonly (readonly number[])[],
  ends: ReadonlySet<number>,
): Steps<readonly EventClass[]> {
  const groups = new Map<string, number[]>();
  let spent = 0;
  for (const [event, nodes] of seeds.entries()) {
    const frontier = frontierOf(graph, nodes, ends);
    const key = frontier.nodes.toSorted((a, b) => a - b).join(" ");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [event]);
    else group.push(event);
    spent += frontier.seen;
    if (spent <= seenAStep) continue;
    spent = 0;
    yield;
  }
  groups.delete("");
  return [...groups.values()].map((members) => ({ members }));
}

/** The first nodes on every way that stand before a gate "and", or are asked for: all that a loss does, it does by them. */
function frontierOf(
  { outAt, outs, and }: Wired,
  nodes: readonly number[],
  ends: ReadonlySet<number>,
): { readonly nodes: readonly number[]; readonly seen: number } {
  const seen = new Set(nodes);
  const found: number[] = [];
  for (const node of seen) {
    const to = outs.subarray(outAt[node], outAt[node + 1]);
    if (ends.has(node) || to.some((end) => and[end] === 1)) found.push(node);
    else for (const end of to) seen.add(end);
  }
  return { nodes: found, seen: seen.size };
}

interface Known {
  readonly labels: readonly Label[];
  readonly own: ReadonlyMap<number, readonly number[]>;
  readonly effort: Effort;
  allOf(labels: readonly Label[]): Label;
}

function labelOf({ and, inAt, ins }: Wired, node: number, { labels, own, effort, allOf }: Known): Label {
  if (node === 0) return always;
  const inputs = [...new Set([...ins.subarray(inAt[node], inAt[node + 1])].map((from) => labels[from] ?? nothing))];
  effort.spent += 20 + inputs.reduce((sum, { ones, more }) => sum + ones.size + more.size, 0);
  const mine: Label = { isEmpty: false, ones: new Set(own.get(node) ?? []), more: new Map() };
  return anyOf(and[node] === 1 && inputs.length > 0 ? [mine, allOf(inputs)] : [mine, ...inputs]);
}

function anyOf(labels: readonly Label[]): Label {
  if (labels.some(({ isEmpty }) => isEmpty)) return always;
  const ones = new Set<number>();
  for (const label of labels) for (const one of label.ones) ones.add(one);
  const more = new Map<string, readonly number[]>();
  for (const label of labels)
    for (const [key, set] of label.more) if (!set.some((one) => ones.has(one))) more.set(key, set);
  return { isEmpty: false, ones, more: absorbed(more) };
}

/** Threes that hold one of the pairs say nothing more. */
function absorbed(more: ReadonlyMap<string, readonly number[]>): ReadonlyMap<string, readonly number[]> {
  let hasThree = false;
  for (const set of more.values()) if (set.length === 3) hasThree = true;
  if (!hasThree) return more;
  return new Map(
    [...more].filter(
      ([, [a, b, c]]) => c === undefined || ![`${a} ${b}`, `${a} ${c}`, `${b} ${c}`].some((key) => more.has(key)),
    ),
  );
}

/** What is lost only with all of them. Remembered by its inputs, since most data share a few sets of places. */
function createProducts(most: number, effort: Effort): (labels: readonly Label[]) => Label {
  const numbers = new WeakMap<Label, number>();
  let count = 0;
  const numberOf = (label: Label): number => {
    const known = numbers.get(label) ?? (count += 1);
    numbers.set(label, known);
    return known;
  };
  const memory = new Map<string, Label>();
  return (labels) => {
    const key = labels
      .map(numberOf)
      .toSorted((a, b) => a - b)
      .join(" ");
    const known = memory.get(key);
    if (known !== undefined) return known;
    effort.spent += labels.reduce(
      (product, { ones, more }) => Math.min(effortAStep, product * (1 + ones.size + more.size)),
      1,
    );
    const made = productOf(labels, most);
    memory.set(key, made);
    return made;
  };
}

function productOf(labels: readonly Label[], most: number): Label {
  const real = labels.filter(({ isEmpty }) => !isEmpty);
  const [first, ...rest] = real;
  if (first === undefined) return always;
  // what stands alone in all of them stands alone in the product, and is in no larger set of it
  const common = new Set([...first.ones].filter((one) => rest.every(({ ones }) => ones.has(one))));
  const without = (label: Label): Label => ({
    ...label,
    ones: new Set([...label.ones].filter((one) => !common.has(one))),
  });
  const product = rest.map(without).reduce((left, right) => times(left, right, most), without(first));
  return anyOf([{ isEmpty: false, ones: common, more: new Map() }, product]);
}

function times(left: Label, right: Label, most: number): Label {
  const ones = new Set<number>();
  const more = new Map<string, readonly number[]>();
  const [lefts, rights] = [listed(left), listed(right)];
  for (const a of lefts) {
    for (const b of rights) {
      const set = union(a, b, most);
      if (set === null) continue;
      if (set.length === 1) ones.add(set[0] ?? 0);
      else more.set(set.join(" "), set);
    }
  }
  return anyOf([{ isEmpty: false, ones, more }]);
}

/** Of two sorted sets; null when it is too large. */
function union(a: readonly number[], b: readonly number[], most: number): readonly number[] | null {
  const set: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (set.length === most) return null;
    const [x, y] = [a[i] ?? Infinity, b[j] ?? Infinity];
    set.push(Math.min(x, y));
    if (x <= y) i += 1;
    if (y <= x) j += 1;
  }
  return set;
}

function listed({ isEmpty, ones, more }: Label): CutLabel {
  if (isEmpty) return [[]];
  return [...[...ones].map((one) => [one]), ...[...more.values()].toSorted((a, b) => a.length - b.length)];
}

/** Equal labels become one, so that they can be told apart by identity. */
function createInterning(): (label: Label) => Label {
  const known = new Map<string, Label>([
    [textOf(nothing), nothing],
    [textOf(always), always],
  ]);
  return (label) => {
    const text = textOf(label);
    const same = known.get(text);
    if (same !== undefined) return same;
    known.set(text, label);
    return label;
  };
}

function textOf({ isEmpty, ones, more }: Label): string {
  if (isEmpty) return "*";
  return `${[...ones].toSorted((a, b) => a - b).join(" ")}|${[...more.keys()].sort().join(",")}`;
}
