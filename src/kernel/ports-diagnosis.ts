import type { KoboshiError } from "./errors.ts";
import type { Actor } from "./event.ts";
import type { Lang } from "./lang.ts";
import type { Incident } from "./model/incident.ts";
import type { CauseAt, Diagnosis } from "./model/diagnosis.ts";
import type { Habit, HabitAt, Learned, LearnedCase } from "./model/learned.ts";
import type { Result } from "./result.ts";

export type BothLangs = Readonly<Record<Lang, string>>;

/** One entry of the catalogue, for people. */
export interface CauseInfo {
  readonly id: string;
  readonly layer: string;
  readonly title: BothLangs;
  /** first safe action: it only reads or tells */
  readonly action: BothLangs;
  readonly notYet: BothLangs;
  readonly fix: BothLangs;
  readonly prevention: BothLangs;
  /** `shipped`, or the file a user added it with */
  readonly from: string;
}

/** Two causes that the evidence to be had today cannot tell apart. */
export interface BlindSpot {
  readonly one: CauseAt;
  readonly other: CauseAt;
  /** Bhattacharyya distance; under 1.61 one diagnosis in ten or more would be wrong */
  readonly distance: number;
  /** the evidence not to be had today that would tell them apart best; null: none would */
  readonly add: { readonly evidence: string; readonly title: BothLangs; readonly distance: number } | null;
}

/** Why, how far, and what now; owned by the diagnosis. What it found lies in the ledger. */
export interface DiagnosisDesk {
  /** Begins again, whatever is known. KB1002 no such incident, KB1003 it has ended */
  again(input: { readonly incidentId: number; readonly actor: Actor }): Promise<Result<Incident, KoboshiError>>;
  /**
   * What was seen, weighed anew when some causes are known not to be it; nothing is looked at or kept. KB1002 no such incident, or
   * not diagnosed yet; KB4411 no such cause
   */
  without(input: {
    readonly incidentId: number;
    readonly causes: readonly string[];
  }): Promise<Result<Diagnosis, KoboshiError>>;
  /** A person says what it was; later rankings shift. KB1002 no such incident or no such cause */
  confirm(input: {
    readonly incidentId: number;
    readonly cause: CauseAt;
    readonly note: string;
    readonly actor: Actor;
  }): Promise<Result<Incident, KoboshiError>>;
  /** A confirmed case counts no more, or counts again; its incident's timeline says so. Twice is not an error. KB1002 */
  withdraw(input: {
    readonly caseId: number;
    readonly withdrawn: boolean;
    readonly actor: Actor;
  }): Promise<Result<{ readonly incidentId: number }, KoboshiError>>;
  learned(): Promise<Learned>;
  /** what was confirmed of one incident, oldest first, what was taken back too */
  casesOf(incidentId: number): Promise<readonly LearnedCase[]>;
  /** every habit as it is kept */
  habits(): readonly Habit[];
  /** What was usual so far is taken back, or counts again. Twice is not an error. KB1002 */
  setHabit(input: {
    readonly habit: HabitAt;
    readonly withdrawn: boolean;
    readonly actor: Actor;
  }): Promise<Result<void, KoboshiError>>;
  causes(): readonly CauseInfo[];
  blindSpots(): readonly BlindSpot[];
}
