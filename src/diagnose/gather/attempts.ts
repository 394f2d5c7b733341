import { sleep } from "../../kernel/clock.ts";
import { componentId } from "../../kernel/model/component.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { CellStatus, CheckStatus } from "../../kernel/model/status.ts";
import type { DiagnosisSources, PastObservation } from "../../kernel/ports-diagnosis-sources.ts";
import { addressIn, nothingUsual, type Usual } from "../evidence/attempts.ts";
import { nearest, needsOf, type Situation } from "./situation.ts";

/** One check as one vantage saw it: now, earlier in the incident's window, and before that. */
export interface Watched {
  readonly check: CheckStatus;
  readonly vantage: string;
  /** null: nothing fresh is known, because of `silence` */
  readonly now: ProbeResult | null;
  readonly silence: "parent-down" | "timeout";
  /** when `now` was seen; Unix epoch UTC */
  readonly atMs: number;
  /** in the window, oldest first */
  readonly earlier: readonly PastObservation[];
  readonly usual: Usual;
}

/** Reading the state of more checks than this says nothing more of one incident. */
const mostServices = 24;
const mostChecks = 60;
/** A reading this young needs no new attempt. */
const youngMs = 5_000;
/** The scope is told before four seconds are over, and more looks follow from what is read. */
const patienceMs = 2_200;
const pollMs = 50;
/** What is usual is what was so in the two hours before. */
const usualMs = 2 * 3_600_000;
const mostRows = 4_000;
/** Kinds that trouble others when they look, or look rarely on purpose: their newest attempt tells. */
const rare: ReadonlySet<string> = new Set(["roundtrip", "domain", "command", "log", "browser"]);

/**
 * Checks of what stands near the subject. One that was failing long before the incident, of something the subject has
 * nothing to do with, is left out: it would only ask to be explained.
 */
export function checksNear(situation: Situation, cells: readonly CheckStatus[]): readonly CheckStatus[] {
  const { concerned, fromMs } = situation;
  const rank = new Map(nearest(situation, "service", mostServices).map((key, index) => [key, index]));
  const isChronic = ({ service, state, since }: CheckStatus): boolean =>
    (state === "down" || state === "warning") &&
    since !== null &&
    since.atMs < fromMs &&
    !concerned.has(componentId("service", service)) &&
    !runsBeside(situation, service);
  return cells
    .filter((check) => rank.has(check.service) && check.state !== "paused" && !isChronic(check))
    .toSorted((a, b) => (rank.get(a.service) ?? 0) - (rank.get(b.service) ?? 0))
    .slice(0, mostChecks);
}

/** It runs on a machine of the subject's own. */
function runsBeside(situation: Situation, service: string): boolean {
  const own = needsOf(situation, situation.subject);
  const on = situation.site.services.get(service)?.on;
  return on !== undefined && on !== null && own.has(componentId("host", on));
}

/** Asks for new attempts, waits a little for them, and reads what was seen before. */
export async function watchedNear(
  sources: DiagnosisSources,
  situation: Situation,
  signal: AbortSignal,
): Promise<readonly Watched[]> {
  const wanted = checksNear(situation, situation.cells);
  const ids = wanted.map(({ id }) => id);
  const beforehandMs = sources.clock.monotonicMs() - Math.max(0, sources.clock.nowMs() - situation.startedAtMs);
  const [, before] = await Promise.all([
    freshen(sources, { wanted, beforehandMs }, signal),
    past(sources, situation, ids),
  ]);
  const known = new Set(ids);
  const now = new Map(sources.checks().map((check) => [check.id, check]));
  return wanted
    .map((check) => now.get(check.id) ?? check)
    .filter(({ id }) => known.has(id))
    .flatMap((check) =>
      check.cells.map((cell) => watchedOf(check, cell, { situation, rows: before(check.id, cell.vantage) })),
    );
}

async function freshen(
  { clock, checks, probeNow }: DiagnosisSources,
  { wanted, beforehandMs }: { readonly wanted: readonly CheckStatus[]; readonly beforehandMs: number },
  signal: AbortSignal,
): Promise<void> {
  const askedMs = clock.monotonicMs();
  const isOld = ({ last, stale }: CellStatus): boolean =>
    !stale && (last === null || askedMs - last.monotonicMs > youngMs || wasFineBefore(last, beforehandMs));
  const old = wanted.filter(({ kind, cells }) => !rare.has(kind) && cells.some(isOld)).map(({ id }) => id);
  if (old.length === 0) return;
  probeNow(old);
  const waiting = new Set(old);
  while (!signal.aborted && clock.monotonicMs() - askedMs < patienceMs) {
    const late = checks().some(
      ({ id, cells }) =>
        waiting.has(id) &&
        cells.some(
          ({ last, stale }) =>
            !stale && (last === null || last.monotonicMs < askedMs - youngMs || wasFineBefore(last, beforehandMs)),
        ),
    );
    if (!late) return;
    await sleep(clock, pollMs, signal);
  }
}

