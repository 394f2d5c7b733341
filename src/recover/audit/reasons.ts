import type { AuditFact, CopyReason, FactCode } from "../../kernel/ports-audit.ts";
import { factCodes } from "../../kernel/ports-audit.ts";
import type { CopyFacts } from "./facts.ts";
import { isThere, type Edge } from "./draft.ts";
import type { Model } from "./model.ts";

/** `copy|office` as a fact; null for a tag that is no fact but something that is so. */
export function factOf(tag: string): AuditFact | null {
  const code = tag.slice(0, tag.indexOf("|"));
  return isFactCode(code) ? { code, of: tag.slice(code.length + 1) } : null;
}

function isFactCode(code: string): code is FactCode {
  return (factCodes as readonly string[]).includes(code);
}

interface Derived {
  readonly pess: Int32Array;
  readonly opt: Int32Array;
}

/** Why copies are of no use: by the shortest way the loss reaches them. @returns a function of the copy */
export function createReasons({ draft }: Model, { pess, opt }: Derived): (copy: CopyFacts) => CopyReason {
  let into: ReadonlyMap<number, readonly Edge[]> | null = null;
  const edgesInto = (node: number): readonly Edge[] => (into ??= byEnd(draft.edges)).get(node) ?? [];
  const nameOf = (node: number): string => draft.names[node] ?? "";

  return ({ id, exists }) => {
    const node = draft.find(`X:${id}`) ?? 0;
    const isSure = (opt[node] ?? -1) !== -1;
    const because = isSure ? opt : pess;
    const way = pathTo(because, node);
    const facts = isSure ? [] : way.flatMap((step, index) => factsOf(step, way[index + 1] ?? null));
    const [, first = 0] = way;
    const code = codeOf(nameOf(first), { exists, facts });
    return { code, by: holders(way, first), fact: facts[0] ?? null };

    /** What the step rests on and nobody knows: the possible edge it came by, or the supports that may not be there. */
    function factsOf(step: number, from: number | null): readonly AuditFact[] {
      const isAnd = draft.gates[step] === "and";
      const edges = edgesInto(step).filter((edge) => edge.maybe && edge.tag !== null);
      const used = isAnd
        ? edges.filter((edge) => !isThere(edge, "and", "pess"))
        : edges.filter((edge) => edge.from === from && !edgesInto(step).some((one) => one.from === from && !one.maybe));
      return used.flatMap(({ tag }) => factOf(tag ?? "") ?? []);
    }
  };

  function holders(way: readonly number[], first: number): readonly string[] {
    const name = nameOf(first);
    if (name.startsWith("K:")) {
      const all = draft.find(`${name}:all`);
      if (all === null || way.includes(draft.find(`L:key:${plainKey(name)}`) ?? -1)) return [`key:${plainKey(name)}`];
      const held = edgesInto(all).flatMap((edge) => /^KEY:.*?@(.*)$/.exec(nameOf(edge.from))?.[1] ?? []);
      return held.length === 0 ? [`key:${plainKey(name)}`] : held;
    }
    // the actor nearest to the copy that is somebody or something, not only a credential
    const actors = way.map(nameOf).filter((one) => /^[LO]:/.test(one));
    const actor = actors.find((one) => !one.startsWith("O:credential:")) ?? actors[0];
    return actor === undefined ? [] : [actor.slice(2)];
  }
}

function plainKey(name: string): string {
  return name.slice(2);
}

function byEnd(edges: readonly Edge[]): ReadonlyMap<number, readonly Edge[]> {
  const ends = new Map<number, Edge[]>();
  for (const edge of edges) {
    const known = ends.get(edge.to);
    if (known === undefined) ends.set(edge.to, [edge]);
    else known.push(edge);
  }
  return ends;
}

/** From the node back to what was lost by itself. */
function pathTo(because: Int32Array, node: number): readonly number[] {
  const way = [node];
  for (let before = because[node] ?? -1; before >= 0; before = because[before] ?? -1) way.push(before);
  return way;
}

interface Seen {
  readonly exists: CopyFacts["exists"];
  readonly facts: readonly AuditFact[];
}

function codeOf(name: string, { exists, facts }: Seen): CopyReason["code"] {
  if (name.startsWith("G:")) return "located";
  if (name.startsWith("D:")) return "deleted";
  if (name.startsWith("K:")) return "no-key";
  if (name.startsWith("A:")) return "unreadable";
  if (name === "E:repository-rot") return "damaged";
  if (name.startsWith("E:")) return "no-generation";
  if (exists === false) return "absent";
  return facts[0]?.code === "damage" ? "damaged" : "unproven";
}
