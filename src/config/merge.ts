import type { Path } from "./finding.ts";
import { isMap } from "./walk.ts";

/** Where an entry stands: which file, and its path inside that file. */
export interface Origin {
  readonly source: number;
  readonly path: Path;
}

/** Something two files say at once. */
export interface Clash {
  readonly path: Path;
  readonly first: Origin;
  readonly second: Origin;
}

/** Several files as one: maps merge, lists append. */
export interface Merged {
  readonly value: Readonly<Record<string, unknown>>;
  readonly clashes: readonly Clash[];
  /** where an entry of the whole stands; for one that is not written, where its nearest outer entry does */
  where(path: Path): Origin;
}

type Values = Readonly<Record<string, unknown>>;

/** One entry of the whole; `entries` null: all of it comes from one file. */
interface Node {
  readonly value: unknown;
  readonly origin: Origin;
  readonly entries: ReadonlyMap<string | number, Node> | null;
}

/** The language's version may stand in every file, since each is a document of its own. */
const sharedKey = "version";

/** Joins the files in their order. The first to say something is believed until the clash is mended. */
export function mergeSources(values: readonly Values[]): Merged {
  const clashes: Clash[] = [];
  const nodes = values.map((value, source): Node => ({ value, origin: { source, path: [] }, entries: null }));
  const [first, ...rest] = nodes;
  if (first === undefined) throw new TypeError("nothing to merge");
  let whole = first;
  for (const next of rest) whole = join(whole, next, { path: [], clashes });
  return { value: valueOf(whole) as Values, clashes, where: (path) => originOf(whole, path) };
}

interface Joining {
  readonly path: Path;
  readonly clashes: Clash[];
}

function join(one: Node, other: Node, joining: Joining): Node {
  if (one.value === null) return other;
  if (other.value === null) return one;
  if (Array.isArray(one.value) && Array.isArray(other.value)) return append(one, other);
  if (isMap(one.value) && isMap(other.value)) return joinMaps(one, other, joining);
  const { path, clashes } = joining;
  const shared = path.length === 1 && path[0] === sharedKey && one.value === other.value;
  if (!shared) clashes.push({ path, first: one.origin, second: other.origin });
  return one;
}

function joinMaps(one: Node, other: Node, { path, clashes }: Joining): Node {
  const entries = new Map(entriesOf(one));
  for (const [name, entry] of entriesOf(other)) {
    const known = entries.get(name);
    entries.set(name, known === undefined ? entry : join(known, entry, { path: [...path, name], clashes }));
  }
  return { value: one.value, origin: one.origin, entries };
}

function append(one: Node, other: Node): Node {
  const all = [...entriesOf(one).values(), ...entriesOf(other).values()];
  return { value: one.value, origin: one.origin, entries: new Map(all.entries()) };
}

function entriesOf(node: Node): ReadonlyMap<string | number, Node> {
  if (node.entries !== null) return node.entries;
  const { source, path } = node.origin;
  const named: (readonly [string | number, unknown])[] = Array.isArray(node.value)
    ? [...(node.value as unknown[]).entries()]
    : Object.entries(isMap(node.value) ? node.value : {});
  return new Map(
    named.map(([name, value]) => [name, { value, origin: { source, path: [...path, name] }, entries: null }]),
  );
}

function valueOf(node: Node): unknown {
  if (node.entries === null) return node.value;
  const values = [...node.entries].map(([name, entry]) => [name, valueOf(entry)] as const);
  return Array.isArray(node.value) ? values.map(([, value]) => value) : Object.fromEntries(values);
}

function originOf(whole: Node, path: Path): Origin {
  let node = whole;
  for (const [index, name] of path.entries()) {
    const entry = node.entries?.get(name);
    if (entry === undefined) return { ...node.origin, path: [...node.origin.path, ...path.slice(index)] };
    node = entry;
  }
  return node.origin;
}
