import type { Column } from "./columns.ts";
import type { SpeakerBook } from "./speakers.ts";
import type { Tuning } from "./tuning.ts";

/** All observations, with what they are worth. */
export interface Board {
  readonly columns: readonly Column[];
  readonly weights: Float64Array;
  /** weighted log P(state | nothing broken) */
  readonly plain: Float64Array;
  readonly tuning: Tuning;
}

/** What one hypothesis does to the observations it speaks of, in order of position. */
export interface Felt {
  readonly at: readonly number[];
  /** P(at most the seen state | this cause alone) */
  readonly upTo: readonly number[];
  /** P(under the seen state | this cause alone) */
  readonly below: readonly number[];
  /** weighted log of how much likelier each is than with nothing broken */
  readonly gain: readonly number[];
  readonly total: number;
}

/** Of a cause, or of two: chance that it leaves the observation at most, and under, the seen state. */
interface Line {
  readonly upTo: number;
  readonly below: number;
}

export function boardOf(columns: readonly Column[], weights: Float64Array, tuning: Tuning): Board {
  const plain = Float64Array.from(
    columns,
    (column, index) => (weights[index] ?? 1) * Math.log(chanceOf(column, { upTo: 1, below: 1 }, tuning)),
  );
  return { columns, weights, plain, tuning };
}

/** P(the seen state) when causes leave it at most there with `upTo`, and under it with `below`: noisy-MAX with the leak. */
export function chanceOf({ kind, leak, state }: Column, { upTo, below }: Line, tuning: Tuning): number {
  const misread = kind.isExact === true ? tuning.misreadExact : tuning.misread;
  const under = state === 0 ? 0 : (leak[state - 1] ?? 0) * below;
  const chance = (leak[state] ?? 1) * upTo - under;
  return Math.max(tuning.floor, (1 - misread) * chance + misread / leak.length);
}

interface Growing {
  readonly at: number[];
  readonly upTo: number[];
  readonly below: number[];
  readonly gain: number[];
  /** P(anything but normal | this cause alone) */
  readonly touch: number[];
}

/** Where a hypothesis sits, and what is felt of it where; null: it sits nowhere in particular. */
interface Seat {
  readonly part: number;
  readonly effect: Float64Array | null;
  /** it may hit some vantages and spare others */
  readonly isSelective: boolean;
}

const nowhere: Seat = { part: -1, effect: null, isSelective: false };

/** @param seats by position of the hypothesis, as is the answer */
export function feltByAll(board: Board, book: SpeakerBook, seats: readonly Seat[]): readonly Felt[] {
  const felt = seats.map(blank);
  for (const [index, { seen, state }] of board.columns.entries()) {
    for (const [position, line] of book.of(seen)) {
      const one = felt[position];
      if (one !== undefined) add(one, board, { index, state, line });
    }
  }
  return felt.map((one, position) => settled(one, board, seats[position] ?? nowhere));
}

/** The same for one hypothesis whose failure is felt otherwise, because another part failed with it. */
export function feltWhen(
  position: number,
  seat: Seat & { readonly effect: Float64Array },
  { board, book }: { board: Board; book: SpeakerBook },
): Felt {
  const felt = blank();
  for (const [index, { seen, state }] of board.columns.entries()) {
    const line = book.lineOf(position, seen, seat.effect);
    if (line !== null) add(felt, board, { index, state, line });
  }
  return settled(felt, board, seat);
}

function blank(): Growing {
  return { at: [], upTo: [], below: [], gain: [], touch: [] };
}

interface Spoken {
  readonly index: number;
  readonly state: number;
  /** P(at most x) by state */
  readonly line: Float64Array;
}

function add(felt: Growing, board: Board, { index, state, line }: Spoken): void {
  const said = { upTo: line[state] ?? 1, below: state === 0 ? 0 : (line[state - 1] ?? 0) };
  felt.at.push(index);
  felt.upTo.push(said.upTo);
  felt.below.push(said.below);
  felt.gain.push(gainAt(board, index, said));
  felt.touch.push(1 - (line[0] ?? 1));
}

/**
 * A dependent feels a fault or does not, and everything seen there shares that: a full disk of one mount stops the mail and leaves
 * the shop alone. The chance that it is felt is that of its surest sign; each sign alone keeps the chance the catalogue gives it.
 */
function settled(felt: Growing, board: Board, seat: Seat): Felt {
  const { part, effect } = seat;
  const { at, gain } = felt;
  if (!board.tuning.shares || effect === null) return { ...felt, total: sumOf(gain) };
  let total = 0;
  const dependents = new Map<number, number[]>();
  for (const [place, index] of at.entries()) {
    const target = board.columns[index]?.target ?? -1;
    if (target === part || !feels(effect, target)) total += gain[place] ?? 0;
    else dependents.set(target, [...(dependents.get(target) ?? []), place]);
  }
  const groups = [...dependents.values()].map((places) => groupOf(felt, places, board));
  const alike = gainOfDependents(groups);
  if (!seat.isSelective) return { ...felt, total: total + alike };
  return { ...felt, total: total + eitherOf(alike, gainBySome(felt, [...dependents.values()].flat(), board)) };
}

