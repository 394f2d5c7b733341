import type { JSX } from "preact";
import { componentId, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { SiteStatus, StateWord } from "../../kernel/model/status.ts";
import { StateMark } from "../../render/parts.tsx";
import { list } from "../../words/format.ts";
import { componentName } from "../../words/incident.ts";
import { serviceWords } from "../../words/services.ts";
import { glyphs, stateName } from "../../words/states.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import type { MapDrawing, MapNode } from "../map-layout.ts";
import { hrefOf, stateOf, worstOf } from "../things.ts";

/** Everything the site knows of, and what depends on what. */
export function mapPage(context: PageContext, status: SiteStatus | null, drawing: MapDrawing): Page {
  const say = serviceWords(context.lang);
  const worst = status === null ? "unknown" : worstOf(status.services.map(({ state }) => state));
  return {
    title: `${glyphs[worst]} ${say.mapTitle}`,
    mark: worst,
    here: "map",
    wide: true,
    body: (
      <>
        <h1>{say.mapTitle}</h1>
        <DependencyMap context={context} status={status} drawing={drawing} current={null} />
      </>
    ),
  };
}

interface MapProps {
  readonly context: PageContext;
  /** null: it cannot be read, and everything is unknown */
  readonly status: SiteStatus | null;
  readonly drawing: MapDrawing;
  /** the service the page is about */
  readonly current: string | null;
}

/** Boxes and arrows, each box a link; and the same in words. */
export function DependencyMap({ context, status, drawing, current }: MapProps): JSX.Element {
  const say = serviceWords(context.lang);
  if (drawing.edges.length === 0) return <p>{say.mapEmpty}</p>;
  const states = new Map(drawing.nodes.map((node) => [node.id, nodeState(context, status, node)]));
  const { width, height } = drawing;
  return (
    <>
      <p class="mut">
        {say.mapHow} {drawing.grouped ? say.mapGrouped(drawing.whole) : null}
      </p>
      <div class="scroll map" role="group" aria-label={say.mapTitle} tabIndex={0}>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          role="group"
          aria-label={say.mapLabel(drawing.nodes.length, drawing.edges.length)}
        >
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">
              <path d="M0 0L8 4L0 8z" class="tip" />
            </marker>
          </defs>
          {drawing.edges.map(({ from, to, points }) => (
            <path
              key={`${from} ${to}`}
              class="edge"
              marker-end="url(#arrow)"
              d={`M${points.map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`).join("L")}`}
            />
          ))}
          {drawing.nodes.map((node) => (
            <Box
              key={node.id}
              context={context}
              node={node}
              state={states.get(node.id) ?? "unknown"}
              isCurrent={current !== null && node.id === componentId("service", current)}
            />
          ))}
        </svg>
      </div>
      <details>
        <summary>{say.mapList}</summary>
        <InWords context={context} drawing={drawing} states={states} />
      </details>
    </>
  );
}

function nodeState({ site }: PageContext, status: SiteStatus | null, node: MapNode): StateWord {
  if (status === null) return "unknown";
  if (node.members.length === 0 || node.id.startsWith("service:")) return stateOf(site, status, node.id);
  return worstOf(node.members.map((key) => stateOf(site, status, componentId("service", key))));
}

function Box({
  context,
  node,
  state,
  isCurrent,
}: {
  context: PageContext;
  node: MapNode;
  state: StateWord;
  isCurrent: boolean;
}): JSX.Element {
  const { site, lang } = context;
  const { x, y, width, height } = node;
  const count = node.members.length > 1 ? ` (${node.members.length})` : "";
  const box = (
    <>
      <rect
        x={Math.round(x - width / 2)}
        y={Math.round(y - height / 2)}
        width={Math.round(width)}
        height={height}
        rx="6"
        class={`box f-${state}${isCurrent ? " now" : ""}`}
      />
      <text x={Math.round(x)} y={Math.round(y + 5)} text-anchor="middle" class={`t-${state}`}>
        {glyphs[state]}
        {state === "paused" ? "\ufe0e" : ""} {node.label}
        {count}
      </text>
    </>
  );
  const said = serviceWords(lang).mapNode(componentName(site, node.id, lang) + count, stateName(state, lang));
  const href = hrefOf(node.id);
  return href === null ? (
    <g role="img" aria-label={said}>
      {box}
    </g>
  ) : (
    <a href={href} aria-label={said}>
      {box}
    </a>
  );
}

function InWords({
  context,
  drawing,
  states,
}: {
  context: PageContext;
  drawing: MapDrawing;
  states: ReadonlyMap<ComponentId, StateWord>;
}): JSX.Element {
  const { site, lang } = context;
  const say = serviceWords(lang);
  return (
    <ul class="rows">
      {drawing.nodes.map(({ id }) => {
        const needs = drawing.edges.filter(({ from }) => from === id).map(({ to }) => componentName(site, to, lang));
        const href = hrefOf(id);
        const name = componentName(site, id, lang) || nameOf(id);
        return (
          <li key={id}>
            {href === null ? (
              <span class="name">{name}</span>
            ) : (
              <a class="name" href={href}>
                {name}
              </a>
            )}
            <StateMark state={states.get(id) ?? "unknown"} lang={lang} />
            {needs.length === 0 ? null : <p class="mut">{say.mapNeeds(list(needs, lang))}</p>}
          </li>
        );
      })}
    </ul>
  );
}
