import { kindOf, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { PartGraph } from "../model.ts";
import { partsOf } from "../parts.ts";

/** What a diagnosis is about, and what stands near it. */
export interface Situation {
  readonly subject: ComponentId;
  /** the incident's window begins here, ten minutes before anything was seen; Unix epoch UTC */
  readonly fromMs: number;
  /** first contrary attempt */
  readonly startedAtMs: number;
  /** when this diagnosis began */
  readonly nowMs: number;
  readonly site: Site;
  readonly graph: PartGraph;
  /** every check as it stood when this diagnosis began */
  readonly cells: readonly CheckStatus[];
  /** parts by how near they are to the subject, itself first; what nothing joins to it comes last, in the order of the file */
  readonly near: readonly ComponentId[];
  /** what the subject cannot do without, and what cannot do without it, itself included */
  readonly concerned: ReadonlySet<ComponentId>;
}

export interface SituationInput {
  readonly subject: ComponentId;
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly site: Site;
  readonly cells: readonly CheckStatus[];
  /** made of the site when left out */
  readonly graph?: PartGraph;
}

const beforeMs = 10 * 60_000;

export function situationOf({ graph: given, ...input }: SituationInput): Situation {
  const graph = given ?? partsOf(input.site);
  const { needs, neededBy } = edgesOf(graph);
  const joined = walk(input.subject, (id) => [...(needs.get(id) ?? []), ...(neededBy.get(id) ?? [])]);
  const known = new Set(joined);
  const down = walk(input.subject, (id) => needs.get(id) ?? []);
  // what else runs on the same machine depends on it, too
  const up = walk(input.subject, (id) => neededBy.get(id) ?? []);
  return {
    ...input,
    graph,
    fromMs: input.startedAtMs - beforeMs,
    near: [...joined, ...[...graph.parts.keys()].filter((id) => !known.has(id))],
    concerned: new Set([...down, ...up]),
  };
}

type Edges = ReadonlyMap<ComponentId, readonly ComponentId[]>;

function edgesOf({ parts }: PartGraph): { readonly needs: Edges; readonly neededBy: Edges } {
  const needs = new Map([...parts].map(([id, { dependsOn }]) => [id, dependsOn.map(({ to }) => to)]));
  const neededBy = new Map<ComponentId, ComponentId[]>();
  for (const [from, targets] of needs) {
    for (const to of targets) {
      const list = neededBy.get(to);
      if (list === undefined) neededBy.set(to, [from]);
      else list.push(from);
    }
  }
  return { needs, neededBy };
}

/** Breadth first from `start`, which stands first even where the graph does not know it. */
function walk(start: ComponentId, next: (id: ComponentId) => readonly ComponentId[]): readonly ComponentId[] {
  const seen = new Set([start]);
  for (const id of seen) for (const one of next(id)) seen.add(one);
  return [...seen];
}

/** Names of the nearest parts of one kind of component, at most `most`. */
export function nearest(
  { near }: Pick<Situation, "near">,
  kind: ReturnType<typeof kindOf>,
  most: number,
): readonly string[] {
  return near
    .filter((id) => kindOf(id) === kind)
    .slice(0, most)
    .map(nameOf);
}

/** The part and everything it cannot do without. */
export function needsOf({ graph }: Pick<Situation, "graph">, id: ComponentId): ReadonlySet<ComponentId> {
  return new Set(walk(id, (one) => (graph.parts.get(one)?.dependsOn ?? []).map(({ to }) => to)));
}
