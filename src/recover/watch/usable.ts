import type { CommitRecord } from "../../kernel/model/backup.ts";
import type { BackupRun, CopyState } from "../../kernel/model/recovery.ts";
import { readMoment } from "../../readers/schedule/moment.ts";
import { thresholds } from "./thresholds.ts";

/** A committed set with the time that may be believed. */
export interface DatedSet {
  readonly record: CommitRecord;
  /** Unix epoch, UTC: the earlier of what the writer says and when the hub heard of it */
  readonly atMs: number;
  /** when the hub heard of it, by its own clock; null: it did not */
  readonly heardAtMs: number | null;
  /** dated later than now: listed, and newest only when the hub itself heard of it */
  readonly isFuture: boolean;
  /** by how much the writer's clock was wrong, positive when it was ahead; null: not known */
  readonly clockOffMs: number | null;
}

/** RFC 3339 in UTC. @returns null for what is no time */
export function instantMs(text: string): number | null {
  return readMoment(text, "UTC");
}

/** @param copies newest first by the writer's word @returns in the order in which they were written, last first: by when the hub heard of them, else by the believed time */
export function datedSets(
  { sets, place }: Pick<CopyState, "sets" | "place">,
  runs: readonly BackupRun[],
  nowMs: number,
): readonly DatedSet[] {
  const heard = new Map(runs.flatMap((run) => (run.place === place ? [[run.set, run.endedAt?.atMs ?? null]] : [])));
  return sets
    .flatMap((record) => dated(record, heard.get(record.set) ?? null, nowMs) ?? [])
    .toSorted((a, b) => (b.heardAtMs ?? b.atMs) - (a.heardAtMs ?? a.atMs));
}

function dated(record: CommitRecord, heardAtMs: number | null, nowMs: number): DatedSet | null {
  const [snapshotMs, finishedMs] = [instantMs(record.snapshotAt), instantMs(record.finishedAt)];
  if (snapshotMs === null || finishedMs === null) return null;
  return {
    record,
    heardAtMs,
    atMs: Math.min(snapshotMs, heardAtMs ?? snapshotMs),
    isFuture: Math.max(snapshotMs, finishedMs) > nowMs + thresholds.clockOffMs,
    clockOffMs: heardAtMs === null ? record.clockOffsetMs : finishedMs - heardAtMs,
  };
}

/** The newest set that may be called so. A future-dated one counts only with a time the hub itself vouches for. */
export function newestUsable(sets: readonly DatedSet[], nowMs: number): DatedSet | null {
  const usable = sets.filter(({ isFuture, atMs }) => !isFuture || atMs <= nowMs);
  return usable.toSorted((a, b) => b.atMs - a.atMs)[0] ?? null;
}
