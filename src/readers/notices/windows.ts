import type { NoticeQuestionId } from "../../kernel/model/provider-notice.ts";
import type { Candidate } from "./candidate.ts";
import { findDay, momentOf, type DaySearch, type FoundDay } from "./calendar.ts";
import { doubtsOf, readingsOf, sameClock } from "./pair-times.ts";
import { dayOfPoint, daysFor, enterDay, remember, type Around, type Context, type Setting } from "./point-days.ts";
import type { Point } from "./point.ts";
import type { Role } from "./roles.ts";
import type { TimeToken, Zone } from "./token.ts";

/** Turns points into times from-to, each with the day it belongs to. */
export function candidatesOf(points: readonly Point[], setting: Setting): readonly Candidate[] {
  const only = onlyDay(points, setting.search);
  const context: Context = { days: [], between: null, last: null, each: false, used: false, line: -1, only };
  const found: Candidate[] = [];
  for (let nth = 0; nth < points.length;) {
    const step = stepAt(points, nth, { setting, context });
    found.push(...step.candidates);
    nth += step.taken;
  }
  return found;
}

/** Roles whose days are not those of the work. */
export const aside: ReadonlySet<Role | null> = new Set(["publish", "other", "reserve", "end"]);

/** The one day of the notice; null when it names several or none. */
function onlyDay(points: readonly Point[], search: DaySearch): FoundDay | null {
  const [one, another] = points.filter(
    ({ date, role }) => date !== null && date.relative?.to !== "before" && !aside.has(role),
  );
  return one === undefined || one.date === null || another !== undefined ? null : findDay(one.date, search);
}

interface Step {
  readonly candidates: readonly Candidate[];
  readonly taken: number;
}

const nothing = (taken: number): Step => ({ candidates: [], taken });

function stepAt(points: readonly Point[], nth: number, around: Around): Step {
  const point = points[nth] as Point;
  if (point.duration !== null || point.open) return nothing(1);
  if (point.time !== null) return timeStep(points, nth, around);
  if (point.date === null) return nothing(1);
  const [next, after] = [points[nth + 1], points[nth + 2]];
  const isRange = next?.linked === true && next.date !== null && (next.time === null || after?.linked === true);
  if (isRange) return dayRange(points, nth, around);
  enterDay(point, around);
  return nothing(1);
}

function timeStep(points: readonly Point[], nth: number, around: Around): Step {
  const [point, next] = [points[nth] as Point, points[nth + 1]];
  if (next?.linked === true) {
    if (next.time !== null) return { candidates: pair(point, next, around), taken: 2 };
    const length = next.duration?.most === false ? next.duration.minutes : null;
    if (length !== null) return { candidates: withLength(point, length, around), taken: 2 };
    if (next.open) return { candidates: single(point, around), taken: 2 };
  }
  const beside = lengthBeside(points, nth);
  return { candidates: beside === null ? single(point, around) : withLength(point, beside, around), taken: 1 };
}

/** Shorter lengths are of the interruption inside, not of the work. */
const [shortestSaid, shortestWork] = [10, 20];

/** `2:00 開始、約3時間`: a length near a time that has no end. */
function lengthBeside(points: readonly Point[], nth: number): number | null {
  const point = points[nth] as Point;
  const [next, further] = [points[nth + 1], points[nth + 2]];
  const length = next?.duration ?? null;
  if (next === undefined || length === null || length.most || point.until) return null;
  if (next.line - point.line > 3 || further?.linked === true) return null;
  return length.minutes >= (saysStart(point) ? shortestSaid : shortestWork) ? length.minutes : null;
}

function saysStart({ since, role }: Point): boolean {
  return since || role === "start" || role === "window";
}

/** Two days: the times that follow hold for each of them. */
function dayRange(points: readonly Point[], nth: number, around: Around): Step {
  const [from, to, after] = [points[nth] as Point, points[nth + 1] as Point, points[nth + 2]];
  const first = dayOfPoint(from, around);
  if (first === null) return nothing(2);
  remember(first, around.context);
  const second = dayOfPoint(to, around);
  if (second === null) return nothing(2);
  const { context } = around;
  context.last = second;
  context.days = [];
  context.used = false;
  context.between = [first, second];
  context.each = from.each || to.each;
  if (to.time === null || after?.time === undefined || after.time === null) return nothing(2);
  return { candidates: pair({ ...to, date: null }, after, around), taken: 3 };
}

const minuteMs = 60_000;

