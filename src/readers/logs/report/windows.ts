import type { Minute } from "./minute-table.ts";

/** A stretch of minutes that stand out. */
export interface MinuteWindow {
  readonly fromMs: number;
  /** end of its last minute */
  readonly toMs: number;
  readonly lines: number;
  readonly serverErrors: number;
  readonly timeouts: number;
  readonly slow: number;
  /** the most lines in one minute */
  readonly peak: number;
  /** what a minute of the hour before it had */
  readonly usual: number;
}

const minuteMs = 60_000;
/** Gaps up to here belong to the same window. */
const gapMs = 3 * minuteMs;
const usualMinutes = 60;
const leastUsualMinutes = 10;
const surgeTimes = 3;
const surgeLines = 60;
const troubleShare = 0.05;
const troubleLines = 5;
const mostWindows = 20;

/** Minutes with three times the lines of the hour before. */
export function surgesOf(minutes: readonly Minute[]): readonly MinuteWindow[] {
  const usual = usualLines(minutes);
  return windowsOf(minutes, usual, (minute, usually) => {
    return usually > 0 && minute.lines >= surgeTimes * usually && minute.lines >= usually + surgeLines;
  });
}

/** Minutes in which one request of twenty failed on the server's side, was given up, or was slow. */
export function troublesOf(minutes: readonly Minute[]): readonly MinuteWindow[] {
  return windowsOf(minutes, usualLines(minutes), ({ lines, serverErrors, slow, timeouts }) => {
    const bad = Math.max(serverErrors, timeouts, slow);
    return bad >= troubleLines && bad >= lines * troubleShare;
  });
}

/** The middle value of the lines of the minutes before each, as many as an hour has. */
function usualLines(minutes: readonly Minute[]): readonly number[] {
  const lines = minutes.map((minute) => minute.lines);
  const recent: number[] = [];
  return lines.map((count, at) => {
    const middle = recent.length < leastUsualMinutes ? 0 : (recent[recent.length >> 1] ?? 0);
    insertSorted(recent, count);
    const oldest = lines[at - usualMinutes];
    if (oldest !== undefined) recent.splice(recent.indexOf(oldest), 1);
    return middle;
  });
}

function insertSorted(sorted: number[], value: number): void {
  const at = sorted.findIndex((other) => other >= value);
  sorted.splice(at < 0 ? sorted.length : at, 0, value);
}

/** The largest windows, in order of time. */
function windowsOf(
  minutes: readonly Minute[],
  usual: readonly number[],
  isPart: (minute: Minute, usual: number) => boolean,
): readonly MinuteWindow[] {
  const windows: MinuteWindow[] = [];
  minutes.forEach((minute, at) => {
    const last = windows.at(-1);
    const isNear = last !== undefined && minute.atMs - last.toMs < gapMs;
    // what a surge has raised is no measure for the minutes after it
    const usually = isNear ? last.usual : (usual[at] ?? 0);
    if (!isPart(minute, usually)) return;
    const here = windowOf(minute, usually);
    if (isNear) windows[windows.length - 1] = joined(last, here);
    else windows.push(here);
  });
  return windows
    .toSorted((a, b) => b.lines - a.lines)
    .slice(0, mostWindows)
    .toSorted((a, b) => a.fromMs - b.fromMs);
}

function windowOf({ atMs, lines, serverErrors, timeouts, slow }: Minute, usual: number): MinuteWindow {
  return { fromMs: atMs, toMs: atMs + minuteMs, lines, serverErrors, timeouts, slow, peak: lines, usual };
}

function joined(a: MinuteWindow, b: MinuteWindow): MinuteWindow {
  return {
    fromMs: a.fromMs,
    toMs: b.toMs,
    lines: a.lines + b.lines,
    serverErrors: a.serverErrors + b.serverErrors,
    timeouts: a.timeouts + b.timeouts,
    slow: a.slow + b.slow,
    peak: Math.max(a.peak, b.peak),
    usual: a.usual,
  };
}
