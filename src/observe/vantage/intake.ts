import { z } from "zod";
import type { Stamp } from "../../kernel/clock.ts";
import type { Check } from "../../kernel/model/check.ts";
import type { Observation } from "../../kernel/model/observation.ts";
import { seenElsewhere } from "../own-addresses.ts";
import { WireObservation, type ReportBody } from "./wire.ts";

/** What one report brought, each reading's time by the hub's own clocks. */
export interface Intake {
  readonly vantage: string;
  readonly fresh: readonly Observation[];
  /** older than three intervals, kept on the vantage's disk while it was cut off: history, never a reason to alarm */
  readonly late: readonly Observation[];
}

/** The last word of a vantage, as the ledger keeps it. */
export const ReportState = z.object({
  buffer: z.string(),
  takenUntil: z.number(),
  seenAt: z.object({ atMs: z.number(), monotonicMs: z.number(), bootId: z.string() }),
  clockOffsetMs: z.number(),
  /** the newest reports, each as its wall clock minus ours on arrival, and the way there and back of the one before */
  clockSamples: z.array(z.object({ aheadMs: z.number(), roundTripMs: z.number() })).default([]),
  sight: z.enum(["ok", "blind", "unknown"]),
  bufferDepth: z.number(),
  dropped: z.number(),
  addresses: z.array(z.string()).default([]),
});
export type ReportState = z.infer<typeof ReportState>;

export interface TakenIn {
  readonly intake: Intake;
  readonly state: ReportState;
  readonly refused: number;
}

const lateIntervals = 3;
/** A vantage can be cut off for long, but not before koboshi was thought of. */
const oldestMs = 400 * 86_400_000;

/** Reads a report: what was taken before is passed over, what this vantage was not asked to look at is refused. */
export function takeIn(
  body: ReportBody,
  from: {
    vantage: string;
    checks: ReadonlyMap<string, Check>;
    before: ReportState | null;
    now: Stamp;
    peer: string | null;
  },
): TakenIn {
  const { vantage, checks, before, now } = from;
  const takenBefore = before?.buffer === body.buffer ? before.takenUntil : 0;
  const onTheWayMs = (body.clock.roundTripMs ?? 0) / 2;
  const clockSamples = samplesWith(before, body.clock, now);
  const fresh: Observation[] = [];
  const late: Observation[] = [];
  let refused = 0;
  let takenUntil = takenBefore;
  for (const { n, ageMs, observation } of body.items) {
    if (n <= takenUntil) continue;
    takenUntil = n;
    const seen = WireObservation.safeParse(observation).data;
    const check = seen === undefined ? undefined : checks.get(seen.checkId);
    if (seen === undefined || check === undefined || ageMs > oldestMs) {
      refused++;
      continue;
    }
    const agoMs = ageMs + onTheWayMs;
    const placed = { ...seen, vantage, atMs: now.atMs - agoMs, monotonicMs: now.monotonicMs - agoMs };
    (agoMs > lateIntervals * check.everyMs ? late : fresh).push(placed);
  }
  return {
    intake: { vantage, fresh, late },
    refused,
    state: {
      buffer: body.buffer,
      takenUntil,
      seenAt: now,
      clockOffsetMs: offsetOf(clockSamples),
      clockSamples,
      sight: body.connectivity.state,
      bufferDepth: Math.max(0, body.bufferDepth - body.items.length),
      dropped: body.dropped,
      addresses: addressesOf(body, from.peer),
    },
  };
}

function addressesOf({ addresses = [] }: ReportBody, peer: string | null): string[] {
  return [...seenElsewhere([...(peer === null ? [] : [peer]), ...addresses])];
}

const samplesKept = 5;

/**
 * What holds a report up, on the way or in a busy hub, makes its clock look late: the least late of the newest counts, with half
 * of the shortest way. Source: the clock filter of NTP (RFC 5905, 10).
 */
function offsetOf(samples: ReportState["clockSamples"]): number {
  const aheadMs = Math.max(...samples.map((sample) => sample.aheadMs));
  return Math.round(aheadMs + Math.min(...samples.map(({ roundTripMs }) => roundTripMs)) / 2);
}

function samplesWith(
  before: ReportState | null,
  { wallMs, roundTripMs }: ReportBody["clock"],
  now: Stamp,
): ReportState["clockSamples"] {
  const newest = { aheadMs: wallMs - now.atMs, roundTripMs: roundTripMs ?? 0 };
  return [...(before?.clockSamples ?? []), newest].slice(-samplesKept);
}
