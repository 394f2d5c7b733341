import type { Level, Run, Streak, Threshold } from "./run.ts";

/** One vantage that may vote: heard lately and not blind. */
export interface Vote {
  readonly vantage: string;
  readonly run: Run;
}

export interface Question {
  /** null before anything was confirmed */
  readonly confirmed: Level | null;
  readonly votes: readonly Vote[];
  /** vantages that have still to speak for the first time: their silence is not yet agreement */
  readonly pending: number;
  /** vantages that saw the failure when it was confirmed, voting or not */
  readonly witnesses: ReadonlySet<string>;
  readonly attempts: number;
  /** failures that began further apart than this are no common failure: one interval and one timeout */
  readonly togetherMs: number;
}

/**
 * The decision rules: one voting vantage decides by `attempts` contrary attempts in a row; of several, two must fail at
 * their latest attempt, together `attempts` times in a row; recovery is confirmed in the same way.
 * @returns what is confirmed now; null while nothing is
 */
export function decide(question: Question): Level | null {
  const { confirmed, votes } = question;
  if (votes.length === 0) return confirmed;
  if (confirmed !== "down" && fails(question, "down")) return "down";
  if (confirmed === "down" || confirmed === "degraded") return recovered(question, confirmed);
  if (fails(question, "bad")) return "degraded";
  return votes.some((vote) => !vote.run.bad.failing) ? "up" : confirmed;
}

function recovered(question: Question, confirmed: "down" | "degraded"): Level {
  if (recovers(question, "bad")) return "up";
  return confirmed === "down" && recovers(question, "down") ? "degraded" : confirmed;
}

/** A single failing attempt never confirms anything, whatever the file says. */
export function attemptsOf(attempts: number): number {
  return Math.max(2, attempts);
}

function needed({ votes, pending }: Question): number {
  return votes.length + pending > 1 ? 2 : 1;
}

/** A vantage that had failed alone for long is one of the two, but its old attempts do not count for a new failure. */
function fails(question: Question, threshold: Threshold): boolean {
  const failing = question.votes.map((vote) => vote.run[threshold]).filter((streak) => streak.failing);
  if (failing.length < needed(question)) return false;
  const newestMs = Math.max(...failing.map((streak) => streak.since.monotonicMs));
  const common = failing.filter((streak) => newestMs - streak.since.monotonicMs <= question.togetherMs);
  return total(common) >= question.attempts;
}

/**
 * A witness that cannot be heard any more keeps its last word as long as another witness can be heard, so that an outage
 * does not end because somebody fell silent.
 */
function recovers(question: Question, threshold: Threshold): boolean {
  const { votes, witnesses } = question;
  const heard = votes.filter((vote) => witnesses.has(vote.vantage));
  const lastWords = heard.length === 0 ? 0 : witnesses.size - heard.length;
  const failing = votes.filter((vote) => vote.run[threshold].failing).length;
  if (failing + lastWords >= needed(question) && failing > 0) return false;
  const fine = votes.filter((vote) => !vote.run[threshold].failing);
  const turned = fine.filter((vote) => witnesses.has(vote.vantage));
  const pool = turned.length > 0 ? turned : fine;
  return total(pool.map((vote) => vote.run[threshold])) >= question.attempts;
}

function total(streaks: readonly Streak[]): number {
  return streaks.reduce((sum, streak) => sum + streak.length, 0);
}
