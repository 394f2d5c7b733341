import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { LogEntry } from "../../kernel/ports-logs.ts";
import type { Traffic } from "../evidence/log-lines.ts";
import { perMinute } from "../lines/rates.ts";
import { below, isFailure, type Request } from "../lines/requests.ts";
import { accessLogs, hostLines } from "./host-logs.ts";
import type { Situation } from "./situation.ts";

/** What a web server and the programs behind it wrote, in the window and in the hour before. */
export interface WebLines {
  /** in the window, newest first; null: no log of the machine is followed */
  readonly entries: readonly LogEntry[] | null;
  readonly traffic: Traffic;
  /** of programs behind, since shortly before the first symptom and before that */
  readonly behind: readonly Request[];
  readonly behindBefore: readonly Request[];
  /** of the program behind: by its own access log, else by what the front's says of its pages */
  readonly behindPace: Pick<Traffic, "done" | "usualDone">;
}

export interface WebLinesWanted {
  readonly host: string;
  /** machines that programs behind run on, besides */
  readonly others: readonly string[];
  readonly situation: Situation;
  readonly aheadMs: number;
  /** paths that the program behind serves; left out: not asked for */
  readonly pagesBehind?: readonly string[];
  readonly signal: AbortSignal;
}

const usualMs = 3_600_000;
/** What brings a fault about comes this shortly before its first symptom; older requests tell what is usual. */
const leadMs = 60_000;
/** Of a past this short, most of which that would leave out, only the last moments are taken for the beginning. */
const [shortPastMs, shortLeadMs] = [150_000, 15_000];
/** What is usual is not told by less time, or by fewer requests in less. */
const leastUsualMs = 5 * 60_000;
const [leastBusyMs, leastRequests] = [20_000, 30];
/** Nobody waits longer for a page. */
const slowestMs = 30_000;
const noneRatio = 0.05;
/** A crowd is there when the first check fails. */
const crowdMs = 15_000;

export async function webLines(sources: InsideSources, wanted: WebLinesWanted): Promise<WebLines> {
  const { host, others, situation, aheadMs, pagesBehind = [], signal } = wanted;
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
  const firstMs = oldestOf([...all(ownBefore), ...all(own)], startedAtMs);
  const sinceMs = startedAtMs - (startedAtMs - firstMs < shortPastMs ? shortLeadMs : leadMs);
  const front = splitAt(own.front, ownBefore.front, sinceMs);
  const behind = splitAt([...own.behind, ...side(0)], [...ownBefore.behind, ...side(1)], sinceMs);
  // between a busy log's newest lines and the hour before them, some may be left out
  const usualToMs = now.fromMs > fromMs ? fromMs : sinceMs;
  const program =
    behind.usual.length > 0
      ? behind
      : { since: below(front.since, pagesBehind), usual: below(front.usual, pagesBehind) };
  const usualOf = (requests: readonly Request[]): Range => ({
    fromMs: Math.max(before.fromMs, oldestOf(requests, usualToMs)),
    toMs: usualToMs,
  });
  const ranges: Ranges = {
    crowd: { fromMs: Math.max(startedAtMs - crowdMs, now.fromMs), toMs: nowMs },
    done: { fromMs: Math.max(startedAtMs, now.fromMs), toMs: nowMs },
    usual: usualOf(front.usual),
  };
  return {
    entries: now.entries,
    traffic: trafficOf(front.since, front.usual, ranges),
    behind: behind.since,
    behindBefore: behind.usual,
    behindPace: paceOf(program.since, program.usual, { ...ranges, usual: usualOf(program.usual) }),
  };
}

interface Split {
  readonly since: readonly Request[];
  readonly usual: readonly Request[];
}

function splitAt(now: readonly Request[], before: readonly Request[], sinceMs: number): Split {
  return {
    since: now.filter(({ atMs }) => atMs >= sinceMs),
    usual: [...before, ...now.filter(({ atMs }) => atMs < sinceMs)],
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

interface Ranges {
  readonly crowd: Range;
  readonly done: Range;
  readonly usual: Range;
}

function trafficOf(requests: readonly Request[], usual: readonly Request[], ranges: Ranges): Traffic {
  const usualRate = isKnown(usual, ranges) ? perMinute(usual, ranges.usual) : null;
  return {
    requests,
    usual,
    rate: perMinute(requests, ranges.crowd, usualRate),
    usualRate,
    ...paceOf(requests, usual, ranges),
  };
}

function paceOf(
  requests: readonly Request[],
  usual: readonly Request[],
  ranges: Ranges,
): Pick<Traffic, "done" | "usualDone"> {
  const usualDone = isKnown(usual, ranges) ? perMinute(usual.filter(isDone), ranges.usual) : null;
  const done = perMinute(requests.filter(isDone), ranges.done, usualDone);
  // what takes ten seconds where it took one is late, and not lost
  const isNone = done !== null && usualDone !== null && done < noneRatio * usualDone;
  const mayBeLate = isNone && ranges.done.toMs - ranges.done.fromMs < slowestMs;
  return { done: mayBeLate ? null : done, usualDone };
}

function isKnown(usual: readonly Request[], { usual: { fromMs, toMs } }: Ranges): boolean {
  const isBusy = toMs - fromMs >= leastBusyMs && usual.length >= leastRequests;
  return isBusy || (toMs - fromMs >= leastUsualMs && usual.length > 0);
}

function isDone(one: Request): boolean {
  return !isFailure(one);
}
