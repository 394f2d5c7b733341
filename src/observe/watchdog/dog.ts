import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { WatchStatus } from "../../kernel/model/status.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { callOnce } from "./call.ts";
import { startRound } from "./round.ts";

export interface DogDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  site(): Site;
  /** koboshi really works: its scheduler runs, its ledger takes what is seen */
  isWell(): boolean;
}

/** Tells someone outside, again and again, that koboshi lives. Silence is the message. */
export interface Dog {
  status(): WatchStatus;
  /** what the last call failed with; null when it did not, or fewer times than count */
  failing(): string | null;
  /** To be called when the configuration was replaced. */
  siteChanged(): void;
  stop(): void;
}

/** One lost call is the line's doing; three are the address's. */
const missesToTell = 3;
const pulseSetting = "hub.pulse";

interface State {
  lastOkAt: WatchStatus["lastOkAt"];
  misses: number;
  error: string;
  told: boolean;
  withheld: boolean;
}

export function createDog(deps: DogDeps): Dog {
  const stopping = new AbortController();
  let state = newState();
  let called: string | null = null;
  let round: { stop(): void } | null = null;

  function siteChanged(): void {
    const { watchdog } = deps.site();
    const wanted = watchdog === null ? null : `${watchdog.everyMs} ${watchdog.ping}`;
    if (wanted === called) return;
    round?.stop();
    called = wanted;
    state = newState();
    const own = state;
    round =
      watchdog === null
        ? null
        : startRound(deps, watchdog.everyMs, () =>
            callDog(deps, { url: watchdog.ping, state: own, signal: stopping.signal }),
          );
  }

  siteChanged();
  return {
    status: () => ({ watchdog: wordOf(deps.site(), state), lastOkAt: state.lastOkAt }),
    failing: () => (state.misses >= missesToTell ? state.error : null),
    siteChanged,
    stop() {
      round?.stop();
      stopping.abort();
    },
  };
}

function newState(): State {
  return { lastOkAt: null, misses: 0, error: "", told: false, withheld: false };
}

function wordOf({ watchdog }: Site, state: State): WatchStatus["watchdog"] {
  if (watchdog === null) return "none";
  if (state.withheld) return "withheld";
  if (state.misses >= missesToTell) return "failing";
  return state.lastOkAt === null ? "starting" : "ok";
}

interface Calling {
  readonly url: string;
  readonly state: State;
  readonly signal: AbortSignal;
}

/** A koboshi that cannot write down what it sees stays silent: that is what the one outside listens for. */
async function callDog(deps: DogDeps, { url, state, signal }: Calling): Promise<void> {
  const { clock, log, ledger } = deps;
  state.withheld = !(deps.isWell() && (await canWrite(deps)));
  if (state.withheld) {
    log.warn("koboshi is not well: the outside watchdog is not called");
    return;
  }
  const called = await callOnce(clock, { url, token: null, signal });
  if (signal.aborted) return;
  if (called.ok) {
    state.lastOkAt = stampNow(clock);
    state.misses = 0;
    if (!state.told) return;
    state.told = false;
    log.info("the outside watchdog is reached again");
    await ledger.transaction((tx) =>
      tx.append({ kind: "watchdog.recovered", actor: "koboshi", incidentId: null, data: {} }),
    );
    return;
  }
  state.misses += 1;
  state.error = called.error;
  if (state.misses < missesToTell || state.told) return;
  state.told = true;
  log.warn("the outside watchdog cannot be reached", { error: called.error, misses: state.misses });
  const data = { error: called.error };
  await ledger.transaction((tx) => tx.append({ kind: "watchdog.failed", actor: "koboshi", incidentId: null, data }));
}

/** Proven by writing. */
async function canWrite({ ledger, clock }: DogDeps): Promise<boolean> {
  try {
    await ledger.transaction((tx) => tx.putSetting(pulseSetting, String(clock.nowMs())));
    return true;
  } catch {
    return false; // whoever writes what is seen meets the same failure and tells of it
  }
}