function feels(effect: Float64Array, target: number): boolean {
  return target >= 0 && (effect[target] ?? 0) > 0;
}

/**
 * Who is hit sees all of it, who is not sees none of it. What no vantage sees is hit for all. Those that go out through one LAN are
 * mostly hit together: an address is shut out, and they share it. Half of all rules name several, each as likely hit as not; half
 * are a ban, which names one.
 */
function gainBySome(felt: Growing, places: readonly number[], board: Board): number {
  const alone = partiesOf(felt, places, (place) => board.columns[felt.at[place] ?? -1]?.vantage ?? -1);
  const together = partiesOf(felt, places, (place) => board.columns[felt.at[place] ?? -1]?.line ?? -1);
  return eitherOf(eitherOf(gainByEach(alone), gainByEach(together)), gainByOne(together));
}

/** Sum of the gains of each who looks; -1: of what no vantage sees. */
type Parties = ReadonlyMap<number, number>;

function partiesOf({ gain }: Growing, places: readonly number[], partyOf: (place: number) => number): Parties {
  const parties = new Map<number, number>();
  for (const place of places) parties.set(partyOf(place), (parties.get(partyOf(place)) ?? 0) + (gain[place] ?? 0));
  return parties;
}

function gainByEach(parties: Parties): number {
  let total = 0;
  for (const [party, sum] of parties) total += party < 0 ? sum : eitherOf(0, sum);
  return total;
}

/** log of the mean likelihood over which one of them is hit */
function gainByOne(parties: Parties): number {
  const sums = [...parties].flatMap(([party, sum]) => (party < 0 ? [] : [sum]));
  const ofAll = parties.get(-1) ?? 0;
  if (sums.length === 0) return ofAll;
  const top = Math.max(...sums);
  return ofAll + top + Math.log(sumOf(sums.map((sum) => Math.exp(sum - top))) / sums.length);
}

/** log of the mean of two likelihoods */
function eitherOf(one: number, other: number): number {
  const top = Math.max(one, other);
  return top + Math.log((Math.exp(one - top) + Math.exp(other - top)) / 2);
}

/** One dependent: chance that it feels the fault, and the gain of all that is seen there if it does. */
interface Dependent {
  readonly chance: number;
  readonly gain: number;
}

function groupOf({ at, upTo, below, touch }: Growing, places: readonly number[], board: Board): Dependent {
  const surest = Math.max(...places.map((place) => touch[place] ?? 0));
  if (surest <= 0) return { chance: 0, gain: 0 };
  const chance = (1 + surest) / 2;
  const within = (whole: number): number => 1 - (1 - whole) / chance;
  let gain = 0;
  for (const place of places) {
    gain += gainAt(board, at[place] ?? 0, { upTo: within(upTo[place] ?? 1), below: within(below[place] ?? 1) });
  }
  return { chance, gain };
}

/** Half of all faults reach few of what stands on them, half reach nearly all. */
function gainOfDependents(groups: readonly Dependent[]): number {
  if (groups.length === 0) return 0;
  const over = (chanceOfOne: (chance: number) => number): number =>
    groups.reduce((total, { chance, gain }) => {
      const felt = Math.min(1, chanceOfOne(chance));
      return total + Math.log(1 - felt + felt * Math.exp(gain));
    }, 0);
  const few = over((chance) => chance ** 3);
  const many = over((chance) => 2 * chance - chance ** 3);
  return eitherOf(few, many);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function gainAt({ columns, weights, plain, tuning }: Board, index: number, line: Line): number {
  const column = columns[index];
  if (column === undefined) return 0;
  return (weights[index] ?? 1) * Math.log(chanceOf(column, line, tuning)) - (plain[index] ?? 0);
}

/** Weighted log of how much likelier all is with both than with nothing broken; only what both speak of is weighed anew. */
export function gainOfBoth(one: Felt, other: Felt, board: Board): number {
  let sum = one.total + other.total;
  let i = 0;
  let j = 0;
  while (i < one.at.length && j < other.at.length) {
    const a = one.at[i] ?? 0;
    const b = other.at[j] ?? 0;
    if (a === b) sum += overlapAt(board, [one, i], [other, j]);
    if (a <= b) i += 1;
    if (b <= a) j += 1;
  }
  return sum;
}

type Placed = readonly [felt: Felt, place: number];

/** What both together add at one observation, over what each adds alone. */
function overlapAt(board: Board, [one, i]: Placed, [other, j]: Placed): number {
  const upTo = (one.upTo[i] ?? 1) * (other.upTo[j] ?? 1);
  const below = (one.below[i] ?? 1) * (other.below[j] ?? 1);
  return gainAt(board, one.at[i] ?? 0, { upTo, below }) - (one.gain[i] ?? 0) - (other.gain[j] ?? 0);
}