function pair(from: Point, to: Point, around: Around): readonly Candidate[] {
  const [start, end] = sameClock(from.time as TimeToken, to.time as TimeToken);
  const isDayBehind = from.date === null && to.date !== null && to.date.relative?.to !== "before";
  const days = isDayBehind ? daysBefore(to, { start, end }, around) : daysFor(from, around);
  const isOdd = days.length > 1 && hasOddNights({ from, to, start, end }, around.context);
  return days.map((day) => pairOn(day, { from, to, start, end, isOdd }, around));
}

interface Pair {
  readonly from: Point;
  readonly to: Point;
  readonly start: TimeToken;
  readonly end: TimeToken;
}

/** 「7日〜9日 22:00〜6:00」: whether the last night counts is not said. */
function hasOddNights({ from, to, start, end }: Pair, { between, each }: Context): boolean {
  return between !== null && !each && from.date === null && to.date === null && end.minutes <= start.minutes;
}

function pairOn(
  day: FoundDay,
  { from, to, start, end, isOdd }: Pair & { readonly isOdd: boolean },
  around: Around,
): Candidate {
  const { context, setting } = around;
  const written = to.zone ?? from.zone ?? setting.textZone;
  const zone = written ?? setting.zone;
  const endDay = to.date === null ? null : dayOfPoint(to, { ...around, context: { ...context, last: day } });
  const rolled = endDay === null && end.minutes <= start.minutes;
  context.last = endDay ?? context.last;
  const startMs = momentOf(day.number, start.minutes, from.zone ?? zone);
  const lastDay = endDay ?? { ...day, number: day.number + Number(rolled) };
  const endMs = momentOf(lastDay.number, end.minutes, zone);
  const ends = { day, endDay, start, end, from, to };
  const doubts: readonly NoticeQuestionId[] = isOdd ? ["midnight-ambiguous"] : doubtsOf(ends);
  return {
    ...placeOf(from, to),
    startMs,
    endMs,
    role: from.role ?? to.role,
    doubts,
    readings: readingsOf(doubts, { day, startMs, endMs }),
    assumed: rolled ? [...day.assumed, "next-day"] : day.assumed,
    endOnly: false,
    zoned: written !== null,
    single: false,
  };
}

function placeOf(from: Point, to: Point): Pick<Candidate, "line" | "block" | "start" | "end" | "dated"> {
  const { line, block, start } = from;
  return { line, block, start, end: to.end, dated: from.date !== null || to.date !== null };
}

/** `1am until 5am on Thursday`: the day stands behind the end. */
function daysBefore(
  to: Point,
  { start, end }: { start: TimeToken; end: TimeToken },
  around: Around,
): readonly FoundDay[] {
  const day = dayOfPoint(to, around);
  if (day === null) return daysFor(to, around);
  remember(day, around.context);
  return [end.minutes > start.minutes ? day : { ...day, number: day.number - 1 }];
}

function withLength(point: Point, minutes: number, around: Around): readonly Candidate[] {
  return single(point, around).map((one) =>
    one.startMs === null
      ? one
      : { ...one, endMs: one.startMs + minutes * minuteMs, single: false, assumed: [...one.assumed, "end-by-length"] },
  );
}

function single(point: Point, around: Around): readonly Candidate[] {
  const time = point.time as TimeToken;
  const zone = point.zone ?? around.setting.textZone ?? around.setting.zone;
  return daysFor(point, around).map((day) => {
    const atMs = momentOf(day.number, time.minutes, zone);
    const doubts = doubtsOf({ day, endDay: null, start: time, end: time, from: point, to: point });
    return {
      ...placeOf(point, point),
      startMs: atMs,
      endMs: null,
      role: point.role,
      doubts,
      readings: readingsOf(doubts, { day, startMs: atMs, endMs: null }),
      assumed: day.assumed,
      endOnly: point.until || (point.linked && !point.since),
      zoned: (point.zone ?? around.setting.textZone) !== null,
      single: true,
    };
  });
}

/** A service that ends does so with a day, not at a time: from that day on, without an end. */
export function lastDays(points: readonly Point[], search: DaySearch, zone: Zone): readonly Candidate[] {
  const point = points.find(({ date, role }) => date !== null && role !== "publish");
  const day = point?.date === undefined || point.date === null ? null : findDay(point.date, search);
  if (point === undefined || day === null) return [];
  const startMs = momentOf(day.number, 0, zone);
  return [
    {
      ...placeOf(point, point),
      startMs,
      endMs: null,
      role: "window",
      doubts: day.doubt === null ? [] : [day.doubt],
      readings: [{ startMs, endMs: null }],
      assumed: day.assumed,
      zoned: true,
      endOnly: false,
      single: true,
    },
  ];
}
