import { kindOf } from "../../kernel/model/component.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import type { Signal } from "../../kernel/model/signal.ts";
import type { HoldBook } from "../../kernel/ports-prevent.ts";
import type { StoredSignal } from "../../storage/ledger/ledger.ts";

/** What becomes of a signal while work is being done on its subject. */
export interface Holding {
  /** it waits for the end of a window, and no incident tells of it yet */
  isHeld(signal: StoredSignal): boolean;
  /** it waits, and nobody of ours does the work: what it comes from is looked into all the same */
  isWatched(signal: StoredSignal): boolean;
  /** nobody is called for it while the window lasts: all of it waits, and it was quiet from its beginning */
  isQuiet(own: readonly Signal[], before: Incident | null): boolean;
}

/** @param book left out: nothing is held */
export function holdingOf(book: HoldBook | undefined): Holding {
  const windowOf = (signal: Signal): number | null => book?.heldBy(signal) ?? null;
  const isHeld = (signal: StoredSignal): boolean => signal.incidentId === null && windowOf(signal) !== null;
  return {
    isHeld,
    isWatched: (signal) => isHeld(signal) && isProviders(book, windowOf(signal), signal),
    isQuiet: (own, before) => (before?.quiet ?? true) && own.every((signal) => windowOf(signal) !== null),
  };
}

/** Work on a whole place or at a provider is a provider's: what of it is meant to be down is known only from its notices. */
function isProviders(book: HoldBook | undefined, windowId: number | null, { subject }: Signal): boolean {
  const window = book?.holding(subject).find(({ id }) => id === windowId);
  return window?.targets.some((target) => ["place", "provider"].includes(kindOf(target))) ?? false;
}
