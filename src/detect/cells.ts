import type { Stamp } from "../kernel/clock.ts";
import type { Observation } from "../kernel/model/observation.ts";
import type { Vote } from "./decide.ts";
import { step } from "./run.ts";
import { staleAfterMs, type Cell, type CheckWatch, type DetectorState } from "./state.ts";

export function isFresh(watch: CheckWatch, cell: Cell, nowMs: number): boolean {
  return cell.reading !== null && nowMs - cell.reading.monotonicMs <= staleAfterMs(watch.check);
}

/** True when the vantage's word counts: heard lately, in touch, and able to see. */
function mayVote(watch: CheckWatch, cell: Cell, nowMs: number): boolean {
  return canSee(cell) && cell.run !== null && isFresh(watch, cell, nowMs);
}

export function canSee({ vantage }: Cell): boolean {
  return vantage.declared === "ok" && !vantage.inferredBlind;
}

export function votesOf(watch: CheckWatch, nowMs: number): readonly Vote[] {
  const votes: Vote[] = [];
  for (const cell of watch.cells.values())
    if (cell.run !== null && mayVote(watch, cell, nowMs)) votes.push({ vantage: cell.vantage.name, run: cell.run });
  return votes;
}

/** Vantages that should speak and have not done so since the start or the last change of the configuration. */
export function pendingOf(watch: CheckWatch, nowMs: number): number {
  if (nowMs >= watch.pendingUntilMs) return 0;
  let pending = 0;
  for (const cell of watch.cells.values()) if (cell.reading === null && canSee(cell)) pending++;
  return pending;
}

/**
 * Writes one attempt into its cell.
 * @returns false when it is older than what is known, or says nothing of the target
 */
export function takeReading(state: DetectorState, watch: CheckWatch, observation: Observation): boolean {
  const cell = watch.cells.get(observation.vantage);
  if (cell === undefined || isLate(cell, observation)) return false;
  const nowMs = state.clock.monotonicMs();
  // a moment that lies ahead of ours would shut out everything that follows
  const read = { ...observation, monotonicMs: Math.min(observation.monotonicMs, nowMs) };
  cell.newest = read;
  if (read.outcome === "unknown" || cell.vantage.declared === "blind") return false;
  const at: Stamp = { atMs: read.atMs, monotonicMs: read.monotonicMs, bootId: state.clock.bootId };
  const gapMs = cell.reading === null ? 0 : read.monotonicMs - cell.reading.monotonicMs;
  cell.run = step(gapMs > staleAfterMs(watch.check) ? null : cell.run, read.outcome, at);
  cell.reading = read;
  cell.vantage.lastReadingMs = Math.max(cell.vantage.lastReadingMs, read.monotonicMs);
  return true;
}

function isLate({ newest }: Cell, observation: Observation): boolean {
  if (newest === null) return false;
  if (observation.monotonicMs === newest.monotonicMs) return observation.attempt === newest.attempt;
  return observation.monotonicMs < newest.monotonicMs;
}

/** Keeps the vantage's counts equal to its cells: call after every change of a cell or of its freshness. */
export function countCells(watch: CheckWatch, nowMs: number): void {
  if (watch.loopback) return;
  for (const cell of watch.cells.values()) {
    const now =
      cell.run === null || !isFresh(watch, cell, nowMs) ? null : cell.run.down.failing ? "failing" : "working";
    if (now === cell.counted) continue;
    if (cell.counted !== null) count(watch, cell, -1);
    cell.counted = now;
    if (now !== null) count(watch, cell, 1);
  }
}

function count({ host }: CheckWatch, { vantage, counted }: Cell, by: 1 | -1): void {
  const sight = vantage.hosts.get(host) ?? { working: 0, failing: 0 };
  const before = sight.working > 0;
  if (counted === "working") {
    sight.working += by;
    vantage.workingCells += by;
  } else {
    sight.failing += by;
    vantage.failingCells += by;
  }
  vantage.workingHosts += Number(sight.working > 0) - Number(before);
  if (sight.working + sight.failing === 0) vantage.hosts.delete(host);
  else vantage.hosts.set(host, sight);
}

/** True when the vantage sees another host working, or looks at no other: then its own line is not the reason. */
export function controlsAreFine({ vantage }: Cell, host: string): boolean {
  const own = vantage.hosts.get(host);
  const others = vantage.hosts.size - (own === undefined ? 0 : 1);
  return others === 0 || vantage.workingHosts - (own !== undefined && own.working > 0 ? 1 : 0) > 0;
}
