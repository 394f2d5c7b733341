import type { Clock } from "../kernel/clock.ts";
import type { Observation } from "../kernel/model/observation.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { LiveFeed, LiveNews } from "../api/deps.ts";

/** Watchers are told of the board at most this often, however many states change. */
const statusEveryMs = 1_000;

export interface Live extends LiveFeed {
  /** An attempt came in: the board changed when its outcome is another than the last one of that check and vantage. */
  observed(observation: Observation): void;
  stop(): void;
}

/** Joins the ledger's commits and the board's changes into the one stream that screens listen to. */
export function createLive(ledger: Ledger, clock: Clock): Live {
  const listeners = new Set<(news: LiveNews) => void>();
  const outcomes = new Map<string, string>();
  let waiting = false;
  const tell = (news: LiveNews): void => {
    for (const listener of listeners) listener(news);
  };
  const stopListening = ledger.onCommit((events) => {
    for (const event of events) tell({ kind: "event", event });
  });

  function observed({ checkId, vantage, outcome }: Observation): void {
    const key = `${vantage} ${checkId}`;
    if (outcomes.get(key) === outcome) return;
    outcomes.set(key, outcome);
    if (waiting) return;
    waiting = true;
    clock.after(statusEveryMs, () => {
      waiting = false;
      tell({ kind: "status" });
    });
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    observed,
    stop() {
      stopListening();
      listeners.clear();
    },
  };
}
