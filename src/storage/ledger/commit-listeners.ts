import { errorText } from "../../kernel/errors.ts";
import type { LedgerEvent } from "../../kernel/event.ts";
import type { Log } from "../../kernel/log.ts";

type CommitListener = (events: readonly LedgerEvent[]) => void;

export interface CommitListeners {
  /** @returns the way to stop listening */
  add(listener: CommitListener): () => void;
  /** Tells each of them, whatever the others do; a commit without events is not told. */
  tell(events: readonly LedgerEvent[]): void;
}

export function createCommitListeners(log: Log): CommitListeners {
  const listeners = new Set<{ readonly hear: CommitListener }>();

  function tellOne(hear: CommitListener, events: readonly LedgerEvent[]): void {
    try {
      hear(events);
    } catch (thrown) {
      log.error("a listener of the ledger failed", { reason: errorText(thrown), lastSeq: events.at(-1)?.seq });
    }
  }

  return {
    add(hear) {
      const entry = { hear };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    tell(events) {
      if (events.length === 0) return;
      const present = [...listeners];
      for (const { hear } of present) tellOne(hear, events);
    },
  };
}
