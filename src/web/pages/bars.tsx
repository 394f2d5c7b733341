import type { JSX } from "preact";
import type { Availability, DayBar } from "../../kernel/ports.ts";
import { DayBars, kindOf } from "../../render/bars.tsx";
import { duration } from "../../words/format.ts";
import { percent } from "../../words/figures.ts";
import { serviceWords } from "../../words/services.ts";
import { shellWords } from "../../words/web-shell.ts";
import type { PageContext } from "../context.ts";
import type { Reading } from "../past.ts";

/** as many ticks as a phone's width shows beside a whole name */
const phoneTicks = 12;

/** `停止 1時間31分 (99.93 %)`: time and ratio of the same reading as the bars. */
export function stoppedText({ lang }: PageContext, past: Availability): string {
  const say = serviceWords(lang);
  if (past.ratio === null) return say.notWatched;
  const text =
    past.downMs > 0 ? say.stopped(duration(past.downMs, lang), percent(past.ratio)) : say.neverStopped(percent(1));
  // a number from a few days must not pass for one from all of them
  const watchedMs = past.days.reduce((sum, day) => sum + day.lengthMs, 0) - past.unknownMs;
  return watchedMs < past.unknownMs ? say.recorded(text, duration(watchedMs, lang)) : text;
}

/** The strip and its number for a row of a list: 12 ticks on a phone, a tick a day on a desktop. */
export function RowBars({ context, past }: { context: PageContext; past: Availability }): JSX.Element {
  const label = serviceWords(context.lang).past90Sentence(stoppedText(context, past));
  return (
    <div class="past">
      <div class="few">
        <DayBars days={past.days} ticks={phoneTicks} label={label} />
      </div>
      <div class="many" aria-hidden="true">
        <DayBars days={past.days} ticks={past.days.length} label={label} />
      </div>
      <span class="mut">{stoppedText(context, past)}</span>
    </div>
  );
}

/** The strip, the numbers, and every day that was not simply fine as a table. */
export function PastDays({
  context,
  reading,
  service,
}: {
  context: PageContext;
  reading: Reading<ReadonlyMap<string, Availability>>;
  service: string;
}): JSX.Element {
  const say = serviceWords(context.lang);
  if (reading.state !== "ready") return <NotReady context={context} state={reading.state} />;
  const past = reading.value.get(service);
  if (past === undefined) return <p>{say.notWatched}</p>;
  const { lang } = context;
  const odd = past.days.filter((day) => kindOf(day) !== "ok").toReversed();
  return (
    <>
      <DayBars days={past.days} ticks={past.days.length} label={say.past90Sentence(stoppedText(context, past))} />
      <p>
        <b>{stoppedText(context, past)}</b>
        {past.outages === 0 ? null : ` · ${say.outages(past.outages)}`}
        {past.unknownMs === 0 ? null : ` · ${say.partlyUnknown(duration(past.unknownMs, lang))}`}
      </p>
      <details>
        <summary>{shellWords(lang).showAsTable}</summary>
        {odd.length === 0 ? <p>{say.barsTableNone}</p> : <Days context={context} days={odd} />}
      </details>
    </>
  );
}

function Days({ context, days }: { context: PageContext; days: readonly DayBar[] }): JSX.Element {
  const { lang } = context;
  const say = serviceWords(lang);
  const length = (ms: number): string => (ms === 0 ? "—" : duration(ms, lang));
  return (
    <div class="scroll" role="group" aria-label={say.barsTable} tabIndex={0}>
      <table>
        <caption class="mut">{say.barsTable}</caption>
        <thead>
          <tr>
            <th scope="col">{say.day}</th>
            <th scope="col">{say.dayDown}</th>
            <th scope="col">{say.dayDegraded}</th>
            <th scope="col">{say.dayUnknown}</th>
            <th scope="col">{say.dayRatio}</th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.date}>
              <th scope="row">{day.date}</th>
              <td>{length(day.downMs)}</td>
              <td>{length(day.degradedMs)}</td>
              <td>{length(day.unknownMs)}</td>
              <td>{dayRatio(day)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function dayRatio({ downMs, unknownMs, lengthMs }: DayBar): string {
  const watchedMs = lengthMs - unknownMs;
  return watchedMs <= 0 ? "—" : percent(1 - downMs / watchedMs);
}

/** What is read of the past is not there yet, or cannot be had: never an empty chart. */
export function NotReady({ context, state }: { context: PageContext; state: "loading" | "failed" }): JSX.Element {
  const words = shellWords(context.lang);
  return (
    <div class={`notice ${state === "failed" ? "s-warning" : "s-unknown"}`} role="note">
      <p>{state === "failed" ? words.pastUnreadable : words.stillReading}</p>
    </div>
  );
}
