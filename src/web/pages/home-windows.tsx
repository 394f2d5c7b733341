import type { JSX } from "preact";
import { isHolding, type Window } from "../../kernel/model/window.ts";
import { Glyph } from "../../render/parts.tsx";
import { heldText, nextWindowLine, underWayLine } from "../../words/window-lines.ts";
import { windowWords } from "../../words/windows.ts";
import type { PageContext } from "../context.ts";
import type { WebDeps } from "../deps.ts";
import { windowPath } from "./calendar.tsx";

/** What Home and the list of incidents say of maintenance. */
export interface HomeWindows {
  /** earliest start first */
  readonly underWay: readonly Window[];
  readonly next: Window | null;
}

const mostRead = 100;

export async function loadWindows({ windows }: Pick<WebDeps, "windows">): Promise<HomeWindows> {
  const found = await windows.windows({ states: ["planned", "preparing", "open", "verifying"], limit: mostRead });
  const earliestFirst = found.toReversed();
  return {
    underWay: earliestFirst.filter(isHolding),
    next: earliestFirst.find(({ state }) => state === "planned") ?? null,
  };
}

interface Props {
  readonly context: PageContext;
  readonly windows: HomeWindows;
}

/** One banner for each window that is under way: until when, what is stopped, what is checked afterwards, what waits. */
export function UnderWay({ context, windows: { underWay } }: Props): JSX.Element | null {
  const { lang, site, now } = context;
  if (underWay.length === 0) return null;
  const place = { timeZone: site.timeZone, lang, nowMs: now.atMs, left: null };
  return (
    <>
      {underWay.map((window) => (
        <div key={window.id} class="notice s-maintenance" role="note">
          <p>
            <Glyph state="maintenance" /> <a href={windowPath(window.id)}>{underWayLine(window, place)}</a>
            {window.heldSignals === 0 ? null : ` ${heldText(window.heldSignals, lang)}`}
          </p>
        </div>
      ))}
    </>
  );
}

/** The window that comes next, in a line. */
export function NextWindow({ context, windows: { next } }: Props): JSX.Element | null {
  if (next === null) return null;
  const { lang, site } = context;
  return (
    <p>
      <Glyph state="maintenance" />{" "}
      <a href={windowPath(next.id)}>{nextWindowLine(next, { timeZone: site.timeZone, lang })}</a>
    </p>
  );
}

/** `保留中: 14 件`, over the list of incidents: what is not in it because work is being done. */
export function HeldBanner({ context, windows: { underWay } }: Props): JSX.Element | null {
  const { lang } = context;
  const held = underWay.filter(({ heldSignals }) => heldSignals > 0);
  const count = held.reduce((sum, { heldSignals }) => sum + heldSignals, 0);
  if (count === 0) return null;
  return (
    <div class="notice s-maintenance" role="note">
      <p>
        <Glyph state="maintenance" /> <b>{heldText(count, lang)}</b>{" "}
        {held.map((window) => (
          <a key={window.id} class="linked" href={windowPath(window.id)}>
            {window.title}
          </a>
        ))}
      </p>
      <p class="mut">
        {windowWords(lang).heldHow} {windowWords(lang).heldNever}
      </p>
    </div>
  );
}
