import type { JSX } from "preact";
import type { StateWord } from "../../kernel/model/status.ts";
import type { PathStatus, Route } from "../../kernel/ports-paths.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { checkPathWords } from "../../words/check-path.ts";
import { hopsText, lossText, packetText, pathLine, pathReason, pathWords } from "../../words/paths.ts";
import type { CheckPath } from "../check-path.ts";
import type { PageContext } from "../context.ts";
import { Part } from "./service.tsx";

/** older ones stay in the records */
const shownWays = 10;

/** Loss, delay and the routes to a check's target; nothing for a check without a way of its own. */
export function CheckPathPart({ context, path }: { context: PageContext; path: CheckPath | null }): JSX.Element | null {
  const { lang } = context;
  const say = checkPathWords(lang);
  if (path === null) return null;
  const { status, ways } = path;
  return (
    <Part id="path" title={say.title}>
      <p>{say.lead(addressed(status))}</p>
      <p>
        <StateMark state={stateOf(status)} lang={lang} word={pathLine(status, lang)} />
        {status.packets === null ? null : (
          <>
            {" "}
            {say.loss(lossText(status.packets))} · {packetText(status.packets, lang)}
          </>
        )}
      </p>
      <Unobserved context={context} status={status} />
      <h3>{say.ways}</h3>
      {ways === null ? <p>○ {say.waysUnreadable}</p> : <Ways context={context} ways={ways} current={status.route} />}
      <p>
        <a href="/paths">{say.all}</a>
      </p>
    </Part>
  );
}

function addressed({ target, address }: PathStatus): string {
  return address === null || address === target ? target : `${target} (${address})`;
}

function Unobserved({ context: { lang }, status }: { context: PageContext; status: PathStatus }): JSX.Element | null {
  const reasons = [...new Set(Object.values(status.unobserved))];
  if (reasons.length === 0) return null;
  return <p>○ {pathWords(lang).notObserved(reasons.map((why) => pathReason(why, lang)).join(" / "))}</p>;
}

interface WaysProps {
  readonly context: PageContext;
  readonly ways: readonly Route[];
  readonly current: Route | null;
}

function Ways({ context, ways, current }: WaysProps): JSX.Element {
  const { lang, site } = context;
  const say = checkPathWords(lang);
  const words = pathWords(lang);
  if (ways.length === 0) return <p>{say.noWays}</p>;
  return (
    <>
      <ol class="tl">
        {ways.slice(0, shownWays).map((route) => (
          <li key={route.since.atMs}>
            <Time atMs={route.since.atMs} zone={site.timeZone} lang={lang} />{" "}
            {route.since.atMs === current?.since.atMs ? <b>{say.current} </b> : null}
            <span class="mut">{words.hopCount(route.hops.length)}</span> {hopsText(route)}
            {route.reached ? null : <span class="mut"> ({words.unreached})</span>}
          </li>
        ))}
      </ol>
      {ways.length > shownWays ? <p class="mut">{say.more(ways.length - shownWays)}</p> : null}
    </>
  );
}

function stateOf({ troubles, packets, unobserved }: PathStatus): StateWord {
  if (troubles.length > 0) return "warning";
  return packets === null || unobserved["packets"] !== undefined ? "unknown" : "ok";
}
