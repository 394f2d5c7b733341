import {
  phaseOf,
  type NoticeQuestion,
  type NoticeQuestionId,
  type ProviderNoticeKind,
  type ProviderNoticeState,
} from "../../kernel/model/provider-notice.ts";
import type { Settled, SettledWindow } from "./settle.ts";

const dayMs = 86_400_000;
/** Work that takes longer is a programme, or a misread year. */
const longestMs = 31 * dayMs;
const furthestMs = 400 * dayMs;

export interface Doubts {
  readonly list: readonly NoticeQuestion[];
  /** ids of windows that cannot be one: they end before they begin */
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
  const { kind, settled, zoneKnown, text } = input;
  const list: NoticeQuestion[] = [];
  const dropped = new Set<number>();
  const doubted = new Set<number>();
  const words = ({ span }: SettledWindow): string => text.slice(span.start, span.end);
  for (const window of settled.windows) {
    const ids = [...window.doubts, ...doubtsAbout(window, input)];
    if (ids.includes("end-before-start")) dropped.add(window.id);
    if (ids.length > 0) doubted.add(window.id);
    for (const id of ids) list.push({ id, text: words(window), readings: window.readings });
  }
  // a time that is to be held for what is said to concern nobody
  const isOdd = kind === "info" && settled.windows.length > 0;
  if (kind === "unclear" || isOdd) list.push({ id: "kind-unclear", text: "", readings: [] });
  for (const window of zoneKnown ? [] : settled.windows.filter(({ zoned }) => !zoned)) {
    list.push({ id: "zone-unknown", text: words(window), readings: window.readings });
    doubted.add(window.id);
  }
  const missing = missingOf(input);
  if (missing !== null) list.push({ id: missing, text: "", readings: [] });
  return { list: unique(list), dropped, doubted };
}

function doubtsAbout({ startMs, endMs }: SettledWindow, input: DoubtInput): readonly NoticeQuestionId[] {
  const { receivedAtMs } = input;
  if (endMs !== null && endMs <= startMs) return ["end-before-start"];
  const lastMs = endMs ?? startMs;
  const checks: readonly (readonly [NoticeQuestionId, boolean])[] = [
    ["too-long", lastMs - startMs > longestMs],
    ["year-far", Math.abs(startMs - receivedAtMs) > furthestMs],
    ["past-at-receipt", isWork(input) && phaseOf(input.state) === "planned" && lastMs < receivedAtMs],
    ["no-end", endMs === null && needsEnd(input)],
  ];
  return checks.filter(([, holds]) => holds).map(([id]) => id);
}

function isWork({ kind }: DoubtInput): boolean {
  return kind !== "outage" && kind !== "degraded";
}

/** A failure lasts until it is over, and a service that ends does so for good. */
function needsEnd(input: DoubtInput): boolean {
  const phase = phaseOf(input.state);
  return isWork(input) && input.kind !== "end-of-service" && (phase === "planned" || phase === "ongoing");
}

/** Planned work must have a time; a failure may be told without one. */
function missingOf({ kind, state, settled, text }: DoubtInput): NoticeQuestionId | null {
  if (settled.windows.length > 0 || (kind !== "maintenance" && kind !== "emergency-maintenance")) return null;
  if (phaseOf(state) === "over" || state === "cancelled") return null;
  return /\d{1,2}\s*月\s*\d{1,2}\s*日|\d{1,2}\/\d{1,2}|20\d\d-\d\d-\d\d/.test(text) ? "no-time" : "no-window";
}

function unique(list: readonly NoticeQuestion[]): readonly NoticeQuestion[] {
  return list.filter((one, nth) => list.findIndex((other) => other.id === one.id && other.text === one.text) === nth);
}
