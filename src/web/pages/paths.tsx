import type { JSX } from "preact";
import type { Lang } from "../../kernel/lang.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import type { PathStatus, Route } from "../../kernel/ports-paths.ts";
import { StateMark } from "../../render/parts.tsx";
import { dateTime } from "../../words/format.ts";
import { hopsText, lossText, packetText, pathLine, pathReason, pathWords } from "../../words/paths.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { vantageName } from "./summary.tsx";

export interface PathsView {
  readonly paths: readonly PathStatus[];
  readonly leftOut: number;
}

/** Loss, delay and route to each target, troubled ones first. */
export function pathsPage(context: PageContext, view: PathsView): Page {
  const states = new Set(view.paths.map(stateOf));
  const mark = (["warning", "unknown"] as const).find((state) => states.has(state)) ?? "ok";
  return { title: pathWords(context.lang).title, mark, wide: true, body: <Paths context={context} view={view} /> };
}

function Paths({ context, view }: { context: PageContext; view: PathsView }): JSX.Element {
  const say = pathWords(context.lang);
  return (
    <>
      <h1>{say.title}</h1>
      <p>{say.lead}</p>
      <p class="mut">{say.onlyHere}</p>
      {view.paths.length === 0 ? <p>{say.empty}</p> : <PathTable context={context} paths={view.paths} />}
      {view.leftOut === 0 ? null : <p>{say.leftOut(view.leftOut)}</p>}
    </>
  );
}

function PathTable({ context, paths }: { context: PageContext; paths: readonly PathStatus[] }): JSX.Element {
  const say = pathWords(context.lang);
  return (
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">{say.target}</th>
          <th scope="col">{say.loss}</th>
          <th scope="col">{say.delay}</th>
          <th scope="col">{say.hops}</th>
        </tr>
      </thead>
      <tbody>
        {paths.map((path) => (
          <PathRow key={`${path.vantage} ${path.target}`} context={context} path={path} />
        ))}
      </tbody>
    </table>
  );
}

function PathRow({ context, path }: { context: PageContext; path: PathStatus }): JSX.Element {
  const { lang } = context;
  const { target, address, packets } = path;
  return (
    <tr>
      <th scope="row">
        {target}
        {address === null || address === target ? null : <span class="mut"> {address}</span>}
        <span class="mut"> ← {vantageName(context, path.vantage)}</span>
        <br />
        <StateMark state={stateOf(path)} lang={lang} word={pathLine(path, lang)} />
      </th>
      <td>{packets === null ? "—" : lossText(packets)}</td>
      <td>{packets === null ? unmeasured(path, lang) : packetText(packets, lang)}</td>
      <td>
        <RouteText context={context} path={path} />
      </td>
    </tr>
  );
}

/** Why there is no figure; a dash while there is nothing to say. */
function unmeasured({ unobserved }: PathStatus, lang: Lang): string {
  const why = unobserved["packets"];
  return why === undefined ? "—" : pathReason(why, lang);
}

function RouteText({ context, path }: { context: PageContext; path: PathStatus }): JSX.Element {
  const { lang } = context;
  const say = pathWords(lang);
  const { route, before, unobserved } = path;
  const why = unobserved["route"];
  if (route === null) return <>{why === undefined ? say.notYet : say.notObserved(pathReason(why, lang))}</>;
  return (
    <>
      <details>
        <summary>
          {say.hopCount(route.hops.length)} · {since(context, route)}
        </summary>
        <p>{hopsText(route)}</p>
        {route.reached ? null : <p class="mut">{say.unreached}</p>}
        {before === null ? null : (
          <p class="mut">
            {say.before} ({since(context, before)}): {hopsText(before)}
          </p>
        )}
      </details>
      {why === undefined ? null : <span class="mut">{say.notObserved(pathReason(why, lang))}</span>}
    </>
  );
}

function since({ lang, site }: PageContext, route: Route): string {
  return pathWords(lang).since(dateTime(route.since.atMs, site.timeZone, lang));
}

function stateOf({ troubles, packets, unobserved }: PathStatus): StateWord {
  if (troubles.length > 0) return "warning";
  return packets === null || unobserved["packets"] !== undefined ? "unknown" : "ok";
}
