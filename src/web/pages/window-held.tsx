import type { JSX } from "preact";
import { isHolding, type Window } from "../../kernel/model/window.ts";
import type { HeldSubject } from "../../kernel/ports-prevent.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { componentName } from "../../words/incident.ts";
import { windowWords } from "../../words/windows.ts";
import type { PageContext } from "../context.ts";

interface HeldProps {
  readonly context: PageContext;
  readonly window: Window;
  /** newest first */
  readonly held: readonly HeldSubject[];
}

/** more than so many are folded */
const mostShown = 8;

/** What was held and not told: how often, of what, and when last. */
export function HeldList({ context, window, held }: HeldProps): JSX.Element | null {
  const say = windowWords(context.lang);
  if (held.length === 0) return null;
  const [shown, folded] = [held.slice(0, mostShown), held.slice(mostShown)];
  const count = held.reduce((sum, one) => sum + one.count, 0);
  return (
    <section aria-labelledby="held">
      <h2 id="held">{(isHolding(window) ? say.held : say.heldWas)(count)}</h2>
      <HeldRows context={context} held={shown} />
      {folded.length === 0 ? null : (
        <details>
          <summary>{say.heldMore(folded.length)}</summary>
          <HeldRows context={context} held={folded} />
        </details>
      )}
    </section>
  );
}

function HeldRows({ context, held }: Pick<HeldProps, "context" | "held">): JSX.Element {
  const { lang, site } = context;
  const say = windowWords(lang);
  return (
    <ul class="rows">
      {held.map(({ subject, count, newestAt, isOpen }) => (
        <li key={subject}>
          <span class="name">{componentName(site, subject, lang)}</span>
          <StateMark state={isOpen ? "warning" : "ok"} lang={lang} word={isOpen ? say.heldOpen : say.heldGone} />
          <p class="mut">
            {say.heldTimes(count)} · {say.heldNewest} <Time atMs={newestAt.atMs} zone={site.timeZone} lang={lang} />
          </p>
        </li>
      ))}
    </ul>
  );
}
