import type { JSX } from "preact";
import { isHolding, type Window } from "../../kernel/model/window.ts";
import { Glyph, StateMark } from "../../render/parts.tsx";
import { clockTime, duration } from "../../words/format.ts";
import { affectsText, windowMark, windowSpan, windowStateName, windowWords } from "../../words/windows.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { monthText, weeksOf, type Month, type MonthDay } from "../window-month.ts";

export interface CalendarView {
  /** newest start first */
  readonly windows: readonly Window[];
  readonly month: Month;
}

const mostPast = 20;

/** What work is planned, under way and done. */
export function calendarPage(context: PageContext, view: CalendarView): Page {
  const holding = view.windows.filter(isHolding);
  return {
    title: windowWords(context.lang).title,
    here: "calendar",
    mark: holding.length > 0 ? "maintenance" : "ok",
    body: <Calendar context={context} view={view} />,
  };
}

function Calendar({ context, view }: { context: PageContext; view: CalendarView }): JSX.Element {
  const say = windowWords(context.lang);
  const { windows } = view;
  const underWay = windows.filter(isHolding);
  const upcoming = windows.filter(({ state }) => state === "planned").toReversed();
  const past = windows.filter(({ state }) => state === "closed" || state === "cancelled").slice(0, mostPast);
  return (
    <>
      <h1>{say.title}</h1>
      <p>{say.lead}</p>
      <AddButton context={context} />
      {windows.length === 0 ? (
        <>
          <p>
            <b>{say.empty}</b>
          </p>
          <p>{say.emptyHow}</p>
          <p>
            <a href="/feeds">{say.toNotices}</a> · {say.orCommand}{" "}
            <code>koboshi maintenance add "{say.fieldTitleExample}" --start 02:00 --end 05:00 --for host:web1</code>
          </p>
        </>
      ) : null}
      <Part context={context} id="now" title={say.underWay} windows={underWay} />
      {windows.length === 0 ? null : (
        <Part context={context} id="coming" title={say.upcoming} windows={upcoming} none={say.noneUpcoming} />
      )}
      <MonthTable context={context} view={view} />
      <Part context={context} id="past" title={say.past} windows={past} />
      <p>
        <a href="/api/v1/windows.ics">{say.feed}</a>
      </p>
    </>
  );
}

function AddButton({ context }: { context: PageContext }): JSX.Element {
  const say = windowWords(context.lang);
  const href = context.viewer === null ? `/login?next=${encodeURIComponent("/calendar/new")}` : "/calendar/new";
  return (
    <div class="act">
      <a class="btn pri" href={href}>
        {say.add}
      </a>
    </div>
  );
}

interface PartProps {
  readonly context: PageContext;
  readonly id: string;
  readonly title: string;
  readonly windows: readonly Window[];
  /** said when there are none; left out: nothing is */
  readonly none?: string;
}

function Part({ context, id, title, windows, none }: PartProps): JSX.Element | null {
  if (windows.length === 0 && none === undefined) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {windows.length === 0 ? <p>{none}</p> : null}
      {windows.length === 0 ? null : (
        <ul class="rows">
          {windows.map((window) => (
            <WindowRow key={window.id} context={context} window={window} />
          ))}
        </ul>
      )}
    </section>
  );
}

export function windowPath(id: number): string {
  return `/calendar/${id}`;
}

function WindowRow({ context, window }: { context: PageContext; window: Window }): JSX.Element {
  const { lang, site } = context;
  const say = windowWords(lang);
  const facts = [
    affectsText(window, site, lang),
    ...(window.heldSignals === 0 ? [] : [(isHolding(window) ? say.held : say.heldWas)(window.heldSignals)]),
    ...(window.signature === null ? [] : [say.waived(String(window.signature.waived.length))]),
  ];
  const left = leftText(context, window);
  return (
    <li data-live={`w-${window.id}`}>
      <a class="name" href={windowPath(window.id)}>
        {window.title}
      </a>
      <StateMark state={windowMark(window)} lang={lang} word={windowStateName(window.state, lang)} />
      <p>
        {windowSpan(window, { timeZone: site.timeZone, lang })}
        {left === null ? null : ` · ${left}`}
      </p>
      <p class="mut">{facts.join(" · ")}</p>
    </li>
  );
}

/** How far away its start or its planned end is; null once that is of no use. */
export function leftText(context: PageContext, window: Window): string | null {
  const { lang, now } = context;
  const say = windowWords(lang);
  if (window.state === "planned" && window.startMs > now.atMs)
    return say.startsIn(duration(window.startMs - now.atMs, lang));
  if (window.state !== "preparing" && window.state !== "open") return null;
  const leftMs = window.endMs - now.atMs;
  return leftMs >= 0 ? say.left(duration(leftMs, lang)) : say.over(duration(-leftMs, lang));
}

const monthsEn = "January February March April May June July August September October November December".split(" ");
const daysJa = ["日", "月", "火", "水", "木", "金", "土"];
const daysEn = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** A month by days; a phone shows only those on which something is planned. */
function MonthTable({ context, view }: { context: PageContext; view: CalendarView }): JSX.Element {
  const { lang, site, now } = context;
  const say = windowWords(lang);
  const { month } = view;
  const name = lang === "ja" ? `${month.year}年${month.month}月` : `${monthsEn[month.month - 1]} ${month.year}`;
  const weeks = weeksOf(month, view.windows, { nowMs: now.atMs, timeZone: site.timeZone });
  const isEmpty = weeks.every((week) => week.every(({ windows }) => windows.length === 0));
  return (
    <section aria-labelledby="month">
      <h2 id="month">{say.month(name)}</h2>
      {isEmpty ? <p>{say.nothingInMonth}</p> : null}
      <table class="month">
        <caption class="only-read">{name}</caption>
        <thead>
          <tr>
            {(lang === "ja" ? daysJa : daysEn).map((day) => (
              <th key={day} scope="col">
                {day}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week.find(({ isInside }) => isInside)?.day}>
              {week.map((day, weekday) => (
                <DayCell key={weekday} context={context} day={day} weekday={weekday} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div class="act">
        <a class="btn" href={`/calendar?month=${monthText(month, -1)}#month`}>
          {say.previousMonth}
        </a>
        <a class="btn" href={`/calendar?month=${monthText(month, 1)}#month`}>
          {say.nextMonth}
        </a>
      </div>
    </section>
  );
}

function DayCell({ context, day, weekday }: { context: PageContext; day: MonthDay; weekday: number }): JSX.Element {
  const { lang, site } = context;
  if (!day.isInside) return <td class="out" />;
  const kinds = [...(day.windows.length === 0 ? ["none"] : []), ...(day.isToday ? ["now"] : [])];
  return (
    <td class={kinds.join(" ")}>
      <span class="mut">
        {day.day}
        <span class="day-name">{lang === "ja" ? `日(${daysJa[weekday]})` : ` ${daysEn[weekday]}`}</span>
        {day.isToday ? <span class="only-read"> {windowWords(lang).today}</span> : null}
      </span>
      {day.windows.map((window) => (
        <div key={window.id}>
          <Glyph state={windowMark(window)} /> {clockTime(window.startMs, site.timeZone, lang)}{" "}
          <a href={windowPath(window.id)}>{window.title}</a>
        </div>
      ))}
    </td>
  );
}
