import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { LogEntry } from "../../kernel/ports-logs.ts";
import type { Traffic } from "../evidence/log-lines.ts";
import { perMinute } from "../lines/rates.ts";
import { isFailure, type Request } from "../lines/requests.ts";
import { accessLogs, hostLines } from "./host-logs.ts";
import type { Situation } from "./situation.ts";

/** What a web server and the programs behind it wrote, in the window and in the hour before. */
export interface WebLines {
  /** in the window, newest first; null: no log of the machine is followed */
  readonly entries: readonly LogEntry[] | null;
  readonly traffic: Traffic;
  /** of programs behind, in the window and before it */
  readonly behind: readonly Request[];
  readonly behindBefore: readonly Request[];
}

export interface WebLinesWanted {
  readonly host: string;
  /** machines that programs behind run on, besides */
  readonly others: readonly string[];
  readonly situation: Situation;
  readonly aheadMs: number;
  readonly signal: AbortSignal;
}

const usualMs = 3_600_000;
/** What is usual is not told by less. */
const leastUsualMs = 5 * 60_000;

export async function webLines(sources: InsideSources, wanted: WebLinesWanted): Promise<WebLines> {
  const { host, others, situation, aheadMs, signal } = wanted;
  const { fromMs, startedAtMs } = situation;
  const nowMs = sources.clock.nowMs();
  const read = (key: string, from: number, to: number): ReturnType<typeof hostLines> =>
    hostLines(sources, { host: key, fromMs: from, toMs: to, aheadMs: key === host ? aheadMs : 0, signal });
  const [now, before, ...elsewhere] = await Promise.all([
    read(host, fromMs, nowMs + 1),
    read(host, fromMs - usualMs, fromMs),
    ...others.flatMap((key) => [read(key, fromMs, nowMs + 1), read(key, fromMs - usualMs, fromMs)]),
  ]);
  const own = accessLogs(now.entries ?? []);
  const ownBefore = accessLogs(before.entries ?? []);
  const side = (odd: number): readonly Request[] =>
    elsewhere.filter((_, index) => index % 2 === odd).flatMap(({ entries }) => all(accessLogs(entries ?? [])));
  const usualRange = { fromMs: Math.max(before.fromMs, oldestOf(ownBefore.front, fromMs)), toMs: fromMs };
  const nowRange = { fromMs: Math.max(startedAtMs, now.fromMs), toMs: nowMs };
  return {
    entries: now.entries,
    traffic: trafficOf(own.front, ownBefore.front, { nowRange, usualRange }),
    behind: [...own.behind, ...side(0)],
    behindBefore: [...ownBefore.behind, ...side(1)],
  };
}

function all({ front, behind }: ReturnType<typeof accessLogs>): readonly Request[] {
  return [...front, ...behind];
}

function oldestOf(requests: readonly Request[], otherwise: number): number {
  return requests.reduce((oldest, { atMs }) => Math.min(oldest, atMs), otherwise);
}

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

function trafficOf(
  requests: readonly Request[],
  usual: readonly Request[],
  { nowRange, usualRange }: { readonly nowRange: Range; readonly usualRange: Range },
): Traffic {
  const isKnown = usualRange.toMs - usualRange.fromMs >= leastUsualMs && usual.length > 0;
  return {
    requests,
    usual,
    rate: perMinute(requests, nowRange),
    usualRate: isKnown ? perMinute(usual, usualRange) : null,
    done: perMinute(requests.filter(isDone), nowRange),
    usualDone: isKnown ? perMinute(usual.filter(isDone), usualRange) : null,
  };
}

function isDone(one: Request): boolean {
  return !isFailure(one);
}