/** What was well before anything failed says nothing of now. */
function wasFineBefore(
  { outcome, monotonicMs }: ProbeResult & { readonly monotonicMs: number },
  beforehandMs: number,
): boolean {
  return outcome === "up" && monotonicMs < beforehandMs;
}

type Rows = readonly PastObservation[];

/** Everything kept of these checks from two hours before the window on, by check and vantage, oldest first. */
async function past(
  { observations }: DiagnosisSources,
  { fromMs, nowMs }: Situation,
  checkIds: readonly string[],
): Promise<(checkId: string, vantage: string) => Rows> {
  if (checkIds.length === 0) return () => [];
  const [inWindow, earlier] = await Promise.all([
    observations({ checkIds, fromMs, toMs: nowMs, limit: mostRows }),
    observations({ checkIds, fromMs: fromMs - usualMs, toMs: fromMs, limit: mostRows }),
  ]);
  const by = new Map<string, PastObservation[]>();
  for (const row of [...earlier.toReversed(), ...inWindow.toReversed()]) {
    const key = `${row.checkId} ${row.vantage}`;
    const list = by.get(key);
    if (list === undefined) by.set(key, [row]);
    else list.push(row);
  }
  return (checkId, vantage) => by.get(`${checkId} ${vantage}`) ?? [];
}

function watchedOf(
  check: CheckStatus,
  { vantage, last, stale }: CellStatus,
  { situation, rows }: { readonly situation: Situation; readonly rows: Rows },
): Watched {
  const timed = rows.map(withoutStall);
  const inWindow = timed.filter(({ atMs }) => atMs >= situation.fromMs);
  const isOutdated =
    last !== null &&
    !rare.has(check.kind) &&
    last.outcome === "up" &&
    last.atMs < Math.min(situation.startedAtMs, situation.nowMs);
  return {
    check,
    vantage,
    now: stale || isOutdated || last === null ? null : withoutStall(last),
    silence: stale ? "parent-down" : "timeout",
    atMs: last?.atMs ?? situation.nowMs,
    earlier: inWindow,
    usual: usualOf(calmRows(timed, situation)),
  };
}

/** The attempt as it had gone if the looking process had not stood still meanwhile: that time is none of the target's. */
export function withoutStall<T extends ProbeResult>(result: T): T {
  const stallMs = result.facts["ownStallMs"];
  if (typeof stallMs !== "number") return result;
  const { connectMs, totalMs } = result.timings;
  const timings = {
    ...result.timings,
    totalMs: Math.max(0, totalMs - stallMs),
    ...(connectMs === undefined ? {} : { connectMs: Math.max(0, connectMs - stallMs) }),
  };
  return { ...result, timings };
}

/** What grows slow is so for a while before the first attempt fails of it. */
const shortLeadMs = 15_000;

/** From before the window; of what is watched for a few minutes only, from before the first contrary attempt. */
export function calmRows(rows: Rows, { fromMs, startedAtMs }: Pick<Situation, "fromMs" | "startedAtMs">): Rows {
  const before = (limitMs: number): Rows => rows.filter(({ atMs }) => atMs < limitMs);
  return [fromMs, startedAtMs - shortLeadMs].map(before).find(isEnough) ?? before(startedAtMs);
}

function isEnough(rows: Rows): boolean {
  return rows.some(({ outcome }) => outcome === "up");
}

/** How it was while all was right. */
export function usualOf(rows: Rows): Usual {
  const fine = rows.filter(({ outcome }) => outcome === "up");
  const last = fine.at(-1);
  if (last === undefined) return nothingUsual;
  const numbers = (read: (row: PastObservation) => unknown): number[] =>
    fine.map(read).filter((value): value is number => typeof value === "number");
  const server = last.facts["server"];
  return {
    totalP95Ms: p95(numbers(({ timings }) => timings.totalMs)),
    connectP95Ms: p95(numbers(({ timings }) => timings.connectMs)),
    roundTripP95Ms: p95(numbers(({ facts }) => facts["roundTripMeanMs"])),
    addresses: [...new Set(fine.flatMap((row) => addressIn(row) ?? []))],
    bodyBytes: middle(numbers(({ facts }) => facts["bodyBytes"])),
    server: typeof server === "string" ? server : null,
  };
}

/** The 95 % point of fewer is the largest, which a single hiccup sets: of so few it is the upper quarter's. */
const fewValues = 20;

function p95(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const share = sorted.length < fewValues ? 0.75 : 0.95;
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}

function middle(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
