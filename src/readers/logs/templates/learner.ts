import { createMerging, type Merging } from "./merging.ts";
import { createNodes, rootOf, type Node, type Nodes } from "./nodes.ts";
import { keyOf, signatureOf, tokensOf, type Token } from "./signature.ts";
import type { SavedTemplates, TemplatesState } from "./templates.ts";

/** What happens to lines whose shape is not known yet, within a bound. */
export interface Learner {
  readonly nodes: Nodes;
  /** @param line its number, to know what has not come for long */
  learn(bytes: Uint8Array, line: number): Node;
  save(): SavedTemplates;
  load(saved: SavedTemplates): void;
  state(): TemplatesState;
}

/** A shape not seen for so many lines may be let go when there is no room. */
const idleLines = 50_000;

/** @param evicted called after nodes were renumbered */
export function createLearner(maxNodes: number, evicted: () => void): Learner {
  const nodes = createNodes();
  const merging = createMerging({
    intern: (tokens) => intern(tokens)?.shape ?? null,
    union: (member, into) => nodes.union(member, into),
  });
  const decoder = new TextDecoder();
  let [now, triedAt, coarseLines, evictedShapes] = [0, -idleLines, 0, 0];

  /** The node of a signature, new or not; null: no room. */
  function intern(tokens: readonly Token[]): Node | null {
    const key = keyOf(tokens);
    const found = nodes.byKey(key);
    if (found !== null) return found;
    if (nodes.size() >= maxNodes && !makeRoom()) return null;
    const made = nodes.make(key, tokens, now);
    merging.add(made.shape);
    return made;
  }

  /** Lets go of what was merged into others and of what has not come for long; not tried again at once. */
  function makeRoom(): boolean {
    if (now - triedAt < idleLines / 4) return false;
    triedAt = now;
    evictedShapes += nodes.evict(now - idleLines);
    merging.forget((shape) => nodes.byKey(shape.key) !== null);
    evicted();
    return nodes.size() < maxNodes;
  }

  function known(tokens: readonly Token[]): Node | null {
    const shape = merging.known(tokens);
    return shape === null ? null : nodes.byKey(shape.key);
  }

  return {
    nodes,
    learn(bytes, line) {
      now = line;
      const tokens = signatureOf(decoder.decode(bytes));
      const node = nodes.byKey(keyOf(tokens)) ?? known(tokens) ?? intern(tokens);
      if (node !== null) return node;
      coarseLines++;
      return nodes.coarse(tokens);
    },
    save: () => ({
      version: 1,
      shapes: nodes.all().map(({ shape, count }) => ({ key: shape.key, count })),
      variable: merging.variable(),
      aliases: nodes.aliases(),
    }),
    load: (saved) => restore(saved, { nodes, merging, intern }),
    state: () => ({
      shapes: nodes.size(),
      buckets: merging.size(),
      templates: nodes.roots().length,
      isDegraded: coarseLines > 0,
      coarseLines,
      evicted: evictedShapes,
    }),
  };
}

interface Restored {
  readonly nodes: Nodes;
  readonly merging: Merging;
  intern(tokens: readonly Token[]): Node | null;
}

function restore({ shapes, variable, aliases }: SavedTemplates, { nodes, merging, intern }: Restored): void {
  for (const { key, count } of shapes) {
    const node = intern(tokensOf(key));
    if (node !== null) rootOf(node).count += count;
  }
  for (const [place, key] of variable) {
    const node = nodes.byKey(key);
    if (node !== null) merging.setVariable(place, node.shape);
  }
  for (const [id, became] of aliases) nodes.alias(id, became);
}
