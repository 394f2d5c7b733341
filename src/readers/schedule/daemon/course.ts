/** From this moment of true time on, a machine's own clock minus true time. */
export interface ClockPiece {
  readonly fromMs: number;
  readonly offsetMs: number;
}

/** A stretch of true time in which a machine was running; its end is not part of it. */
export interface UpSpan {
  readonly fromMs: number;
  readonly toMs: number;
  /** until the next one it was halted as it was, and nothing was started anew; left out: it was off */
  readonly stoodStillAfter?: boolean;
}

/** How a machine lived through some time: when it ran, and what its own clock showed. */
export interface HostCourse {
  /** what its clock shows at a moment of true time */
  hostMs(atMs: number): number;
  isRunning(atMs: number): boolean;
  /** the moment at which it has run for so long since `atMs`; null: it goes off before */
  afterRunning(atMs: number, forMs: number): number | null;
  /** every moment of true time at which its clock showed this, oldest first; none while it was off or where its clock was put forward */
  momentsOf(hostMs: number): readonly number[];
  /** when its clock was set or it went on after standing still, true time, oldest first */
  readonly changes: readonly number[];
  /** its starts and what it ran through, standing still included, oldest first */
  readonly lives: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** @param input.clock oldest first; none: it is right. @param input.up oldest first, apart from each other */
export function createCourse({
  clock,
  up,
}: {
  readonly clock: readonly ClockPiece[];
  readonly up: readonly UpSpan[];
}): HostCourse {
  const spans = up.filter(({ fromMs, toMs }) => toMs > fromMs);
  const spanAt = (atMs: number): number => spans.findIndex(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  return {
    hostMs: (atMs) => atMs + offsetAt(clock, atMs),
    isRunning: (atMs) => spanAt(atMs) >= 0,
    afterRunning(atMs, forMs) {
      let [moment, left] = [atMs, forMs];
      for (let index = spanAt(atMs); index >= 0 && index < spans.length; index++) {
        const span = spans[index] as UpSpan;
        moment = Math.max(moment, span.fromMs);
        if (moment + left < span.toMs) return moment + left;
        if (span.stoodStillAfter !== true) return null;
        left -= span.toMs - moment;
      }
      return null;
    },
    momentsOf: (hostMs) =>
      [...new Set(clock.length === 0 ? [0] : clock.map(({ offsetMs }) => offsetMs))]
        .map((offsetMs) => hostMs - offsetMs)
        .filter((atMs) => spanAt(atMs) >= 0 && atMs + offsetAt(clock, atMs) === hostMs)
        .toSorted((a, b) => a - b),
    changes: [...clock.map(({ fromMs }) => fromMs), ...spans.map(({ fromMs }) => fromMs)].toSorted((a, b) => a - b),
    lives: livesOf(spans),
  };
}

function offsetAt(clock: readonly ClockPiece[], atMs: number): number {
  let offsetMs = clock[0]?.offsetMs ?? 0;
  for (const piece of clock) {
    if (piece.fromMs > atMs) break;
    ({ offsetMs } = piece);
  }
  return offsetMs;
}

function livesOf(spans: readonly UpSpan[]): HostCourse["lives"] {
  const lives: { fromMs: number; toMs: number }[] = [];
  for (const [index, { fromMs, toMs }] of spans.entries()) {
    const last = lives.at(-1);
    if (last !== undefined && spans[index - 1]?.stoodStillAfter === true) last.toMs = toMs;
    else lives.push({ fromMs, toMs });
  }
  return lives;
}
