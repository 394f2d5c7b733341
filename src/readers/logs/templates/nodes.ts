import { createHash } from "node:crypto";
import { createAliases } from "./aliases.ts";
import type { Shape } from "./merging.ts";
import { bare, isConstantWord, type Token } from "./signature.ts";

/** A shape with what is known of its lines, and the one it was merged into. */
export interface Node {
  readonly shape: Shape;
  index: number;
  readonly isCoarse: boolean;
  parent: Node | null;
  /** lines of this shape and of all merged into it, as long as it is not merged itself */
  count: number;
  lastLine: number;
}

/** The shapes of one source, what became of them, and ids that outlive them. */
export interface Nodes {
  byKey(key: string): Node | null;
  /** What the id means now. */
  byId(id: string): Node | null;
  at(index: number): Node | null;
  make(key: string, tokens: readonly Token[], line: number): Node;
  /** For lines there is no room to tell apart: by their first constant word and their length. */
  coarse(tokens: readonly Token[]): Node;
  union(member: Shape, into: Shape): void;
  alias(id: string, became: string): void;
  /** Drops what is merged and what was last seen before `line`. @returns how many */
  evict(line: number): number;
  size(): number;
  all(): readonly Node[];
  roots(): readonly Node[];
  aliases(): readonly (readonly [string, string])[];
}

const mostCoarse = 512;
/** No signature has it. */
const coarseMark = "\u0003";

/** The one all of these were merged into; the way to it is shortened. */
export function rootOf(node: Node): Node {
  let top = node;
  while (top.parent !== null) top = top.parent;
  let at = node;
  while (at.parent !== null && at.parent !== top) {
    const next: Node = at.parent;
    at.parent = top;
    at = next;
  }
  return top;
}

export function createNodes(): Nodes {
  const keys = new Map<string, Node>();
  const ids = new Map<string, Node>();
  const gone = createAliases();
  const coarse = createCoarse((node) => ids.set(node.shape.id, node));
  let list: (Node | null)[] = [];

  function alias(id: string, became: string): void {
    if (id !== became && !ids.has(id)) gone.set(id, became);
  }

  function drop(node: Node): void {
    keys.delete(node.shape.key);
    ids.delete(node.shape.id);
    if (node.parent !== null) alias(node.shape.id, rootOf(node).shape.id);
  }

  return {
    byKey: (key) => keys.get(key) ?? null,
    byId(id) {
      const node = ids.get(id) ?? ids.get(gone.follow(id));
      return node === undefined ? null : rootOf(node);
    },
    at: (index) => list[index] ?? null,
    make(key, tokens, line) {
      const node = makeNode({ key, tokens, index: list.length, line });
      keys.set(key, node);
      ids.set(node.shape.id, node);
      gone.delete(node.shape.id);
      list.push(node);
      return node;
    },
    coarse,
    union(member, into) {
      const [from, to] = [keys.get(member.key), keys.get(into.key)];
      if (to === undefined) return;
      if (from === undefined) alias(member.id, into.id);
      else merge(rootOf(from), rootOf(to));
    },
    alias,
    evict(line) {
      const before = keys.size;
      // those merged first: their aliases need what they became
      for (const node of keys.values()) if (node.parent !== null) drop(node);
      for (const node of keys.values()) if (node.lastLine < line) drop(node);
      list = [...keys.values()];
      list.forEach((node, index) => node !== null && Object.assign(node, { index }));
      return before - keys.size;
    },
    size: () => keys.size,
    all: () => [...keys.values()],
    roots: () => [...ids.values()].filter(({ parent }) => parent === null),
    aliases: () => [...gone.all(), ...[...keys.values()].flatMap(aliasOf)],
  };
}

function makeNode(made: { key: string; tokens: readonly Token[]; index: number; line: number }): Node {
  const { key, tokens, index, line } = made;
  const shape: Shape = { id: idOf(key), key, tokens };
  return { shape, index, isCoarse: index < 0, parent: null, count: 0, lastLine: line };
}

function merge(below: Node, above: Node): void {
  if (below === above) return;
  below.parent = above;
  above.count += below.count;
  above.lastLine = Math.max(above.lastLine, below.lastLine);
  below.count = 0;
}

function aliasOf(node: Node): readonly (readonly [string, string])[] {
  return node.parent === null ? [] : [[node.shape.id, rootOf(node).shape.id]];
}

function createCoarse(made: (node: Node) => void): Nodes["coarse"] {
  const byKey = new Map<string, Node>();
  return (tokens) => {
    const word = tokens.find(isConstantWord);
    const wanted = `${coarseMark}${bare(word ?? "")}${coarseMark}${tokens.length}`;
    const key = byKey.has(wanted) || byKey.size < mostCoarse ? wanted : coarseMark;
    const found = byKey.get(key);
    if (found !== undefined) return found;
    const node = makeNode({ key, tokens: key === wanted && word !== undefined ? [word] : [], index: -1, line: 0 });
    byKey.set(key, node);
    made(node);
    return node;
  };
}

/** The same for the same signature, on every machine and after every restart. */
function idOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 12);
}
