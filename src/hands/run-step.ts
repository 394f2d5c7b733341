import { sleep, type Clock } from "../kernel/clock.ts";
import type { RepairStep } from "../kernel/model/aftercare.ts";
import type { RepairTrouble } from "../kernel/ports-prevent.ts";
import type { NotReached, Reach } from "./reach.ts";
import { readStepAnswer, type StepAnswer } from "./step-answer.ts";
import { askScript, claimScript, type StepOrder } from "./step-script.ts";

/** What became of a step. */
export interface StepEnd {
  readonly state: "done" | "failed" | "unknown";
  readonly code: number | null;
  /** as it came, at most 1 MB */
  readonly output: string;
  readonly trouble: { readonly reason: RepairTrouble; readonly seen: string } | null;
  /** of the machine when it last answered; null: it never did */
  readonly bootId: string | null;
}

export interface StepDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly reach: Reach;
  readonly patience: Patience;
}

/** How long is waited: for a machine that was never reached, for one that fell silent, and between two questions at first. */
export interface Patience {
  readonly unreachedMs: number;
  readonly silentMs: number;
  readonly askEveryMs: number;
}

export interface StepWanted {
  readonly step: RepairStep;
  readonly order: StepOrder;
  /** it may have been sent before this process began */
  readonly mayHaveBeenSent: boolean;
}

const longestPauseMs = 2_000;

/** What the loop knows so far. */
interface Course {
  /** the far shell may have got the script */
  sent: boolean;
  /** the machine said that it is claimed */
  begun: boolean;
  bootId: string | null;
  seen: string;
}

/**
 * Has a step claimed and waits for its end, over as many connections as it takes. Handing it over again is safe: the machine
 * runs it once. @returns null when this process is told to stop: the step goes on by itself
 */
export async function runStep(deps: StepDeps, wanted: StepWanted): Promise<StepEnd | null> {
  const { clock, signal, reach, patience } = deps;
  const { step, order } = wanted;
  const course: Course = { sent: wanted.mayHaveBeenSent, begun: false, bootId: null, seen: "" };
  const beganMs = clock.monotonicMs();
  for (let pauseMs = patience.askEveryMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    if (signal.aborted) return null;
    const heard = await reach.hand(course.begun ? askScript(order) : claimScript(order));
    if (signal.aborted) return null;
    const end = heard.ok ? fromAnswer(step, course, readStepAnswer(heard.value)) : fromSilence(course, heard.error);
    if (end !== null) return end;
    const limitMs = course.sent ? step.timeoutMs + patience.silentMs : patience.unreachedMs;
    if (clock.monotonicMs() - beganMs > limitMs) return givenUp(course);
    await sleep(clock, pauseMs, signal);
  }
}

/** @param answer null: it was cut off on its way @returns null: it goes on */
function fromAnswer(step: RepairStep, course: Course, answer: StepAnswer | null): StepEnd | null {
  course.sent = true;
  if (answer === null) return null;
  course.bootId = answer.bootId;
  const { standing } = answer;
  if (standing === "started" || standing === "running") {
    course.begun = true;
    return null;
  }
  if (standing === "done") return judged(step, answer);
  if (standing === "none" || standing === "unknown") return ended(course, "unknown", "no-end");
  return ended(course, "failed", standing);
}

/** A step that ended, by its code and by what it printed. */
export function judged({ okCodes, expects }: RepairStep, { code, output, bootId }: StepAnswer): StepEnd {
  const trouble = ((): RepairTrouble | null => {
    if (code === null || !okCodes.includes(code)) return code === 124 || code === 137 ? "timed-out" : "code";
    return expects !== null && !output.includes(expects) ? "no-text" : null;
  })();
  if (trouble === null) return { state: "done", code, output, trouble: null, bootId };
  return { state: "failed", code, output, trouble: { reason: trouble, seen: "" }, bootId };
}

const refusals: Readonly<Partial<Record<NotReached["reason"], RepairTrouble>>> = {
  "host-key-unknown": "key-unconfirmed",
  "host-key-changed": "key-changed",
  "auth-refused": "login-refused",
  "private-key-missing": "login-refused",
  "private-key-unreadable": "login-refused",
  "no-root": "no-root",
  "not-a-shell": "not-a-shell",
};

/** What another try would not change ends the step; what was sent before may have run, whatever refuses us since. */
function fromSilence(course: Course, { wasSent, reason, seen }: NotReached): StepEnd | null {
  course.sent ||= wasSent;
  course.seen = seen;
  const refusal = refusals[reason];
  if (refusal === undefined) return null;
  if (!course.sent) return ended(course, "failed", refusal);
  return ended(course, "unknown", refusal === "not-a-shell" ? refusal : "no-answer");
}

function givenUp(course: Course): StepEnd {
  return course.sent ? ended(course, "unknown", "no-answer") : ended(course, "failed", "not-reached");
}

function ended({ seen, bootId }: Course, state: "failed" | "unknown", reason: RepairTrouble): StepEnd {
  return { state, code: null, output: "", trouble: { reason, seen }, bootId };
}
