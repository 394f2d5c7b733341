import type { NoticeQuestion, NoticeQuestionId } from "../../kernel/model/provider-notice.ts";
import type { FoundDay } from "./calendar.ts";
import type { Point } from "./point.ts";
import type { TimeToken } from "./token.ts";

const dayMs = 86_400_000;

/** A half of the day written once holds for both ends: 午後10時〜11時, 1–5 pm. */
export function sameClock(start: TimeToken, end: TimeToken): readonly [TimeToken, TimeToken] {
  const noon = 720;
  if (start.half === "pm" && end.half === null && end.minutes < noon && end.minutes + noon > start.minutes) {
    return [start, { ...end, minutes: end.minutes + noon }];
  }
  if (
    start.half === null &&
    end.half === "pm" &&
    start.minutes < noon &&
    start.minutes + noon < end.minutes &&
    (start.bare || !hasMinutes(start, end))
  ) {
    return [{ ...start, minutes: start.minutes + noon }, end];
  }
  return [start, end];
}

/** `10:00 - 11:30 PM` shares its PM; `10:00 - 23:30` has none to share. */
function hasMinutes(start: TimeToken, end: TimeToken): boolean {
  return start.minutes % 60 !== 0 && end.minutes % 60 === 0;
}

interface Ends {
  readonly day: FoundDay;
  readonly endDay: FoundDay | null;
  readonly start: TimeToken;
  readonly end: TimeToken;
  readonly from: Point;
  readonly to: Point;
}

export function doubtsOf({ day, endDay, start, end, from }: Ends): readonly NoticeQuestionId[] {
  const doubts: NoticeQuestionId[] = [];
  for (const one of [day, endDay]) if (one?.doubt !== null && one !== null) doubts.push(one.doubt);
  // 深夜1時 after a day: the night before it or the night after it
  if (start.part === "deep" && start.minutes < 300 && from.date !== null) doubts.push("midnight-ambiguous");
  if (end.part === "deep" && end.minutes < 300 && end.minutes > start.minutes && endDay !== null)
    doubts.push("midnight-ambiguous");
  return [...new Set(doubts)];
}

export function readingsOf(
  doubts: readonly NoticeQuestionId[],
  { day, startMs, endMs }: { day: FoundDay; startMs: number; endMs: number | null },
): NoticeQuestion["readings"] {
  const shifts = [
    0,
    ...(doubts.includes("midnight-ambiguous") ? [1] : []),
    ...day.others.map((other) => other - day.number),
  ];
  return shifts
    .toSorted((a, b) => a - b)
    .map((days) => ({
      startMs: startMs + days * dayMs,
      endMs: endMs === null ? null : endMs + days * dayMs,
    }));
}
