import { z } from "zod";
import type { NumberedLine } from "../../storage/telemetry/telemetry.ts";

/** Lines of one template that are not as usual. */
export interface TemplateNews {
  readonly what: "new" | "burst";
  readonly templateId: string;
  /** in the last five minutes of the lines' own time */
  readonly count: number;
  /** per five minutes, until then */
  readonly usual: number;
  readonly line: NumberedLine;
}

/** What one source usually says, and how often. Time is that of the lines, so that a backlog is no burst. */
export interface TemplateWatch {
  note(line: NumberedLine): TemplateNews | null;
  save(): SavedWatch;
}

const Saved = z.object({
  firstAtMs: z.number(),
  lines: z.number(),
  stats: z.array(z.tuple([z.string(), z.number(), z.number()])),
});
export type SavedWatch = z.infer<typeof Saved>;
export const SavedWatch = Saved;

const minuteMs = 60_000;
const windowMinutes = 5;
const learnMs = 24 * 60 * minuteMs;
const learnLines = 10_000;
/** Before, nothing is known of what is usual. */
const burstLearnMs = 60 * minuteMs;
const burstTimes = 10;
const burstLeast = 20;
/** What was usual two days ago counts half of what was usual yesterday. */
const halveAfterWindows = 24 * 12;
const mostTemplates = 8_192;
/** errors and worse are told without having learnt the source */
const graveSeverity = 3;

interface Stat {
  /** lines before the window that runs now, and how many windows they are from */
  total: number;
  windows: number;
  sinceMinute: number;
  readonly minutes: Map<number, number>;
  told: number;
}

interface Held {
  readonly stats: Map<string, Stat>;
  firstAtMs: number | null;
  lines: number;
}

export function createTemplateWatch(saved: SavedWatch | null): TemplateWatch {
  const held: Held = { stats: new Map(), firstAtMs: saved?.firstAtMs ?? null, lines: saved?.lines ?? 0 };
  for (const [id, total, windows] of saved?.stats ?? [])
    held.stats.set(id, { total, windows, sinceMinute: 0, minutes: new Map(), told: Number.NEGATIVE_INFINITY });
  return {
    note: (line) => note(held, line),
    save: () => ({
      firstAtMs: held.firstAtMs ?? 0,
      lines: held.lines,
      stats: [...held.stats].map(([id, stat]) => [id, stat.total + countOf(stat), stat.windows + 1]),
    }),
  };
}

function note(held: Held, line: NumberedLine): TemplateNews | null {
  const { templateId, atMs } = line;
  if (templateId === undefined) return null;
  held.firstAtMs ??= atMs;
  held.lines += 1;
  const known = held.stats.get(templateId);
  if (known === undefined) return firstSeen(held, line, templateId);
  const minute = Math.floor(atMs / minuteMs);
  move(known, minute);
  known.minutes.set(minute, (known.minutes.get(minute) ?? 0) + 1);
  const count = countOf(known);
  const usual = known.windows === 0 ? 0 : known.total / known.windows;
  const isBurst = count > Math.max(burstTimes * usual, burstLeast) && isKnown(held, atMs, burstLearnMs);
  if (!isBurst || minute - known.told < windowMinutes) return null;
  known.told = minute;
  return { what: "burst", templateId, count, usual, line };
}

function firstSeen(held: Held, line: NumberedLine, templateId: string): TemplateNews | null {
  if (held.stats.size >= mostTemplates) held.stats.delete(held.stats.keys().next().value ?? "");
  const minute = Math.floor(line.atMs / minuteMs);
  const minutes = new Map([[minute, 1]]);
  held.stats.set(templateId, { total: 0, windows: 0, sinceMinute: minute, minutes, told: minute });
  const isGrave = line.severity !== null && line.severity <= graveSeverity;
  if (!isGrave && !isKnown(held, line.atMs, learnMs)) return null;
  return { what: "new", templateId, count: 1, usual: 0, line };
}

function isKnown({ firstAtMs, lines }: Held, atMs: number, needMs: number): boolean {
  return lines > learnLines || atMs - (firstAtMs ?? atMs) >= needMs;
}

/** Minutes older than the window become part of what is usual. */
function move(stat: Stat, minute: number): void {
  for (const [at, count] of stat.minutes) {
    if (at > minute - windowMinutes) continue;
    stat.total += count;
    stat.minutes.delete(at);
  }
  const first = minute - windowMinutes;
  if (stat.sinceMinute === 0) stat.sinceMinute = minute;
  if (first <= stat.sinceMinute) return;
  stat.windows += (first - stat.sinceMinute) / windowMinutes;
  stat.sinceMinute = first;
  if (stat.windows < halveAfterWindows) return;
  stat.total /= 2;
  stat.windows /= 2;
}

function countOf({ minutes }: Stat): number {
  let count = 0;
  for (const one of minutes.values()) count += one;
  return count;
}
