import { elapsedMs, stampNow, type Clock, type Stamp, type Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Seen } from "../../kernel/model/diagnosis.ts";
import type { HostAnswers } from "../../kernel/model/host-answers.ts";
import type { Habit, HabitAt } from "../../kernel/model/learned.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { addFrame, dayOf, daysKept, habitKey } from "../engine/habits.ts";
import type { EvidenceKind } from "../model.ts";
import type { Standing } from "./standing.ts";
import { settledMs } from "./trouble.ts";

export interface HabitBookDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly evidence: ReadonlyMap<string, EvidenceKind>;
  readonly standing: Standing;
  /** what something may be wrong with now, and all that depends on it */
  troubled(): Promise<ReadonlySet<ComponentId>>;
}

/** What healthy days look like, by evidence, part and vantage. */
export interface HabitBook {
  start(): Promise<void>;
  /** What is settled is on disk then; the last half hour is not, for nobody knows yet whether it was healthy. */
  stop(): Promise<void>;
  all(): readonly Habit[];
  /** One frame, now. */
  frame(): Promise<void>;
  answered(host: string, answers: HostAnswers): Promise<void>;
  /** @returns false when there is no such habit */
  mark(habit: HabitAt, withdrawn: boolean): boolean;
}

const frameMs = 5 * 60_000;
/** Frames between two times of writing down. */
const writtenEvery = 12;
/** More is not learned on one hub: a row of four weeks is a kilobyte or two. */
const mostHabits = 5_000;
const rowsAtOnce = 250;

interface Frame {
  readonly habit: HabitAt;
  readonly state: string;
  readonly at: Stamp;
}

interface Book extends HabitBookDeps {
  readonly known: Map<string, Habit>;
  readonly unwritten: Set<string>;
  /** not known yet whether anything was wrong then, oldest first */
  waiting: readonly Frame[];
  frames: number;
}

/** A frame every five minutes; it counts when half an hour later nothing turned out to be wrong with the part. */
export function createHabitBook(deps: HabitBookDeps): HabitBook {
  const book: Book = { ...deps, known: new Map(), unwritten: new Set(), waiting: [], frames: 0 };
  let timer: Timer | null = null;
  let under: Promise<void> = Promise.resolve();
  let running = false;
  const again = async (): Promise<void> => {
    await turn(book);
    if (running) next();
  };
  const next = (): void => {
    timer = deps.clock.after(frameMs, () => {
      under = again();
    });
  };
  return {
    async start() {
      if (running) return;
      for (const habit of await deps.ledger.read.habits()) book.known.set(habitKey(habit), habit);
      running = true;
      next();
    },
    async stop() {
      running = false;
      timer?.cancel();
      await under;
      await written(book).catch((thrown: unknown) => told(book, thrown));
    },
    all: () => [...book.known.values()],
    frame: () => frame(book),
    answered: async (host, answers) => take(book, await book.standing.answered(host, answers)),
    mark(habit, withdrawn) {
      const known = book.known.get(habitKey(habit));
      if (known !== undefined) book.known.set(habitKey(habit), { ...known, withdrawn });
      return known !== undefined;
    },
  };
}

async function turn(book: Book): Promise<void> {
  try {
    await frame(book);
    if (book.frames % writtenEvery === 0) await written(book);
  } catch (thrown) {
    told(book, thrown);
  }
}

function told({ log }: Book, thrown: unknown): void {
  log.error("habits not kept", { error: errorText(thrown) });
}

async function frame(book: Book): Promise<void> {
  book.frames += 1;
  take(book, await book.standing.frame());
  const troubled = await book.troubled();
  // what fails now may have begun before anybody noticed
  book.waiting = book.waiting.filter(({ habit }) => !troubled.has(habit.target));
  settle(book);
}

function take(book: Book, seen: readonly Seen[]): void {
  const at = stampNow(book.clock);
  const worst = new Map<string, Frame>();
  for (const { evidence, target, vantage, state } of seen) {
    const habit = { evidence, target, vantage };
    const key = habitKey(habit);
    const known = worst.get(key);
    if (known === undefined || rankIn(book, habit, state) > rankIn(book, habit, known.state))
      worst.set(key, { habit, state, at });
  }
  book.waiting = [...book.waiting, ...worst.values()];
}

function rankIn({ evidence }: Book, habit: HabitAt, state: string): number {
  return evidence.get(habit.evidence)?.states.indexOf(state) ?? -1;
}

/** Frames that are old enough become what is known. */
function settle(book: Book): void {
  const now = stampNow(book.clock);
  const isOld = ({ at }: Frame): boolean => elapsedMs(at, now) >= settledMs;
  for (const { habit, state, at } of book.waiting.filter(isOld)) {
    const key = habitKey(habit);
    const known = book.known.get(key) ?? { ...habit, days: [], withdrawn: false };
    if (known.days.length === 0 && book.known.size >= mostHabits) continue;
    if (rankIn(book, habit, state) < 0) continue;
    book.known.set(key, { ...known, days: addFrame(known.days, dayOf(at.atMs), state) });
    book.unwritten.add(key);
  }
  book.waiting = book.waiting.filter((one) => !isOld(one));
}

/** Everything that changed since the last time; what was not seen for four weeks is forgotten. */
async function written(book: Book): Promise<void> {
  const { ledger, known, unwritten, clock } = book;
  const oldest = dayOf(clock.nowMs()) - daysKept;
  const gone = [...known.values()].filter(({ days }) => days.every(({ day }) => day <= oldest));
  for (const habit of gone) unwritten.delete(habitKey(habit));
  const keys = [...unwritten];
  for (let from = 0; from < keys.length; from += rowsAtOnce) {
    const some = keys.slice(from, from + rowsAtOnce);
    await ledger.transaction(async (tx) => {
      for (const key of some) {
        const habit = known.get(key);
        if (habit !== undefined) await tx.putHabit(habit);
      }
    });
    for (const key of some) unwritten.delete(key);
  }
  if (gone.length === 0) return;
  await ledger.transaction(async (tx) => {
    for (const habit of gone) await tx.deleteHabit(habit);
  });
  for (const habit of gone) known.delete(habitKey(habit));
}
