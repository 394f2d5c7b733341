import type { ForeignCopy } from "../../kernel/model/recovery.ts";
import { offsetMs } from "../../readers/schedule/zone.ts";

/** How often copies come, by the median of the gaps between them. */
export const cadences = ["hourly", "several-a-day", "daily", "weekly", "monthly", "irregular"] as const;
export type Cadence = (typeof cadences)[number];

/** Copies of one source: what one script, made once, has written again and again. */
export interface CopyGroup {
  readonly host: string;
  readonly paths: readonly string[];
  readonly tags: readonly string[];
  /** what borg's names begin with; null with restic */
  readonly series: string | null;
  readonly count: number;
  /** Unix epoch, UTC; of those not dated in the future */
  readonly newestAtMs: number | null;
  readonly oldestAtMs: number | null;
  /** null: fewer than three copies */
  readonly medianGapMs: number | null;
  readonly cadence: Cadence;
  /** minutes after midnight in the site's zone at which a daily or rarer one usually comes; null otherwise */
  readonly usualMinute: number | null;
  /** dated later than now */
  readonly future: number;
  /** the longest stretch without a copy; null as `medianGapMs` */
  readonly longestGapMs: number | null;
}

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const clockOffMs = 5 * minuteMs;
/** Times of a regular script spread less than this around its median gap; our judgement. */
const irregularRatio = 0.5;

/** Groups by host, paths and tags, busiest source first. Sets of our own are left out by the reader. */
export function gatherCopies(
  copies: readonly ForeignCopy[],
  { nowMs, timeZone }: { readonly nowMs: number; readonly timeZone: string },
): readonly CopyGroup[] {
  const groups = new Map<string, ForeignCopy[]>();
  for (const copy of copies) {
    const key = JSON.stringify([copy.host, copy.paths.toSorted(), copy.tags.toSorted(), seriesOf(copy.name)]);
    groups.set(key, [...(groups.get(key) ?? []), copy]);
  }
  return [...groups.values()]
    .flatMap((members) => groupOf(members, nowMs, timeZone) ?? [])
    .toSorted((a, b) => b.count - a.count);
}

/** `web-2026-11-01T03:00` → `web`. */
export function seriesOf(name: string | null): string | null {
  if (name === null) return null;
  const series = name.replace(/[-_.:+T]*\d[-\d_.:+TZ]*$/, "");
  return series === "" ? name : series;
}

function groupOf(members: readonly ForeignCopy[], nowMs: number, timeZone: string): CopyGroup | null {
  const [first] = members;
  if (first === undefined) return null;
  const past = members.map(({ atMs }) => atMs).filter((atMs) => atMs <= nowMs + clockOffMs);
  const times = past.toSorted((a, b) => a - b);
  const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs));
  const medianGapMs = times.length < 3 ? null : middle(gaps);
  const cadence = cadenceOf(medianGapMs, gaps);
  return {
    host: first.host,
    paths: first.paths,
    tags: first.tags,
    series: seriesOf(first.name),
    count: members.length,
    newestAtMs: times.at(-1) ?? null,
    oldestAtMs: times[0] ?? null,
    medianGapMs,
    cadence,
    usualMinute: ["daily", "weekly", "monthly"].includes(cadence) ? usualMinute(times.slice(-14), timeZone) : null,
    future: members.length - past.length,
    longestGapMs: medianGapMs === null ? null : Math.max(...gaps),
  };
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function cadenceOf(medianGapMs: number | null, gaps: readonly number[]): Cadence {
  if (medianGapMs === null || medianGapMs === 0) return "irregular";
  const spread = middle(gaps.map((gap) => Math.abs(gap - medianGapMs)));
  if (spread > medianGapMs * irregularRatio) return "irregular";
  if (medianGapMs <= 1.5 * hourMs) return "hourly";
  if (medianGapMs < 18 * hourMs) return "several-a-day";
  if (medianGapMs < 3 * dayMs) return "daily";
  return medianGapMs < 14 * dayMs ? "weekly" : "monthly";
}

function usualMinute(times: readonly number[], timeZone: string): number {
  const minutes = times.map((atMs) => Math.floor((atMs + offsetMs(atMs, timeZone)) / minuteMs) % 1_440);
  return middle(minutes);
}
