/** One calendar day of a zone; 23 and 25 hours exist. */
export interface CalendarDay {
  /** `2026-11-22` */
  readonly date: string;
  /** Unix epoch UTC, inclusive */
  readonly fromMs: number;
  /** Unix epoch UTC, exclusive: where the next day begins */
  readonly toMs: number;
}

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** No day is this long, so it began later than that. */
const searchMs = 50 * hourMs;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-22`, as people of the zone write it. */
function dateOf(atMs: number, timeZone: string): string {
  let format = formatters.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    formatters.set(timeZone, format);
  }
  return format.format(atMs);
}

/** The first minute of the day that holds `atMs`, found by halving: no table of zone rules is needed. */
function dayStartMs(atMs: number, timeZone: string): number {
  const date = dateOf(atMs, timeZone);
  let before = Math.floor((atMs - searchMs) / minuteMs);
  let within = Math.floor(atMs / minuteMs);
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (dateOf(middle * minuteMs, timeZone) >= date) within = middle;
    else before = middle;
  }
  return within * minuteMs;
}

/** The last `count` days of the zone, oldest first, today last; today ends where tomorrow begins. */
export function recentDays({
  nowMs,
  timeZone,
  count,
}: {
  nowMs: number;
  timeZone: string;
  count: number;
}): CalendarDay[] {
  const todayMs = dayStartMs(nowMs, timeZone);
  // 36 hours after a midnight it is the next day, whatever the clocks do
  let toMs = dayStartMs(todayMs + 36 * hourMs, timeZone);
  let fromMs = todayMs;
  const days: CalendarDay[] = [];
  for (let day = 0; day < count; day++) {
    days.push({ date: dateOf(fromMs, timeZone), fromMs, toMs });
    toMs = fromMs;
    fromMs = dayStartMs(fromMs - 1, timeZone);
  }
  return days.toReversed();
}
