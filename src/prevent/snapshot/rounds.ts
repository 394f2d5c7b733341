import { elapsedMs, stampNow, type Clock, type Stamp, type Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { SnapshotSection } from "../../kernel/model/snapshot.ts";
import { quickSections } from "./read-host.ts";

export interface RoundsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs: number;
  site(): Site;
  /** when the last whole one was taken; null: none is kept */
  newestFull(host: string): Promise<Stamp | null>;
  /** @returns whether the machine was started anew since its last snapshot */
  quick(host: string, sections: readonly SnapshotSection[]): Promise<boolean>;
  /** @returns whether it came whole */
  full(host: string): Promise<boolean>;
  keepOutside(host: string): Promise<void>;
}

export interface SnapshotRounds {
  start(): void;
  stop(): Promise<void>;
}

const hourMs = 3_600_000;
const atOnce = 4;
/** After a start the checks and looks go first. */
const firstAfterMs = 30_000;
/** By night when the last one is older than this, by day only when the night's is missing. */
const nightlyAgeMs = 20 * hourMs;
const overdueAgeMs = 27 * hourMs;
const nightHours: ReadonlySet<number> = new Set([1, 2, 3, 4]);

/** One round after the other over all hosts: looked into where it can be, from outside everywhere. */
export function createSnapshotRounds(deps: RoundsDeps): SnapshotRounds {
  const { clock, log, everyMs } = deps;
  let timer: Timer | null = null;
  let running: Promise<void> = Promise.resolve();
  let stopping = new AbortController();
  let isStarted = false;
  /** whole ones that did not come whole are not tried again each round */
  const tried = new Map<string, Stamp>();

  async function one(host: string): Promise<void> {
    if (deps.site().hosts.get(host)?.look?.by !== "ssh") return deps.keepOutside(host);
    if (await isFullDue(host)) {
      tried.set(host, stampNow(clock));
      await deps.full(host);
    } else if (await deps.quick(host, quickSections)) await deps.full(host);
  }

  async function isFullDue(host: string): Promise<boolean> {
    const now = stampNow(clock);
    const lately = tried.get(host);
    if (lately !== undefined && elapsedMs(lately, now) < hourMs) return false;
    const newest = await deps.newestFull(host);
    const ageMs = newest === null ? Infinity : elapsedMs(newest, now);
    return ageMs > overdueAgeMs || (ageMs > nightlyAgeMs && nightHours.has(hourIn(now.atMs, deps.site().timeZone)));
  }

  async function round(signal: AbortSignal): Promise<void> {
    const waiting = [...deps.site().hosts.keys()];
    const worker = async (): Promise<void> => {
      for (let host = waiting.shift(); host !== undefined && !signal.aborted; host = waiting.shift()) {
        try {
          await one(host);
        } catch (thrown) {
          log.error("snapshot round of a host failed", { host, error: errorText(thrown) });
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  function next(delayMs: number, signal: AbortSignal): void {
    if (signal.aborted) return;
    timer = clock.after(delayMs, () => {
      running = round(signal).finally(() => next(everyMs, signal));
    });
  }

  return {
    start() {
      if (isStarted) return;
      isStarted = true;
      stopping = new AbortController();
      next(Math.min(firstAfterMs, everyMs), stopping.signal);
    },
    async stop() {
      isStarted = false;
      stopping.abort();
      timer?.cancel();
      await running;
    },
  };
}

function hourIn(atMs: number, timeZone: string): number {
  return Number(new Intl.DateTimeFormat("en-US", { timeZone, hour: "numeric", hourCycle: "h23" }).format(atMs));
}
