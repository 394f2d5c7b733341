/** `pess`: what is not known is against us. `opt`: it is for us. */
export type Mode = "pess" | "opt";
export type Gate = "or" | "and";

export interface EdgeOptions {
  /** not known to be there: a cause of loss in a gate "or", a support in a gate "and" */
  readonly maybe?: boolean;
  /** a change that nobody has made: there only where an answer says so */
  readonly offered?: boolean;
  /** names what the edge rests on, so that an answer or a change can decide it */
  readonly tag?: string;
}

/** What an answer or a change does to the edges with a tag: there, or not there. */
export type Answers = ReadonlyMap<string, boolean>;

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly maybe: boolean;
  readonly offered: boolean;
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

interface Parts {
  readonly names: string[];
  readonly gates: Gate[];
  readonly edges: Edge[];
  readonly index: Map<string, number>;
}

const empty = (): Parts => ({
  names: [alwaysLost, neverLost],
  gates: ["or", "or"],
  edges: [],
  index: new Map([
    [alwaysLost, 0],
    [neverLost, 1],
  ]),
});

export function createDraft({ names, gates, edges, index }: Parts = empty()): Draft {
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
    edge(from, to, { maybe = false, offered = false, tag } = {}) {
      edges.push({ from: node(from), to: node(to), maybe, offered, tag: tag ?? null });
    },
    copy: () => createDraft({ names: [...names], gates: [...gates], edges: [...edges], index: new Map(index) }),
  };
}

/** Whether an edge counts in this mode while nothing is answered. */
export function isThere({ maybe, offered }: Edge, gate: Gate, mode: Mode): boolean {
  if (offered) return false;
  return !maybe || (gate === "and" ? mode === "opt" : mode === "pess");
}
