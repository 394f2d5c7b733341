import { phaseOf, type ProviderNoticeKind, type ProviderNoticeState } from "../../kernel/model/provider-notice.ts";
import { dayAt, type DaySearch } from "./calendar.ts";
import type { Candidate } from "./candidate.ts";
import { placeTokens } from "./lines.ts";
import { isOfficeOnly, kindOf } from "./meaning.ts";
import { pointsOf } from "./points.ts";
import { settle, type Settled } from "./settle.ts";
import { isStillOn, stateOf } from "./states.ts";
import type { Zone } from "./token.ts";
import type { Update } from "./updates.ts";
import { aside, candidatesOf, lastDays } from "./windows.ts";

export interface Reading {
  /** Unix epoch, UTC */
  readonly receivedAtMs: number;
  readonly title: string;
  readonly zone: Zone;
  readonly textZone: Zone | null;
  readonly updates: readonly Update[];
  readonly isJapanese: boolean;
}

export interface WhatAndWhen {
  readonly kind: ProviderNoticeKind | "unclear";
  readonly state: ProviderNoticeState;
  readonly settled: Settled;
}

/** The kind decides how a day without a year is meant, and the windows which kind: so windows are read for both. */
export function whatAndWhen(text: string, reading: Reading): WhatAndWhen {
  const { receivedAtMs, title, zone, textZone, updates, isJapanese } = reading;
  const points = pointsOf(text, placeTokens(text));
  const search = (past: boolean): DaySearch => ({
    today: dayAt(receivedAtMs, zone),
    past,
    near: null,
    monthFirst: isJapanese,
  });
  const read = (past: boolean): readonly Candidate[] =>
    candidatesOf(points, { nowMs: receivedAtMs, search: search(past), zone, textZone });
  const first = read(false);
  const kind = kindOf({
    title,
    text,
    hasTime: first.some(isWhole) || first.some(isStart),
    isPast: isOver(first, receivedAtMs),
  });
  const stated = stateOf(kind, title, updates);
  const candidates = hasHappened(kind, stated) ? read(true) : first;
  const isDone = stated === "investigating" && isOver(candidates, receivedAtMs) && !isStillOn(updates);
  const state = isDone ? "resolved" : stated;
  const isLastDay = kind === "end-of-service" && candidates.length === 0;
  const told = isLastDay ? lastDays(points, search(false), zone) : candidates;
  const settled = settle(isOfficeOnly(title, text) ? [] : told, { kind, state, text, updates, receivedAtMs });
  return { kind, state, settled };
}

function hasHappened(kind: WhatAndWhen["kind"], state: ProviderNoticeState): boolean {
  return kind === "outage" || kind === "degraded" || phaseOf(state) === "over" || phaseOf(state) === "ongoing";
}

/** There is a time from-to, and all of it lies before the receipt. */
function isOver(all: readonly Candidate[], receivedAtMs: number): boolean {
  return all.some(isWhole) && all.every(({ startMs, endMs }) => (endMs ?? startMs ?? 0) <= receivedAtMs);
}

function isStart({ startMs, endOnly, role }: Candidate): boolean {
  return startMs !== null && !endOnly && !aside.has(role);
}

function isWhole({ startMs, endMs }: Candidate): boolean {
  return startMs !== null && endMs !== null;
}
