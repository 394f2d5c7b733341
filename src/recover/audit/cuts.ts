import { nextOf, sourcesOf, unsupported, type Wired } from "./graph.ts";
import type { Steps } from "./slices.ts";

/** Losses with the same effect, of which any one does it. Numbers of events. */
export interface EventClass {
  readonly members: readonly number[];
  /** the nodes by which they do all that they do */
  readonly reaches: Uint32Array;
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
const seedsAStep = 200;

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
  const classes = yield* classesOf(graph, seeds, ends);
  const own = new Map<number, number[]>();
  classes.forEach(({ reaches }, number) => {
    for (const node of reaches) {
      const known = own.get(node);
      if (known === undefined) own.set(node, [number]);
      else known.push(number);
    }
  });
  const labels: Label[] = Array.from({ length: graph.size }, () => nothing);
  const interned = createInterning();
  const effort: Effort = { spent: 0 };
  const allOf = createProducts(most, effort);
  yield;
  const queue = [...new Set([0, ...unsupported(graph), ...own.keys()])];
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
    for (const to of nextOf(graph, node)) {
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
  ends: readonly number[],
): Steps<readonly EventClass[]> {
  const frontierOf = createFrontier(graph, ends);
  const groups = new Map<string, { readonly members: number[]; readonly reaches: Uint32Array }>();
  for (const [event, nodes] of seeds.entries()) {
    const reaches = frontierOf(nodes);
    const key = reaches.join(" ");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { members: [event], reaches });
    else group.members.push(event);
    if (event % seedsAStep === seedsAStep - 1) yield;
  }
  groups.delete("");
  return [...groups.values()];
}

/** @returns a function of a loss's nodes: the first on every way that stand before a gate "and", or are asked for. All that a loss does, it does by them. */
function createFrontier(graph: Wired, ends: readonly number[]): (nodes: readonly number[]) => Uint32Array {
  const { size, and, from, to, there, outAt, outs } = graph;
  const isFrontier = new Uint8Array(size);
  for (const end of ends) isFrontier[end] = 1;
  for (let edge = 0; edge < to.length; edge += 1) {
    if (there[edge] === 1 && and[to[edge]!] === 1) isFrontier[from[edge]!] = 1;
  }
  const seenIn = new Uint32Array(size);
  let round = 0;
  return (nodes) => {
    round += 1;
    const [waiting, found] = [[...nodes], new Set<number>()];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (seenIn[node] === round) continue;
      seenIn[node] = round;
      if (isFrontier[node] === 1) {
        found.add(node);
        continue;
      }
      for (let at = outAt[node]!, end = outAt[node + 1]!; at < end; at += 1) {
        if (there[outs[at]!] === 1) waiting.push(to[outs[at]!]!);
      }
    }
    return Uint32Array.from(found).sort();
  };
}

interface Known {
  readonly labels: readonly Label[];
  readonly own: ReadonlyMap<number, readonly number[]>;
  readonly effort: Effort;
  allOf(labels: readonly Label[]): Label;
}

function labelOf(graph: Wired, node: number, { labels, own, effort, allOf }: Known): Label {
  const isAnd = graph.and[node] === 1;
  const sources = new Set<Label>();
  for (const from of sourcesOf(graph, node)) sources.add(labels[from]!);
  if (node === 0 || (isAnd && sources.size === 0)) return always;
  if (!isAnd) sources.delete(nothing);
  const inputs = [...sources];
  const [only = nothing] = inputs;
  if (inputs.length <= 1 && !own.has(node)) return only;
  effort.spent += 20 + inputs.reduce((sum, { ones, more }) => sum + ones.size + more.size, 0);
  const mine: Label = { isEmpty: false, ones: new Set(own.get(node) ?? []), more: new Map() };
  return anyOf(isAnd ? [mine, allOf(inputs)] : [mine, ...inputs]);
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

/** Every union of a set of each that is small enough. A set that is full already stays where the other label has a part of it. */
function times(left: Label, right: Label, most: number): Label {
  const ones = new Set<number>();
  const more = new Map<string, readonly number[]>();
  const add = (set: readonly number[]): void => {
    if (set.length === 1) ones.add(set[0]!);
    else more.set(set.join(" "), set);
  };
  const [lefts, rights] = [listed(left), listed(right)];
  const roomyRights = rights.filter(({ length }) => length < most);
  for (const a of lefts) {
    if (a.length === most) {
      if (hasPartOf(right, a)) add(a);
      continue;
    }
    for (const b of roomyRights) {
      const set = union(a, b, most);
      if (set !== null) add(set);
    }
  }
  for (const b of rights) if (b.length === most && hasPartOf(left, b)) add(b);
  return anyOf([{ isEmpty: false, ones, more }]);
}

/** Whether a set of the label lies within the given one, of at most three. */
function hasPartOf({ ones, more }: Label, set: readonly number[]): boolean {
  if (set.some((one) => ones.has(one))) return true;
  if (more.size === 0) return false;
  const [a, b, c] = set;
  const parts = c === undefined ? [`${a} ${b}`] : [`${a} ${b}`, `${a} ${c}`, `${b} ${c}`, `${a} ${b} ${c}`];
  return parts.some((part) => more.has(part));
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
