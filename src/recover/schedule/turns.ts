import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { WorkStamps } from "./due.ts";
import { exclusiveWorks, type RecoveryWork } from "./work.ts";

export interface Turn {
  readonly plan: string;
  readonly work: RecoveryWork;
  /** bits per second it began with, or was changed to */
  limit: number | null;
}

/** Who does what at this moment, so that no plan gets in its own way. */
export interface Turns {
  going(): readonly Turn[];
  isBusy(plan: string, work: RecoveryWork): boolean;
  /** when each work began or ended in this process */
  tried(plan: string): WorkStamps;
  /** Counts as tried now. */
  mark(plan: string, work: RecoveryWork): void;
  take(turn: Turn, how: () => Promise<void>): Promise<void>;
}

export function createTurns(clock: Clock): Turns {
  const going: Turn[] = [];
  const tried = new Map<string, WorkStamps>();

  function mark(plan: string, work: RecoveryWork): void {
    tried.set(plan, { ...tried.get(plan), [work]: stampNow(clock) });
  }

  return {
    going: () => going,
    isBusy: (key, work) =>
      going.some(
        (one) => one.plan === key && (one.work === work || (exclusiveWorks.has(work) && exclusiveWorks.has(one.work))),
      ),
    tried: (plan) => tried.get(plan) ?? {},
    mark,
    async take(turn, how) {
      going.push(turn);
      mark(turn.plan, turn.work);
      try {
        await how();
      } finally {
        // runs that came due while it ran are not made up for
        mark(turn.plan, turn.work);
        going.splice(going.indexOf(turn), 1);
      }
    },
  };
}
