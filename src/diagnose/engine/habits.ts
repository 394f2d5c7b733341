import type { ComponentId } from "../../kernel/model/component.ts";
import type { Habit, HabitAt, HabitDay } from "../../kernel/model/learned.ts";
import type { Catalogue, EvidenceKind, Habits } from "../model.ts";

/** Only the last four weeks tell how it is now. */
export const daysKept = 28;
/** One odd day is no habit, and what began today may be a fault that nobody has noticed. */
const leastDays = 3;
/** A day of frames counts no more than so many, for they tell much the same. */
const framesOfDay = 20;
/** The catalogue's leak counts as so many frames. */
const shippedFrames = 20;
/** What is abnormal in this share of the last week is chronic: its own rate stands for the catalogue's. */
const chronicShare = 0.2;
const chronicDays = 7;
const leastChronicDays = 2;
/** Adds what one frame of five minutes found; days that are too old go. */
export function addFrame(days: readonly HabitDay[], day: number, state: string): readonly HabitDay[] {
  const known = days.find((one) => one.day === day)?.states ?? {};
  const grown = { day, states: { ...known, [state]: (known[state] ?? 0) + 1 } };
  return [...days.filter((one) => one.day !== day && one.day > day - daysKept && one.day < day + daysKept), grown]
    .toSorted((a, b) => a.day - b.day)
    .slice(-daysKept);
}

/** What is expected of an evidence here while nothing is broken. */
export interface HealthyLeak {
  /** P(state) of the states after the first */
  readonly leak: readonly number[];
  /** whole days it is known from */
  readonly days: number;
  readonly isChronic: boolean;
}

/** @param today days since 1970-01-01, UTC: this day is not over and does not count. @returns null while too few days are known */
export function healthyLeak(days: readonly HabitDay[], kind: EvidenceKind, today: number): HealthyLeak | null {
  const whole = days.filter(({ day }) => day < today && day >= today - daysKept);
  if (whole.length < leastDays) return null;
  const week = whole.filter(({ day }) => day >= today - chronicDays);
  const isChronic =
    shareOf(week, (state) => state !== kind.states[0]) >= chronicShare &&
    week.filter(({ states }) => Object.keys(states).some((state) => state !== kind.states[0])).length >=
      leastChronicDays;
  const leak = kind.leak.map((shipped, index) => {
    const state = kind.states[index + 1] ?? "";
    // how bad it is every day excuses nothing worse
    if (isChronic)
      return Math.max(
        shareOf(week, (one) => one === state),
        shipped,
      );
    const weighed = weighedFrames(whole);
    const learned =
      (shippedFrames * shipped + (weighed.get(state) ?? 0)) / (shippedFrames + sum([...weighed.values()]));
    // a frame looks less closely than a diagnosis does: that it found nothing makes nothing more telling
    return Math.max(learned, shipped);
  });
  return { leak, days: whole.length, isChronic };
}

function shareOf(days: readonly HabitDay[], wanted: (state: string) => boolean): number {
  const frames = [...weighedFrames(days)];
  const all = sum(frames.map(([, count]) => count));
  return all === 0 ? 0 : sum(frames.filter(([state]) => wanted(state)).map(([, count]) => count)) / all;
}

/** Frames by state, each day compressed to at most twenty. */
function weighedFrames(days: readonly HabitDay[]): ReadonlyMap<string, number> {
  const frames = new Map<string, number>();
  for (const { states } of days) {
    const scale = Math.min(1, framesOfDay / Math.max(1, sum(Object.values(states))));
    for (const [state, count] of Object.entries(states)) frames.set(state, (frames.get(state) ?? 0) + count * scale);
  }
  return frames;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export interface HabitsFrom {
  readonly catalogue: Catalogue;
  /** days since 1970-01-01, UTC */
  readonly today: number;
  /** by part, where so many are known that they tell */
  readonly changesPerHour?: ReadonlyMap<ComponentId, number>;
}

/** What the engine expects of healthy parts; those withdrawn are as the catalogue says. */
export function habitsOf(known: readonly Habit[], { catalogue, today, changesPerHour }: HabitsFrom): Habits {
  const leaks = new Map<string, readonly number[]>();
  for (const habit of known) {
    const kind = catalogue.evidence.get(habit.evidence);
    const healthy = kind === undefined || habit.withdrawn ? null : healthyLeak(habit.days, kind, today);
    if (healthy !== null) leaks.set(habitKey(habit), healthy.leak);
  }
  return {
    changesPerHour: (target) => changesPerHour?.get(target) ?? null,
    leak: (evidence, { target, vantage }) => leaks.get(habitKey({ evidence, target, vantage })) ?? null,
  };
}

export function habitKey({ evidence, target, vantage }: HabitAt): string {
  return `${evidence} ${target} ${vantage ?? ""}`;
}

const dayMs = 86_400_000;

/** Days since 1970-01-01, UTC. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / dayMs);
}
