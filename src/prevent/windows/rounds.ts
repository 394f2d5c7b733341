import type { ComponentId } from "../../kernel/model/component.ts";
import type { Reach, SeenUnit } from "./watch.ts";

/** One look at a target. */
export interface UnitLook {
  readonly reach: Reach;
  readonly lostChecks: number;
  readonly isWatched: boolean;
  /** when each of its checks was run last, by the monotonic clock: the first and the last of them; null: not all were run */
  readonly looked: { readonly firstMs: number; readonly lastMs: number } | null;
  /** boots of its host: rounds of before a start do not count for after it */
  readonly bootId: string | null;
}

/** Counts rounds: a round is over when every check was run anew. What was counted is forgotten with the process. */
export interface Rounds {
  look(unit: ComponentId, look: UnitLook): SeenUnit;
  keepOnly(units: ReadonlySet<ComponentId>): void;
}

interface Count {
  readonly well: number;
  readonly up: number;
  /** what was run until then does not count for the next round */
  readonly lookedMs: number;
  readonly bootId: string | null;
}

export function createRounds(): Rounds {
  const counts = new Map<ComponentId, Count>();
  return {
    look(unit, look) {
      const count = counted(sameBoot(counts.get(unit) ?? nothing, look), look);
      counts.set(unit, count);
      const { reach, lostChecks, isWatched } = look;
      return { reach, lostChecks, isWatched, wellRounds: count.well, upRounds: count.up };
    },
    keepOnly(units) {
      for (const unit of counts.keys()) if (!units.has(unit)) counts.delete(unit);
    },
  };
}

const nothing: Count = { well: 0, up: 0, lookedMs: -1, bootId: null };

function sameBoot(before: Count, { bootId }: UnitLook): Count {
  if (bootId === null || bootId === before.bootId) return before;
  return before.bootId === null ? { ...before, bootId } : { ...before, well: 0, up: 0, bootId };
}

function counted(before: Count, { reach, looked }: UnitLook): Count {
  if (reach === "lost") return { ...before, well: 0, up: 0, lookedMs: looked?.lastMs ?? before.lookedMs };
  const kept = reach === "partly" ? { ...before, well: 0 } : before;
  if (reach === "unknown" || looked === null || looked.firstMs <= before.lookedMs) return kept;
  return { ...kept, well: reach === "well" ? kept.well + 1 : 0, up: kept.up + 1, lookedMs: looked.lastMs };
}
