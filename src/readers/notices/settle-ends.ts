import type { ProviderNoticeKind, ProviderNoticeState } from "../../kernel/model/provider-notice.ts";
import type { Update } from "./updates.ts";
import type { Candidate } from "./candidate.ts";

export interface SettleInput {
  readonly kind: ProviderNoticeKind | "unclear";
  readonly state: ProviderNoticeState;
  readonly text: string;
  /** newest first */
  readonly updates: readonly Update[];
  readonly receivedAtMs: number;
}

/** The planned end gives way to the time it was really over: as a sentence says it, else as the last update's heading does. */
export function reallyEnded(
  whole: readonly Candidate[],
  all: readonly Candidate[],
  input: SettleInput,
): readonly Candidate[] {
  const last = whole.at(-1) as Candidate;
  const later = all.filter((one) => one.single && isAfter(one.startMs, last));
  const ended =
    later.find((one) => one.start >= last.start && (one.role === null || saysOver(one))) ?? later.find(saysOver);
  const end = ended?.startMs ?? closedAtMs(input);
  return isAfter(end, last) ? [...whole.slice(0, -1), { ...last, endMs: end }] : whole;
}

function saysOver({ role }: Candidate): boolean {
  return role === "end" || role === "actual";
}

export function isAfter(atMs: number | null, { startMs }: Candidate): boolean {
  return atMs !== null && startMs !== null && atMs > startMs && atMs - startMs < 2 * dayMs;
}

/** 「【11/26 04:31 完了】」: when the newest update says that it is over. */
export function closedAtMs({ updates: [newest] }: SettleInput): number | null {
  if (newest === undefined || newest.atMs === null) return null;
  return /完了|終了|復旧|解消|resolved|completed|restored/i.test(newest.text) ? newest.atMs : null;
}

const dayMs = 86_400_000;

/** 開始日時 on one line, 終了日時 on the next: one range. */
export function joinEnds(all: readonly Candidate[]): readonly Candidate[] {
  const joined: Candidate[] = [];
  for (const one of all) {
    const last = joined.at(-1);
    if (last !== undefined && isEndOf(one, last)) joined[joined.length - 1] = united(last, one);
    else joined.push(one);
  }
  return endsFirst(joined);
}

/** "It should be finished by 05:00. Started at 01:30." */
function endsFirst(all: readonly Candidate[]): readonly Candidate[] {
  const starts = all.filter(({ single, role }) => single && role === "start");
  const ends = all.filter(({ single, role }) => single && role === "end");
  const [[start], [end]] = [starts, ends];
  if (
    start === undefined ||
    end === undefined ||
    starts.length + ends.length !== 2 ||
    all.some(({ single }) => !single)
  )
    return all;
  return [...all.filter((one) => one !== start && one !== end), united(start, end)];
}

function isEndOf(one: Candidate, last: Candidate): boolean {
  const isEnd = one.single && (one.role === "end" || one.endOnly);
  const isStart = last.single && last.role !== "end" && !last.endOnly;
  if (!isEnd || !isStart || last.startMs === null || one.startMs === null) return false;
  return last.role === "start" || one.role === "end" || isNear(last, one);
}

function isNear(a: Candidate, b: Candidate): boolean {
  return b.line - a.line <= 2;
}

export function united(from: Candidate, to: Candidate): Candidate {
  const endMs = to.startMs;
  if (
    from.assumed.includes("date-of-receipt") &&
    !to.assumed.includes("date-of-receipt") &&
    from.startMs !== null &&
    endMs !== null
  ) {
    // the day stands beside the end only
    const days = Math.ceil((endMs - from.startMs) / dayMs) - 1;
    return {
      ...from,
      startMs: from.startMs + days * dayMs,
      endMs,
      role: "window",
      doubts: to.doubts,
      assumed: to.assumed,
      end: to.end,
      single: false,
    };
  }
  const overMidnight = endMs !== null && from.startMs !== null && endMs <= from.startMs && !to.dated;
  return {
    ...from,
    endMs: overMidnight ? endMs + 86_400_000 : endMs,
    role: from.role === "start" ? "window" : from.role,
    doubts: [...new Set([...from.doubts, ...to.doubts])],
    assumed: [...from.assumed, ...to.assumed, ...(overMidnight ? ["next-day"] : [])],
    end: to.end,
    single: false,
  };
}

/** Times of older updates are history; one update may say nothing new about them. */
export function ofNewest(
  all: readonly Candidate[],
  updates: readonly Update[],
  counts: (one: Candidate) => boolean,
): readonly Candidate[] {
  if (updates.length < 2) return all;
  for (const update of updates) {
    const own = all.filter(({ start }) => within(update, start));
    if (own.some(counts)) return own;
  }
  return all;
}

export function within({ start, text, heading }: Update, at: number): boolean {
  return at >= start + heading.length && at < start + text.length;
}
