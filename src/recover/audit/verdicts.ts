import type { Fate } from "../../kernel/ports-audit.ts";
import { solve, wire, type Answers, type Draft, type Mode } from "./graph.ts";

/** What is asked of the graph: which of these nodes are lost by which of these losses. */
export interface Asked {
  readonly draft: Draft;
  /** by loss, the nodes it takes */
  readonly seeds: readonly (readonly number[])[];
  /** nodes of the data */
  readonly ends: readonly number[];
}

export interface Verdicts {
  readonly lost: number;
  readonly unknown: number;
  fate(end: number, event: number): Fate;
}

/** Edges gone through for all changes or questions together: about a second. */
const mostEdges = 4_000_000;
const fewestTried = 8;

/** How many whole audits can be tried on a graph of this size, each being one again. */
export function affordable({ draft }: Asked, most: number): number {
  return Math.max(fewestTried, Math.min(most, Math.floor(mostEdges / (draft.edges.length + 1))));
}

/** Lost is what is lost even when everything unknown is for us; survives what does even when it is against us. */
export function verdictsOf({ draft, seeds, ends }: Asked, answers?: Answers): Verdicts {
  const [pess, opt] = (["pess", "opt"] as const).map((mode: Mode) => solve(wire(draft, mode, answers), seeds));
  const fate = (end: number, event: number): Fate => {
    const node = ends[end] ?? 0;
    if (opt?.isLost(node, event) === true) return "lost";
    return pess?.isLost(node, event) === true ? "unknown" : "survives";
  };
  let [lost, unknown] = [0, 0];
  for (let end = 0; end < ends.length; end += 1) {
    for (let event = 0; event < seeds.length; event += 1) {
      const found = fate(end, event);
      if (found === "lost") lost += 1;
      else if (found === "unknown") unknown += 1;
    }
  }
  return { lost, unknown, fate };
}
