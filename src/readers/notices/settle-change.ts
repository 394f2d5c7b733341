import type { Candidate } from "./candidate.ts";

/** 「A を B に変更」: what was planned stands first, what is planned now stands last. */
export function afterMove(
  whole: readonly Candidate[],
  { all, text }: { all: readonly Candidate[]; text: string },
): readonly Candidate[] {
  const [only] = whole;
  const ends = all.filter(({ single, role }) => single && (role === "start" || role === "end"));
  if (only !== undefined && whole.length === 1 && ends.length > 0) return [withNewEnds(only, ends)];

  const still = whole.filter(
    ({ end }) =>
      !/^[\s)]*(?:に|で|を)?(?:予定(?:して|され)|実施予定(?:で|の|だ))(?:い|お)?/.test(text.slice(end, end + 16)),
  );
  if (still.length > 0 && still.length < whole.length) return still;
  return whole.length % 2 === 0 ? whole.slice(whole.length / 2) : whole.slice(-1);
}

/** 「開始時刻を 2:00 から 3:00 に変更」: what is not said anew stays, but nobody says so of an end that only may stay. */
function withNewEnds(window: Candidate, ends: readonly Candidate[]): Candidate {
  const start = ends.findLast(({ role }) => role === "start");
  const end = ends.findLast(({ role }) => role === "end");
  if (start !== undefined) return { ...window, startMs: start.startMs, endMs: end?.startMs ?? null };
  return { ...window, endMs: end?.startMs ?? window.endMs };
}

/** The new end of work that takes longer. */
export function lengthened(whole: readonly Candidate[], all: readonly Candidate[]): readonly Candidate[] {
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
export function fromSingles(all: readonly Candidate[]): readonly Candidate[] {
  const singles = all.filter((one) => one.single && one.startMs !== null);
  const from =
    singles.find(({ role }) => role === "start") ?? singles.find((one) => !one.endOnly && one.role !== "end");
  if (from === undefined) return [];
  const endMs = Math.max(...singles.filter((one) => one !== from).map(({ startMs }) => startMs ?? 0));
  return [endMs > (from.startMs ?? 0) ? { ...from, endMs, single: false } : from];
}
