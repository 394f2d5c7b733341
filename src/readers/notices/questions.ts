import {
  phaseOf,
  type NoticeQuestion,
  type NoticeQuestionId,
  type ProviderNoticeKind,
  type ProviderNoticeState,
} from "../../kernel/model/provider-notice.ts";
import type { Settled, SettledWindow } from "./settle.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Work that takes longer is a programme, or a misread year. */
const longestMs = 31 * dayMs;
const furthestMs = 400 * dayMs;

export interface Doubts {
  readonly list: readonly NoticeQuestion[];
  /** ids of windows that cannot be one: they end before they begin, or have no day */
  readonly dropped: ReadonlySet<number>;
  /** ids of windows something is asked about */
  readonly doubted: ReadonlySet<number>;
}

export interface DoubtInput {
  readonly kind: ProviderNoticeKind | "unclear";
  readonly state: ProviderNoticeState;
  readonly settled: Settled;
  readonly receivedAtMs: number;
  readonly zoneKnown: boolean;
  /** normal text */
  readonly text: string;
}

/** The last look: every window that cannot be right, and everything that was guessed, becomes a question. */
export function questionsOf(input: DoubtInput): Doubts {
  const { settled, zoneKnown, text } = input;
  const list: NoticeQuestion[] = [];
  const dropped = new Set<number>();
  const doubted = new Set<number>();
  const words = ({ span }: SettledWindow): string => text.slice(span.start, span.end);
  for (const window of settled.windows) {
    const ids = doubtsOf(window, input);
    if (ids.includes("end-before-start") || ids.includes("no-window")) dropped.add(window.id);
    if (ids.length > 0) doubted.add(window.id);
    for (const id of ids) list.push({ id, text: words(window), readings: window.readings });
  }
  if (isKindDoubtful(input)) list.push({ id: "kind-unclear", text: "", readings: [] });
  for (const window of zoneKnown ? [] : settled.windows.filter(({ zoned }) => !zoned)) {
    list.push({ id: "zone-unknown", text: words(window), readings: window.readings });
    doubted.add(window.id);
  }
  const missing = missingOf(input);
  if (missing !== null) list.push({ id: missing, text: "", readings: [] });
  return { list: unique(list), dropped, doubted };
}

/** A time is to be held for what concerns nobody, or a failure that lasts is told of before it is there. */
function isKindDoubtful({ kind, state, settled, receivedAtMs }: DoubtInput): boolean {
  if (kind === "unclear") return true;
  if (kind === "info") return settled.windows.length > 0;
  const isForetold = settled.windows.some(({ startMs }) => startMs > receivedAtMs + hourMs);
  return isFault(kind) && phaseOf(state) === "ongoing" && isForetold;
}

/** An emergency without a day is today's; other work without one is not to be held. */
function doubtsOf(window: SettledWindow, input: DoubtInput): readonly NoticeQuestionId[] {
  const known = window.doubts.filter((id) => id !== "no-window" || input.kind !== "emergency-maintenance");
  return known.includes("no-window") ? ["no-window"] : [...known, ...doubtsAbout(window, input)];
}

function doubtsAbout({ startMs, endMs }: SettledWindow, input: DoubtInput): readonly NoticeQuestionId[] {
  const { receivedAtMs } = input;
  if (endMs !== null && endMs <= startMs) return ["end-before-start"];
  const lastMs = endMs ?? startMs;
  const checks: readonly (readonly [NoticeQuestionId, boolean])[] = [
    ["too-long", lastMs - startMs > longestMs],
    ["year-far", Math.abs(startMs - receivedAtMs) > furthestMs],
    ["past-at-receipt", isWork(input) && phaseOf(input.state) === "planned" && lastMs < receivedAtMs],
    ["no-end", endMs === null && (needsEnd(input) || hidesEnd(startMs, input))],
  ];
  return checks.filter(([, holds]) => holds).map(([id]) => id);
}

function isWork({ kind }: DoubtInput): boolean {
  return !isFault(kind);
}

function isFault(kind: DoubtInput["kind"]): boolean {
  return kind === "outage" || kind === "degraded";
}

/** A failure lasts until it is over, and a service that ends does so for good. */
function needsEnd(input: DoubtInput): boolean {
  const phase = phaseOf(input.state);
  return isWork(input) && input.kind !== "end-of-service" && (phase === "planned" || phase === "ongoing");
}

/** It is over, no end was found, and a later time is written. */
function hidesEnd(startMs: number, { state, settled }: DoubtInput): boolean {
  return phaseOf(state) === "over" && settled.unusedMs.some((atMs) => atMs > startMs);
}

/** Planned work must have a time; a failure may be told without one. */
function missingOf({ kind, state, settled, text }: DoubtInput): NoticeQuestionId | null {
  if (settled.windows.length > 0) return null;
  if (phaseOf(state) === "over") return settled.unusedMs.length > 0 ? "no-window" : null;
  if ((kind !== "maintenance" && kind !== "emergency-maintenance") || state === "cancelled") return null;
  return /\d{1,2}\s*月\s*\d{1,2}\s*日|\d{1,2}\/\d{1,2}|20\d\d-\d\d-\d\d/.test(text) ? "no-time" : "no-window";
}

function unique(list: readonly NoticeQuestion[]): readonly NoticeQuestion[] {
  return list.filter((one, nth) => list.findIndex((other) => other.id === one.id && other.text === one.text) === nth);
}
