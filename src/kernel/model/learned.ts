import type { BothLangs } from "../ports-diagnosis.ts";
import type { Stamp } from "../clock.ts";
import type { Actor } from "../event.ts";
import type { ComponentId } from "./component.ts";
import type { CauseAt } from "./diagnosis.ts";

/** A piece of evidence at one part, as one vantage sees it; null: the hub's books, or the machine itself. */
export interface HabitAt {
  readonly evidence: string;
  readonly target: ComponentId;
  readonly vantage: string | null;
}

/** How many frames of five minutes found each state on one day, while nothing was wrong. */
export interface HabitDay {
  /** days since 1970-01-01, UTC */
  readonly day: number;
  readonly states: Readonly<Record<string, number>>;
}

/** What an evidence looks like on healthy days. */
export interface Habit extends HabitAt {
  /** oldest first */
  readonly days: readonly HabitDay[];
  /** a person took it back: what the catalogue says stands again */
  readonly withdrawn: boolean;
}

/** A habit as it is shown: what the catalogue expects, and what is expected here. */
export interface LearnedHabit extends HabitAt {
  readonly title: BothLangs;
  /** abnormal states, mildest first; P(state) while nothing is broken */
  readonly states: readonly {
    readonly state: string;
    readonly word: BothLangs;
    readonly shipped: number;
    readonly learned: number;
  }[];
  readonly days: number;
  /** it was abnormal in a fifth of the last seven days or more */
  readonly isChronic: boolean;
  readonly withdrawn: boolean;
}

/** A confirmed cause, and whether it still counts. */
export interface LearnedCase {
  readonly id: number;
  readonly incidentId: number;
  readonly cause: CauseAt;
  readonly title: BothLangs;
  readonly at: Stamp;
  readonly actor: Actor;
  readonly note: string;
  /** 1 when a person said so, less when it was only concluded */
  readonly trust: number;
  readonly withdrawn: boolean;
}

/** A cause the catalogue may lack: what the incidents that nothing of it explains have in common. */
export interface CauseProposal {
  /** as its file would be called */
  readonly id: string;
  readonly incidents: readonly number[];
  readonly signs: readonly {
    readonly evidence: string;
    readonly title: BothLangs;
    readonly word: BothLangs;
    /** in so many of the incidents */
    readonly count: number;
  }[];
  /** a file for `koboshi cause add`, its texts still to be written */
  readonly yaml: string;
}

/** Everything that was learned here; taking back a part of it takes back what it changes. */
export interface Learned {
  /** newest first */
  readonly cases: readonly LearnedCase[];
  /** those that change what is expected, strongest first, bounded */
  readonly habits: readonly LearnedHabit[];
  /** how many are kept in all */
  readonly habitsKept: number;
  readonly proposals: readonly CauseProposal[];
  readonly fit: LearnedFit;
}

/** How strongly evidence is taken: flatter is more cautious. */
export interface LearnedFit {
  readonly shipped: number;
  /** null: as shipped, for too few cases are confirmed */
  readonly temperature: number | null;
  /** that it was fitted to; 0: none */
  readonly cases: number;
  /** confirmed cases that it takes */
  readonly leastCases: number;
}
