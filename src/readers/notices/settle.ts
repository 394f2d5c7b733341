import type { NoticeQuestion, NoticeQuestionId, ProviderNoticeState } from "../../kernel/model/provider-notice.ts";
import type { Role } from "./roles.ts";
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
}

/** Which of the times from-to are the notice's own: roles decide, then the newest update that has any. */
export function settle(all: readonly Candidate[], input: SettleInput): Settled {
  const usable = all.filter(({ role }) => role !== "publish" && role !== "other" && role !== "detail");
  const alternates = usable.filter(({ role, single }) => role === "reserve" && !single);
  const main = usable.filter(({ role }) => role !== "reserve");
  const isFault = input.kind === "outage" || input.kind === "degraded";
  const chosen = isFault ? faultWindows(main, input) : workWindows(main, input);
  return {
    windows: numbered(withoutInner(chosen)),
    alternates: numbered(alternates),
  };
}

/** Planned work: whole ranges, of the newest update that has any. */
function workWindows(main: readonly Candidate[], input: SettleInput): readonly Candidate[] {
  const joined = joinEnds(
    main.map((one) =>
      one.single && one.role !== "old" && one.role !== "new"
        ? { ...one, role: workVerb(one, input.text) ?? one.role }
        : one,
    ),
  );
  const role = wantedRole(joined, input.state);
  const ofRole = role === null ? joined.filter((one) => one.role !== "old") : joined.filter((one) => one.role === role);
  const kept = ofRole.length > 0 ? ofRole : joined;
  const newest = ofNewest(kept, input.updates, (one) => !one.single);
  const whole = newest.filter(({ single }) => !single);
  if (input.state === "moved" && role === null) return afterMove(whole, input.text);
  if (input.state === "extended")
    return lengthened(whole.length > 0 ? whole : kept.filter(({ single }) => !single), kept);
  if (input.state === "completed" && whole.length > 0) return reallyEnded(whole, joined, input);
  if (whole.length > 0) return whole;
  const starts = newest.filter(({ endOnly, role: its }) => !endOnly && its !== "end");
  return starts
    .filter((one) => one.role === "window" || one.role === "start" || one.role === "new" || isDated(one))
    .slice(0, 1);
}

/** 「2:30 開始、5:30 終了」. */
function workVerb({ end }: Candidate, text: string): Role | null {
  const after = text.slice(end, end + 16);
  if (/^[ \t]*(?:頃|ごろ)?[ \t]*(?:に|で)?[ \t]*(?:全て|すべて|無事)?(?:終了|完了|再開)/.test(after)) return "end";
  return /^[ \t]*(?:頃|ごろ)?[ \t]*(?:に|から|より|で)?[ \t]*(?:開始|着手|実施開始)/.test(after) ? "start" : null;
}

function isDated({ assumed }: Candidate): boolean {
  return !assumed.includes("date-of-receipt");
}

function wantedRole(all: readonly Candidate[], state: ProviderNoticeState): Role | null {
  const has = (role: Role): boolean => all.some((one) => one.role === role && !one.single);
  if (has("new") && state !== "cancelled") return "new";
  if (state === "completed" && has("actual")) return "actual";
  return null;
}

/** 「A を B に変更」: what was planned stands first, what is planned now stands last. */
function afterMove(whole: readonly Candidate[], text: string): readonly Candidate[] {
  const still = whole.filter(
    ({ end }) =>
      !/^[\s)]*(?:に|で|を)?(?:予定(?:して|され)|実施予定(?:で|の|だ))(?:い|お)?/.test(text.slice(end, end + 16)),
  );
  if (still.length > 0 && still.length < whole.length) return still;
  return whole.length % 2 === 0 ? whole.slice(whole.length / 2) : whole.slice(-1);
}

/** The new end of work that takes longer. */
function lengthened(whole: readonly Candidate[], all: readonly Candidate[]): readonly Candidate[] {
  const last = whole.at(-1);
  if (last === undefined) return fromSingles(all);
  const first = whole.reduce((a, b) => ((b.startMs ?? Infinity) < (a.startMs ?? Infinity) ? b : a));
  // 「5:00 から 7:30 に延長」 is a range of two ends
  if (whole.some((one) => one.startMs !== null && one.startMs === first.endMs)) {
    return [{ ...first, endMs: Math.max(...whole.map(({ endMs }) => endMs ?? 0)) }];
  }
  const later = Math.max(0, ...all.map((one) => (one.single ? (one.startMs ?? 0) : 0)));
  if (later > Math.max(last.startMs ?? 0, last.endMs ?? 0)) return [{ ...last, endMs: later }];
  return whole.toSorted((a, b) => (b.endMs ?? 0) - (a.endMs ?? 0)).slice(0, 1);
}

/** Its beginning, and the later time it is said to end at now. */
function fromSingles(all: readonly Candidate[]): readonly Candidate[] {
  const [from, to] = all.filter((one) => one.single && one.startMs !== null);
  if (from === undefined || from.endOnly) return [];
  const endMs = to?.startMs ?? 0;
  return [endMs > (from.startMs ?? 0) ? { ...from, endMs, single: false } : from];
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
