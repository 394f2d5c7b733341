import type { Role } from "./roles.ts";
import { closedAtMs, isAfter, ofNewest, reallyEnded, united, type SettleInput } from "./settle-ends.ts";
import type { Candidate } from "./candidate.ts";

/** A failure: when it began and when it was over, from labels, from the verbs beside the times, or from a range. */
export function faultWindows(main: readonly Candidate[], input: SettleInput): readonly Candidate[] {
  const said = main.map((one) => ({
    ...one,
    role: one.role === "start" || one.role === "end" ? one.role : verbRole(one, input.text),
  }));
  const whole = said.filter((one) => !one.single && one.role !== "old");
  const isOver = input.state === "resolved";
  if (whole.length > 0) {
    const newest = ofNewest(whole, input.updates, () => true);
    const ends = said.filter(({ role }) => role === "end");
    return isOver ? reallyEnded(newest, ends, input) : newest;
  }
  return fromMoments(said, input);
}

/** A failure told by single times: the first it began at, and the last it was over at. */
function fromMoments(said: readonly Candidate[], input: SettleInput): readonly Candidate[] {
  const isOver = input.state === "resolved";
  const starts = said.filter((one) => one.single && one.startMs !== null && one.role === "start" && !one.endOnly);
  const ends = said.filter((one) => one.single && one.startMs !== null && (one.role === "end" || one.endOnly));
  const from =
    starts.toSorted((a, b) => (a.startMs ?? 0) - (b.startMs ?? 0))[0] ??
    (input.updates.length > 1 ? null : said.find((one) => one.single && one.role !== "end" && !one.endOnly)) ??
    earliest(said);
  if (from === undefined || from.startMs === null) return [];
  const to = ends.filter((one) => one.start !== from.start).toSorted((a, b) => (b.startMs ?? 0) - (a.startMs ?? 0))[0];
  if (to === undefined || !isOver) {
    const end = isOver ? closedAtMs(input) : null;
    return [{ ...from, endMs: isAfter(end, from) ? end : null, single: false }];
  }
  return [united({ ...from, role: "window" }, to)];
}

/** Where only the updates have times, the first of them is the nearest to its beginning. */
function earliest(said: readonly Candidate[]): Candidate | undefined {
  return said
    .filter(({ single, role }) => single && role !== "end")
    .toSorted((a, b) => (a.startMs ?? 0) - (b.startMs ?? 0))[0];
}

/** What the words after a time say happened then. */
function verbRole({ end, start, role }: Candidate, text: string): Role | null {
  const after = text.slice(end, end + 50).split(/[。\n]|\d{1,2}\s*[:時]/)[0] ?? "";
  if (/復旧|解消|回復|収束|正常/.test(after) && !/発生/.test(after.slice(0, 8))) return "end";
  if (/発生|より|から|検知|確認|開始|以降/.test(after)) return "start";
  const before = (
    text
      .slice(Math.max(0, start - 60), start)
      .split(/[.\n]/)
      .at(-1) ?? ""
  ).toLowerCase();
  const isEnd =
    /(?:resolved|restored|recovered|fixed|mitigated|completed|back to normal|ended|until|finished)[^.]{0,25}$/.test(
      before,
    );
  if (isEnd) return "end";
  if (/(?:began|started|starting|since|beginning|detected|at|from|aware|occurred)[^.]{0,25}$/.test(before))
    return "start";
  return role;
}
