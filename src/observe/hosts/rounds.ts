import type { Clock, Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { nextTickMs } from "../phase.ts";

/** Whose turn it is: every host at a phase of its own and an exact period, so many at a time, never one twice at once. */
export interface Rounds {
  /** These from now on; those that stay keep their phase. */
  use(hosts: readonly string[]): void;
  start(): void;
  stop(): void;
  /** Runs this for a host as soon as neither another look of it nor too many others are under way. */
  inTurn<T>(host: string, work: () => Promise<T>): Promise<T>;
  /** The same, before everyone who waits for a place: somebody waits for the answer. */
  ahead<T>(host: string, work: () => Promise<T>): Promise<T>;
  isBusy(host: string): boolean;
}

export interface RoundDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs: number;
  /** looks at a time */
  readonly atOnce: number;
  /** one host's turn; called within `inTurn` */
  look(host: string): Promise<void>;
}

export function createRounds({ clock, log, everyMs, atOnce, look }: RoundDeps): Rounds {
  const timers = new Map<string, Timer>();
  const underWay = new Map<string, Promise<unknown>>();
  const gate = createGate(atOnce);
  let running = false;

  function schedule(host: string): void {
    const nowMs = clock.monotonicMs();
    const atMs = nextTickMs({ id: `host:${host}`, everyMs }, nowMs);
    timers.set(
      host,
      clock.after(atMs - nowMs, () => {
        schedule(host);
        // a look that takes longer than a round is the next one's, too
        if (!underWay.has(host)) void turn(host);
      }),
    );
  }

  async function turn(host: string): Promise<void> {
    try {
      await inTurn(host, () => look(host));
    } catch (thrown) {
      log.error("host not looked into", { host, error: errorText(thrown) });
    }
  }

  function inTurn<T>(host: string, work: () => Promise<T>): Promise<T> {
    return alone(host, () => gate(work));
  }

  async function alone<T>(host: string, work: () => Promise<T>): Promise<T> {
    while (underWay.has(host)) await underWay.get(host)?.catch(() => undefined);
    const looking = work();
    underWay.set(host, looking);
    try {
      return await looking;
    } finally {
      if (underWay.get(host) === looking) underWay.delete(host);
    }
  }

  return {
    use(hosts) {
      const named = new Set(hosts);
      for (const [host, timer] of timers) {
        if (named.has(host)) continue;
        timer.cancel();
        timers.delete(host);
      }
      if (running) for (const host of hosts) if (!timers.has(host)) schedule(host);
    },
    start() {
      running = true;
    },
    stop() {
      running = false;
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    },
    inTurn,
    ahead: alone,
    isBusy: (host) => underWay.has(host),
  };
}

/** Lets so many pieces of work run at a time, the others in the order they came. */
function createGate(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else inside++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) inside--;
      else next();
    }
  };
}
