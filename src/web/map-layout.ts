import { Graph as Drawing, layout } from "@dagrejs/dagre";
import { eastAsianWidth } from "get-east-asian-width";
import type { Graph } from "../kernel/graph.ts";
import { componentId, kindOf, nameOf, type ComponentId } from "../kernel/model/component.ts";
import type { Site } from "../kernel/model/site.ts";
import { placeOf } from "./things.ts";

/** One box of the map, its middle at x, y. */
export interface MapNode {
  readonly id: ComponentId;
  readonly label: string;
  /** of a grouped map: the services that are in it */
  readonly members: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MapEdge {
  readonly from: ComponentId;
  readonly to: ComponentId;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface MapDrawing {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  /** true: places stand for what is in them */
  readonly grouped: boolean;
  /** boxes there would be without grouping */
  readonly whole: number;
}

/** More boxes than this nobody takes in, and the layout would take long. */
const mostNodes = 150;
const boxHeight = 40;
const cellWidth = 8;
const boxPadding = 44;
const mostCells = 28;

interface Plain {
  readonly nodes: ReadonlyMap<ComponentId, readonly string[]>;
  readonly edges: readonly (readonly [ComponentId, ComponentId])[];
}

/**
 * Lays the dependencies out in layers: what needs stands left of what is needed.
 * @param only the part of the map to draw; null: all of it
 */
export function layOut(site: Site, graph: Graph, only: ReadonlySet<ComponentId> | null): MapDrawing {
  const plain = plainOf(graph, only);
  const grouped = plain.nodes.size > mostNodes;
  const { nodes, edges } = grouped ? groupByPlace(site, plain) : plain;
  const drawing = new Drawing({ directed: true });
  drawing.setGraph({ rankdir: "LR", nodesep: 16, ranksep: 48, marginx: 8, marginy: 8 });
  drawing.setDefaultEdgeLabel(() => ({}));
  const label = (id: ComponentId): string => shortened(labelOf(site, id));
  for (const id of nodes.keys()) {
    drawing.setNode(id, { width: cellsOf(label(id)) * cellWidth + boxPadding, height: boxHeight });
  }
  for (const [from, to] of edges) drawing.setEdge(from, to);
  layout(drawing);
  const { width = 0, height = 0 } = drawing.graph() as { width?: number; height?: number };
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    grouped,
    whole: plain.nodes.size,
    nodes: [...nodes].map(([id, members]) => {
      const box = drawing.node(id) as unknown as { x: number; y: number; width: number; height: number };
      return { id, label: label(id), members, x: box.x, y: box.y, width: box.width, height: box.height };
    }),
    edges: edges.map(([from, to]) => {
      const { points } = drawing.edge(from, to) as unknown as { points: { x: number; y: number }[] };
      return { from, to, points };
    }),
  };
}

function plainOf(graph: Graph, only: ReadonlySet<ComponentId> | null): Plain {
  const ids = [...graph.nodes].filter((id) => kindOf(id) !== "vantage" && (only === null || only.has(id)));
  const linked = new Set(ids.flatMap((id) => graph.needs(id).flatMap((need) => [id, need])));
  const kept = new Set(ids.filter((id) => kindOf(id) === "service" || linked.has(id)));
  const edges = [...kept].flatMap((id) =>
    graph
      .needs(id)
      .filter((need) => kept.has(need))
      .map((need) => [id, need] as const),
  );
  return { nodes: new Map([...kept].map((id) => [id, kindOf(id) === "service" ? [nameOf(id)] : []])), edges };
}

/** Services of a place become its box; the places' own dependencies are drawn between them. */
function groupByPlace(site: Site, plain: Plain): Plain {
  const groupOf = (id: ComponentId): ComponentId => {
    if (kindOf(id) === "service") return componentId("place", placeOf(site, nameOf(id)) ?? "?");
    if (kindOf(id) === "host") return componentId("place", site.hosts.get(nameOf(id))?.at ?? "?");
    return id;
  };
  const nodes = new Map<ComponentId, readonly string[]>();
  for (const [id, members] of plain.nodes) {
    if (kindOf(id) === "segment") continue;
    nodes.set(groupOf(id), [...(nodes.get(groupOf(id)) ?? []), ...members]);
  }
  const edges = new Map<string, readonly [ComponentId, ComponentId]>();
  for (const [from, to] of plain.edges) {
    const link = [groupOf(from), groupOf(to)] as const;
    if (link[0] !== link[1] && nodes.has(link[0]) && nodes.has(link[1])) edges.set(link.join(" "), link);
  }
  return { nodes, edges: [...edges.values()] };
}

function labelOf(site: Site, id: ComponentId): string {
  return kindOf(id) === "service" ? (site.services.get(nameOf(id))?.name ?? nameOf(id)) : nameOf(id);
}

/** Columns of a fixed-width face; kanji take two. */
function cellsOf(text: string): number {
  let cells = 0;
  for (const sign of text) cells += eastAsianWidth(sign.codePointAt(0) ?? 0);
  return cells;
}

function shortened(text: string): string {
  if (cellsOf(text) <= mostCells) return text;
  let short = "";
  for (const sign of text) {
    if (cellsOf(short + sign) > mostCells - 1) break;
    short += sign;
  }
  return `${short}…`;
}

export interface MapLayouts {
  whole(): MapDrawing;
  /** one service with what it needs and what needs it */
  around(service: string): MapDrawing;
}

const mostKept = 64;

/** Keeps what was laid out until another configuration runs. */
export function createMapLayouts(deps: { site(): Site; graphOf(site: Site): Graph }): MapLayouts {
  let drawnOf: Site | null = null;
  let graph: Graph | null = null;
  const kept = new Map<string, MapDrawing>();

  function drawn(key: string, only: (graph: Graph) => ReadonlySet<ComponentId> | null): MapDrawing {
    const site = deps.site();
    if (drawnOf !== site || graph === null) {
      kept.clear();
      graph = deps.graphOf(site);
      drawnOf = site;
    }
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= mostKept) kept.clear();
    const made = layOut(site, graph, only(graph));
    kept.set(key, made);
    return made;
  }

  return {
    whole: () => drawn("", () => null),
    around: (service) =>
      drawn(service, (all) => {
        const id = componentId("service", service);
        return new Set([id, ...all.closure(id), ...all.dependents(id)]);
      }),
  };
}
