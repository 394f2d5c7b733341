import type { JSX } from "preact";
import type { LogSource, LogSourceState, LogState } from "../../kernel/ports-logs.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { StateMark } from "../../render/parts.tsx";
import { clockTime } from "../../words/format.ts";
import { logWords, problemText, sizeText, sourceStateWord } from "../../words/logs.ts";
import type { PageContext } from "../context.ts";

const marks: Readonly<Record<LogSourceState, StateWord>> = {
  following: "ok",
  waiting: "unknown",
  missing: "unknown",
  failed: "warning",
};

/** Where lines come from, and what to do where none can be read. */
export function LogSources({ context, state }: { context: PageContext; state: LogState }): JSX.Element | null {
  if (state.sources.length === 0) return null;
  return (
    <>
      <h2>{logWords(context.lang).sources}</h2>
      <ul class="rows">
        {state.sources.map((source) => (
          <SourceItem key={source.key} context={context} source={source} />
        ))}
      </ul>
    </>
  );
}

function SourceItem({ context, source }: { context: PageContext; source: LogSource }): JSX.Element {
  const { lang, site } = context;
  const say = logWords(lang);
  const facts = [
    ...(source.format === null ? [] : [say.format(source.format)]),
    ...(source.lines === 0 ? [] : [say.linesSoFar(source.lines)]),
    ...(source.lagBytes < 1_000_000 ? [] : [say.lag(sizeText(source.lagBytes))]),
    ...(source.dropped === 0 ? [] : [say.dropped(source.dropped)]),
    ...(source.lastAtMs === null ? [] : [say.lastLine(clockTime(source.lastAtMs, site.timeZone, lang))]),
  ];
  const mark = source.problem !== null || source.dropped > 0 ? "warning" : marks[source.state];
  return (
    <li>
      <span class="name">{source.key}</span>{" "}
      <StateMark state={mark} lang={lang} word={sourceStateWord(source.state, lang)} />
      {source.problem === null ? null : <p>{problemText(source.problem, lang)}</p>}
      {source.seen === "" ? null : <p class="mut">{source.seen.slice(0, 200)}</p>}
      <p class="mut">{facts.join(" · ")}</p>
    </li>
  );
}
