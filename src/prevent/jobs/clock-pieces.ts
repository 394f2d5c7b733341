import type { ClockPiece, UpSpan } from "../../readers/schedule/daemon/course.ts";

/** One measurement of a machine's clock from outside. */
export interface ClockReading {
  /** true time */
  readonly atMs: number;
  /** its clock minus true time */
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is known of a machine's time, from before the work until now. All moments are true time. */
export interface ClockFacts {
  /** oldest first; none: taken for right */
  readonly measured: readonly ClockReading[];
  /** when it was off, oldest first */
  readonly off: readonly Stretch[];
  /** when it was halted as it was, so that its clock fell behind by as much; oldest first */
  readonly still: readonly Stretch[];
  /** when its own log says that its clock was set */
  readonly jumps?: readonly number[];
  /** a planned repair sets it right then; null: none */
  readonly stepAtMs: number | null;
}

/** Less than this is drift, which no job notices. */
const driftMs = 1_000;

/**
 * A machine's clock minus true time, piece by piece, oldest first. Between two measurements that differ, the change is put
 * where the clock was told to have been set, else where the machine went on after standing still or being off (the last such
 * moment), else to the later measurement.
 */
export function clockPieces({ measured, off, still, jumps = [], stepAtMs }: ClockFacts): readonly ClockPiece[] {
  const [first] = measured;
  const pieces: ClockPiece[] = [{ fromMs: 0, offsetMs: first?.offsetMs ?? 0 }];
  let before = first;
  for (const reading of measured.slice(1)) {
    const isSame =
      before !== undefined &&
      Math.abs(reading.offsetMs - before.offsetMs) <= Math.max(driftMs, reading.uncertaintyMs + before.uncertaintyMs);
    const earlier = before;
    if (earlier !== undefined) {
      const between = (atMs: number): boolean => atMs > earlier.atMs && atMs <= reading.atMs;
      const told = jumps.filter(between);
      const halted = still.filter(({ toMs }) => between(toMs));
      const ends = [...still, ...off].map(({ toMs }) => toMs).filter(between);
      if (!isSame || told.length > 0)
        pieces.push(...changeAt({ from: earlier, to: reading, still: halted, ends, told }));
    }
    before = reading;
  }
  const now = pieces.at(-1);
  return stepAtMs === null || now?.offsetMs === 0 ? pieces : [...pieces, { fromMs: stepAtMs, offsetMs: 0 }];
}

interface Change {
  readonly from: ClockReading;
  readonly to: ClockReading;
  readonly still: readonly Stretch[];
  readonly ends: readonly number[];
  readonly told: readonly number[];
}

function changeAt({ from, to, still, ends, told }: Change): readonly ClockPiece[] {
  const deficitMs = still.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const explained = from.offsetMs - deficitMs;
  const isExplained =
    still.length > 0 && Math.abs(explained - to.offsetMs) <= driftMs + to.uncertaintyMs + from.uncertaintyMs;
  if (told.length === 0 && isExplained) return fallingBehind(from.offsetMs, still);
  // set after it had fallen behind: by its log, else by nobody knows whom as soon as it went on
  const behind = told.length === 0 ? [] : fallingBehind(from.offsetMs, still);
  return [
    ...behind,
    { fromMs: Math.max(...(told.length > 0 ? told : ends.length > 0 ? ends : [to.atMs])), offsetMs: to.offsetMs },
  ];
}

function fallingBehind(offsetMs: number, still: readonly Stretch[]): readonly ClockPiece[] {
  let behindMs = offsetMs;
  return still.map(({ fromMs, toMs }) => {
    behindMs -= toMs - fromMs;
    return { fromMs: toMs, offsetMs: behindMs };
  });
}

/** When a machine was running between two moments. */
export function upSpans(
  { off, still }: Pick<ClockFacts, "off" | "still">,
  { fromMs, toMs }: Stretch,
): readonly UpSpan[] {
  const gaps = [
    ...off.map((gap) => ({ ...gap, isStill: false })),
    ...still.map((gap) => ({ ...gap, isStill: true })),
  ].toSorted((a, b) => a.fromMs - b.fromMs);
  const spans: UpSpan[] = [];
  let beganMs = fromMs;
  for (const gap of gaps) {
    if (gap.toMs <= beganMs || gap.fromMs >= toMs) continue;
    if (gap.fromMs > beganMs)
      spans.push({ fromMs: beganMs, toMs: gap.fromMs, ...(gap.isStill ? { stoodStillAfter: true } : {}) });
    beganMs = gap.toMs;
  }
  return beganMs < toMs ? [...spans, { fromMs: beganMs, toMs }] : spans;
}
