import type { AppliedLimit } from "./limits.ts";
import { isFailure, quantile, shapeOf, type Request } from "./requests.ts";

/** How long requests took, beside the limit they may have been cut at. */
export interface Cliff {
  /** requests that failed when the limit was over */
  readonly cut: number;
  /** requests that took almost as long, or as long at the backend, and were answered */
  readonly finished: number;
  readonly requests: number;
  readonly p95Seconds: number | null;
  readonly usualP95Seconds: number | null;
}

/** Around the limit, where what was cut at it ends. */
const nearRatio = 0.1;
const nearSeconds = 0.5;
/** Half of the limit and more is a long time for a request, and no accident. */
const almostRatio = 0.5;
const lateMs = 120_000;

export interface CliffInput {
  /** of the web server, in the window and before it */
  readonly requests: readonly Request[];
  readonly usual: readonly Request[];
  /** of the program behind it, where its log is followed */
  readonly backend: readonly Request[];
  readonly limit: AppliedLimit | null;
}

export function cliffIn({ requests, usual, backend, limit }: CliffInput): Cliff {
  const shape = {
    requests: requests.length,
    p95Seconds: quantile(secondsOf(requests), 0.95),
    usualP95Seconds: quantile(secondsOf(usual), 0.95),
  };
  if (limit === null) return { ...shape, cut: 0, finished: 0 };
  const margin = Math.max(nearSeconds, limit.seconds * nearRatio);
  const cut = requests.filter(
    (one) => isFailure(one) && one.seconds !== null && Math.abs(one.seconds - limit.seconds) <= margin,
  );
  return { ...shape, cut: cut.length, finished: finishedIn({ requests, backend, cut, limit }) };
}

function secondsOf(rows: readonly Request[]): readonly number[] {
  return rows.flatMap((one) => one.seconds ?? []);
}

function isAnswered({ status }: Request): boolean {
  return status < 500;
}

/** Ends that were normal: at the backend right after the limit, or at the web server shortly before it. */
function finishedIn(
  input: Pick<CliffInput, "requests" | "backend"> & { cut: readonly Request[]; limit: AppliedLimit },
): number {
  const { requests, backend, cut, limit } = input;
  const urls = new Set(cut.map(({ url }) => shapeOf(url)));
  const behind = backend.filter(
    (one) =>
      isAnswered(one) &&
      urls.has(shapeOf(one.url)) &&
      (one.seconds === null || one.seconds >= limit.seconds * (1 - nearRatio)) &&
      cut.some(({ atMs }) => one.atMs >= atMs - lateMs && one.atMs <= atMs + lateMs),
  );
  const before = requests.filter(
    (one) =>
      isAnswered(one) &&
      one.seconds !== null &&
      one.seconds >= limit.seconds * almostRatio &&
      urls.has(shapeOf(one.url)),
  );
  return behind.length + before.length;
}
