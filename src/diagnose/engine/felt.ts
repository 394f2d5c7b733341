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
export function chanceOf({ leak, state }: Column, { upTo, below }: Line, { floor, misread }: Tuning): number {
  const under = state === 0 ? 0 : (leak[state - 1] ?? 0) * below;
  const chance = (leak[state] ?? 1) * upTo - under;
  return Math.max(floor, (1 - misread) * chance + misread / leak.length);
}

interface Growing {
  readonly at: number[];
  readonly upTo: number[];
  readonly below: number[];
  readonly gain: number[];
  total: number;
}

/** @returns by position of the hypothesis */
export function feltByAll(board: Board, book: SpeakerBook, count: number): readonly Felt[] {
  const felt = Array.from({ length: count }, blank);
  for (const [index, { seen, state }] of board.columns.entries()) {
    for (const [position, line] of book.of(seen)) {
      const one = felt[position];
      if (one !== undefined)
        add(one, board, { index, upTo: line[state] ?? 1, below: state === 0 ? 0 : (line[state - 1] ?? 0) });
    }
  }
  return felt;
}

/** The same for one hypothesis whose failure is felt otherwise, because another part failed with it. */
export function feltWhen(
  position: number,
  effect: Float64Array,
  { board, book }: { board: Board; book: SpeakerBook },
): Felt {
  const felt = blank();
  for (const [index, { seen, state }] of board.columns.entries()) {
    const line = book.lineOf(position, seen, effect);
    if (line !== null)
      add(felt, board, { index, upTo: line[state] ?? 1, below: state === 0 ? 0 : (line[state - 1] ?? 0) });
  }
  return felt;
}

function blank(): Growing {
  return { at: [], upTo: [], below: [], gain: [], total: 0 };
}

function add(felt: Growing, board: Board, { index, upTo, below }: Line & { readonly index: number }): void {
  const gain = gainAt(board, index, { upTo, below });
  felt.at.push(index);
  felt.upTo.push(upTo);
  felt.below.push(below);
  felt.gain.push(gain);
  felt.total += gain;
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
