import type { NoticeQuestion, NoticeQuestionId, ProviderNoticeState } from "../../kernel/model/provider-notice.ts";
import type { Role } from "./roles.ts";
import { afterMove, fromSingles, lengthened } from "./settle-change.ts";
import { joinEnds, ofNewest, reallyEnded, type SettleInput } from "./settle-ends.ts";
import { faultWindows } from "./settle-fault.ts";
import type { Candidate } from "./candidate.ts";

export interface SettledWindow {
  readonly id: number;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly doubts: readonly NoticeQuestionId[];
  readonly readings: NoticeQuestion["readings"];
  readonly assumed: readonly string[];
  readonly zoned: boolean;
  /** in the normal text */
  readonly span: { readonly start: number; readonly end: number };
}

/** The times of a notice that count, and the ones kept in reserve. */
export interface Settled {
  readonly windows: readonly SettledWindow[];
  readonly alternates: readonly SettledWindow[];
  /** the notice has times that came into none of the windows, as Unix epoch, UTC */
  readonly unusedMs: readonly number[];
}

/** Which of the times from-to are the notice's own: roles decide, then the newest update that has any. */
export function settle(all: readonly Candidate[], input: SettleInput): Settled {
  const usable = all.filter(({ role }) => role !== "publish" && role !== "other" && role !== "detail");
  const alternates = usable.filter(({ role, single }) => role === "reserve" && !single);
  const main = usable.filter(({ role }) => role !== "reserve");
  const isFault = input.kind === "outage" || input.kind === "degraded";
  const chosen = isFault ? faultWindows(main, input) : workWindows(main, input);
  const windows = numbered(withoutInner(chosen));
  return { windows, alternates: numbered(alternates), unusedMs: unusedOf(main, windows) };
}

function unusedOf(main: readonly Candidate[], windows: readonly SettledWindow[]): readonly number[] {
  const used = new Set(windows.flatMap(({ startMs, endMs }) => [startMs, endMs]));
  return main.flatMap(({ startMs }) => (startMs === null || used.has(startMs) ? [] : [startMs]));
}

/** Planned work: whole ranges, of the newest update that has any. */
function workWindows(main: readonly Candidate[], input: SettleInput): readonly Candidate[] {
  const said = main
    .map((one) => (input.state === "extended" ? asNewEnd(one) : one))
    .map((one) =>
      one.single && one.role !== "old" && one.role !== "new"
        ? { ...one, role: workVerb(one, input.text) ?? one.role }
        : one,
    );
  const current = said.filter((one) => one.role !== "old");
  const joined = joinEnds(current.length > 0 ? current : said);
  const role = wantedRole(joined, input.state);
  const kept = role === null ? joined : joined.filter((one) => one.role === role);
  const newest = ofNewest(kept, input.updates, (one) => !one.single);
  const whole = newest.filter(({ single }) => !single);
  if (input.state === "moved" && role === null) return afterMove(whole, { all: kept, text: input.text });
  if (input.state === "extended") {
    const planned = whole.length > 0 ? whole : kept.filter(({ single }) => !single);
    return current.every(({ single }) => single) ? fromSingles(current) : lengthened(planned, kept);
  }
  if (input.state === "completed" && whole.length > 0) return reallyEnded(whole, joined, input);
  if (whole.length > 0) return whole;
  const starts = newest.filter(({ endOnly, role: its }) => !endOnly && its !== "end");
  return starts
    .filter((one) => one.role === "window" || one.role === "start" || one.role === "new" || one.dated || isOfDay(one))
    .slice(0, 1);
}

/** 「終了を5:00から2時間延長」: the end with what is added to it. */
function asNewEnd(one: Candidate): Candidate {
  if (one.role !== "end" || one.endMs === null || !one.assumed.includes("end-by-length")) return one;
  return { ...one, startMs: one.endMs, endMs: null, single: true };
}

/** 「2:30 開始、5:30 終了」. */
function workVerb({ end }: Candidate, text: string): Role | null {
  const after = text.slice(end, end + 20);
  const verb =
    /^[ \t]*(?:頃|ごろ)?[ \t]*(?:に|で|から|より|をもちまして|をもって)?[ \t]*(?:全て|すべて|無事|予定どおり|(?:全)?作業|メンテナンス|工事)?(?:を|は|が)?[ \t]*(開始|着手|実施開始|終了|完了|再開)/.exec(
      after,
    )?.[1];
  // 「予定の 4:00 を過ぎても」
  if (/^[ \t]*(?:頃|ごろ)?(?:を|になっても)(?:過ぎ|超え|経過)/.test(after)) return "old";
  if (verb === undefined) return null;
  return /終了|完了|再開/.test(verb) ? "end" : "start";
}

/** Its day stands elsewhere in the notice. */
function isOfDay({ assumed }: Candidate): boolean {
  return !assumed.includes("date-of-receipt");
}

function wantedRole(all: readonly Candidate[], state: ProviderNoticeState): Role | null {
  const has = (role: Role): boolean => all.some((one) => one.role === role && !one.single);
  if (has("new") && state !== "cancelled") return "new";
  if (state === "completed" && has("actual")) return "actual";
  return null;
}

/** The same time twice is one; a time inside another belongs to a part of it. */
function withoutInner(all: readonly Candidate[]): readonly Candidate[] {
  const sorted = all.toSorted((a, b) => (a.startMs ?? 0) - (b.startMs ?? 0) || (b.endMs ?? 0) - (a.endMs ?? 0));
  const kept: Candidate[] = [];
  for (const one of sorted) {
    if (one.startMs === null) continue;
    const startMs = one.startMs;
    const outer = kept.some((other) => {
      if (other.startMs === startMs && other.endMs === one.endMs) return true;
      return other.endMs !== null && one.endMs !== null && (other.startMs ?? 0) <= startMs && one.endMs <= other.endMs;
    });
    if (!outer && !isSameOtherZone(one, kept)) kept.push(one);
  }
  return kept;
}

/** 「2:00-5:00 JST (17:00-20:00 UTC)」 without a day of its own is the same time once more. */
function isSameOtherZone(one: Candidate, kept: readonly Candidate[]): boolean {
  return kept.some(
    (other) =>
      other.line === one.line &&
      !one.dated &&
      one.endMs !== null &&
      other.endMs !== null &&
      Math.abs((one.startMs ?? 0) - (other.startMs ?? 0)) === 86_400_000 &&
      one.endMs - (one.startMs ?? 0) === other.endMs - (other.startMs ?? 0) &&
      one.start > other.end &&
      one.start - other.end < 12,
  );
}

function numbered(all: readonly Candidate[]): readonly SettledWindow[] {
  return all.flatMap((one, id) =>
    one.startMs === null
      ? []
      : [
          {
            id,
            startMs: one.startMs,
            endMs: one.endMs,
            doubts: one.doubts,
            readings: one.readings,
            assumed: one.assumed,
            zoned: one.zoned,
            span: { start: one.start, end: one.end },
          },
        ],
  );
}
