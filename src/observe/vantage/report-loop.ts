import { elapsedMs, sleep, stampNow, type Clock, type Timer } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Connectivity } from "../connectivity.ts";
import { createBackoff } from "./backoff.ts";
import type { ObservationBuffer } from "./buffer.ts";
import type { Heard, HubLine } from "./hub-line.ts";
import type { LookRunner } from "./look-runner.ts";
import { ownAddresses } from "../own-addresses.ts";
import { addressesAtMost, itemsPerReport, ReportAnswer, vantagePaths, type ReportBody } from "./wire.ts";

export interface ReportLoopDeps {
  readonly line: HubLine;
  readonly vantage: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly buffer: ObservationBuffer;
  readonly connectivity: Connectivity;
  readonly looks: Pick<LookRunner, "found" | "told">;
  readonly everyMs: number;
}

export interface ReportLoop {
  /** Something lies in the buffer. `urgent`: send it at once, not within the second. */
  wake(urgent: boolean): void;
  /** @throws KoboshiError KB4002 the hub knows this vantage no more */
  run(): Promise<void>;
}

const timeoutMs = 10_000;
/** Well below what the hub takes, also where a character takes four bytes. */
const reportChars = 800_000;
/** Good news may wait a second to travel together; bad news goes at once. */
const gatherMs = 1_000;

/** Brings the buffer to the hub, oldest first, and says at least every `everyMs` that it lives. */
export function createReportLoop(deps: ReportLoopDeps): ReportLoop {
  const bell = createBell(deps.clock, deps.signal);
  return {
    wake: (urgent) => bell.ring(urgent ? 0 : gatherMs),
    run: () => run(deps, bell),
  };
}

async function run(
  { line, vantage, clock, signal, buffer, connectivity, looks, everyMs }: ReportLoopDeps,
  bell: Bell,
): Promise<void> {
  const backoff = createBackoff();
  let roundTripMs: number | null = null;
  while (!signal.aborted) {
    const sight = await connectivity.read();
    const looked = looks.found();
    const body = writeReport({ clock, buffer, roundTripMs, sight, looked });
    const told = await line.ask({
      method: "POST",
      path: vantagePaths.report,
      body,
      answer: ReportAnswer,
      timeoutMs,
      signal,
    });
    if (!told.ok) {
      if (told.error.kind === "refused") throw new KoboshiError("KB4002", { vantage });
      await sleep(clock, backoff.nextMs(), signal);
      continue;
    }
    backoff.reset();
    roundTripMs = roundTripOf(told.value);
    looks.told(looked);
    await buffer.taken(told.value.value.takenUntil);
    if (buffer.next(1).length === 0) await bell.wait(everyMs);
  }
}

/** What the hub itself took is not travel. */
function roundTripOf({ tookMs, value }: Heard<ReportAnswer>): number {
  return Math.max(0, tookMs - value.tookMs);
}

interface Reported {
  readonly clock: Clock;
  readonly buffer: ObservationBuffer;
  readonly roundTripMs: number | null;
  readonly sight: Awaited<ReturnType<Connectivity["read"]>>;
  readonly looked: ReturnType<LookRunner["found"]>;
}

function writeReport({ clock, buffer, roundTripMs, sight, looked }: Reported): ReportBody {
  const now = stampNow(clock);
  const items = buffer
    .next(itemsPerReport)
    .map(({ n, at, observation }) => ({ n, ageMs: elapsedMs(at, now), observation }));
  return {
    buffer: buffer.id(),
    items: firstOf(items),
    ...(looked.length === 0 ? {} : { looked: [...looked] }),
    connectivity: { state: sight.state, reasons: [...sight.reasons] },
    clock: { wallMs: now.atMs, roundTripMs },
    bufferDepth: buffer.depth(),
    dropped: buffer.dropped(),
    addresses: ownAddresses().slice(0, addressesAtMost),
  };
}

/** As many as fit into one report; always one, since a single one is bounded. */
function firstOf(items: ReportBody["items"]): ReportBody["items"] {
  let chars = 0;
  const end = items.findIndex((item) => (chars += JSON.stringify(item).length) > reportChars);
  return end === -1 ? items : items.slice(0, Math.max(1, end));
}

interface Bell {
  ring(inMs: number): void;
  /** Resolves at the next ring, a ring that nobody waited for included, or after `atMostMs`. */
  wait(atMostMs: number): Promise<void>;
}

function createBell(clock: Clock, signal: AbortSignal): Bell {
  let rung = false;
  let answer: (() => void) | null = null;
  let soon: Timer | null = null;
  const ringNow = (): void => {
    soon?.cancel();
    soon = null;
    rung = true;
    answer?.();
  };
  signal.addEventListener("abort", ringNow, { once: true });
  return {
    ring(inMs) {
      if (inMs === 0) ringNow();
      else soon ??= clock.after(inMs, ringNow);
    },
    async wait(atMostMs) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = clock.after(atMostMs, resolve);
          answer = () => {
            timer.cancel();
            resolve();
          };
        });
      }
      answer = null;
      rung = false;
    },
  };
}
