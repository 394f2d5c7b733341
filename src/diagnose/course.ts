import { elapsedMs, sleep, stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { BundleId, CauseAt, Missing, Seen, StopReason, Wave } from "../kernel/model/diagnosis.ts";
import type { Judgement, Offer } from "./model.ts";

/** What one asking brought. */
export interface Gathered {
  readonly seen: readonly Seen[];
  readonly missing: readonly Missing[];
}

/** Where evidence comes from. */
export interface Asker {
  offers(): readonly Offer[];
  /** From now on looks are taken of what is so by then; null: nothing is looked at twice. */
  readonly renew: (() => void) | null;
  /** Never rejects for bad news: what could not be had is missing. */
  gather(offer: Offer, signal: AbortSignal): Promise<Gathered>;
}

/** The part of the engine that decides what is asked, and when enough is known. */
export interface Judge {
  judge(seen: readonly Seen[]): Judgement;
  next(
    judgement: Judgement,
    seen: readonly Seen[],
    offers: readonly Offer[],
  ): readonly { readonly offer: Offer; readonly bits: number; readonly score: number }[];
  stop(judgement: Judgement, seen: readonly Seen[], offers: readonly Offer[]): StopReason | null;
}

/** Everything known at one moment of a diagnosis. */
export interface Standing extends Gathered {
  readonly judgement: Judgement;
  readonly waves: readonly Wave[];
  readonly seconds: number;
  readonly scopeSeconds: number | null;
  /** a first answer stands, though it is not clear */
  readonly isAnswered: boolean;
  readonly stoppedBecause: StopReason | null;
}

export interface CourseInput {
  readonly clock: Clock;
  readonly log: Log;
  readonly asker: Asker;
  readonly judge: Judge;
  /** what an earlier look at the same found */
  readonly known: readonly Seen[];
  readonly signal: AbortSignal;
  onStep(standing: Standing): Promise<void>;
}

const budgetMs = 29_000;
/** The scope is told at the latest now, with what is there. */
const scopeWithinMs = 3_600;
/** Asked first, whatever the case: our own books and the look from everywhere. */
const firstBundles: ReadonlySet<BundleId> = new Set(["chg", "user", "bak", "net"]);
const hostBundles: ReadonlySet<BundleId> = new Set(["ssh", "log", "svc", "db", "mail", "data"]);
const outsideAtOnce = 3;
const worthAskingBits = 0.05;
/**
 * A fault shows itself bit by bit: who calls at its first symptom finds the rest still well. While the answer is not clear, what
 * changes quickly is looked at again.
 */
const changing: ReadonlySet<BundleId> = new Set(["net", "lines", "ssh", "log", "svc", "db", "mail"]);
const mostRounds = 3;
const betweenRoundsMs = 3_000;
/** A round begun later would be cut short. */
const lastRoundMs = 20_000;
/** From here on a further look would hardly change the answer. */
const clearFrom = 0.8;
/** A round that moved no told cause by more found a fault that shows all it will show. */
const sameWithin = 0.05;

interface Running {
  readonly offer: Offer;
  readonly over: Promise<void>;
}

interface Course extends CourseInput {
  readonly beganAt: Stamp;
  readonly asked: Set<string>;
  readonly running: Map<string, Running>;
  readonly quit: AbortController;
  /** brought since it was last judged */
  brought: Offer[];
  /** how often what changes was looked at anew */
  rounds: number;
  /** the answer before the last round */
  before: Judgement | null;
  seen: Seen[];
  missing: Missing[];
  waves: Wave[];
  judgement: Judgement;
  scopeSeconds: number | null;
}

/**
 * One diagnosis from the first look to its end: the books and the vantages first, then whatever tells most in the least time,
 * one thing at a time on each host and a few outside; what changes quickly up to three times more while nothing is clear and the
 * answer still moves. It ends when one explanation stands out and leaves nothing abnormal unexplained, when nothing is left that would tell more, or after 29 s.
 */
export async function takeCourse(input: CourseInput): Promise<Standing> {
  const quit = new AbortController();
  const course: Course = {
    ...input,
    beganAt: stampNow(input.clock),
    asked: new Set(),
    running: new Map(),
    quit,
    brought: [],
    rounds: 0,
    before: null,
    seen: [...input.known],
    missing: [],
    waves: [],
    judgement: input.judge.judge(input.known),
    scopeSeconds: null,
  };
  const stop = (): void => quit.abort();
  input.signal.addEventListener("abort", stop);
  try {
    return standing(course, await follow(course));
  } finally {
    input.signal.removeEventListener("abort", stop);
    quit.abort();
  }
}

async function follow(course: Course): Promise<StopReason> {
  for (const offer of open(course).filter(({ bundle }) => firstBundles.has(bundle))) ask(course, offer);
  for (;;) {
    await somethingNew(course);
    if (course.signal.aborted) return "replaced";
    take(course);
    const late = elapsedMs(course.beganAt, stampNow(course.clock));
    if (stillLooking(course) && late < scopeWithinMs) continue;
    course.scopeSeconds ??= late / 1_000;
    const ended = await goOn(course, late);
    if (ended !== null) return ended;
  }
}

/** Asks for more, or for the same again. @returns why it is over; null: it is not */
async function goOn(course: Course, lateMs: number): Promise<StopReason | null> {
  const offers = open(course);
  const reason = lateMs >= budgetMs ? "time" : endOf(course, offers);
  if (reason !== null && !(await lookAgain(course, reason))) return reason;
  if (course.signal.aborted) return "replaced";
  await course.onStep(standing(course, null));
  if (reason === null) askMore(course, offers);
  return course.running.size === 0 && !(await lookAgain(course, "exhausted")) ? "exhausted" : null;
}

/** @returns false when the answer stands as it is */
async function lookAgain(course: Course, reason: StopReason): Promise<boolean> {
  const { clock, quit, asker } = course;
  const before = asker.offers().filter((offer) => changing.has(offer.bundle) && course.asked.has(keyOf(offer)));
  if (asker.renew === null || before.length === 0 || !mayLookAgain(course, reason)) return false;
  course.rounds += 1;
  course.before = course.judgement;
  if (course.rounds === 1) await course.onStep(standing(course, null));
  await sleep(clock, betweenRoundsMs, quit.signal);
  if (course.signal.aborted) return true;
  asker.renew();
  const lanes = new Set<string>();
  for (const offer of before) {
    course.asked.delete(keyOf(offer));
    if (!lanes.has(laneOf(offer))) ask(course, offer);
    lanes.add(laneOf(offer));
  }
  return true;
}

function mayLookAgain({ rounds, before, beganAt, clock, judgement }: Course, reason: StopReason): boolean {
  const isOpen = reason === "exhausted" || reason === "nothing-to-learn";
  const isUnclear = (judgement.explanations[0]?.probability ?? 0) < clearFrom;
  const inTime = elapsedMs(beganAt, stampNow(clock)) + betweenRoundsMs <= lastRoundMs;
  const isMoving = before === null || !isSameAnswer(before, judgement);
  return isOpen && isUnclear && inTime && isMoving && rounds < mostRounds;
}

function isSameAnswer(one: Judgement, other: Judgement): boolean {
  return [...one.causes, ...other.causes].every(
    ({ cause }) => Math.abs(chanceOf(one, cause) - chanceOf(other, cause)) <= sameWithin,
  );
}

function chanceOf({ causes }: Judgement, { id, component }: CauseAt): number {
  return causes.find(({ cause }) => cause.id === id && cause.component === component)?.probability ?? 0;
}

/** The look from the vantages is not over. */
function stillLooking({ running }: Course): boolean {
  return [...running.values()].some(({ offer }) => firstBundles.has(offer.bundle));
}

/** What is under way may still tell something, unless the case is clear. */
function endOf(course: Course, offers: readonly Offer[]): StopReason | null {
  const reason = course.judge.stop(course.judgement, course.seen, offers);
  return reason === null || course.running.size === 0 || reason === "sure" ? reason : null;
}

function keyOf({ bundle, target }: Offer): string {
  return `${bundle} ${target ?? ""}`;
}

function open({ asker, asked }: Course): readonly Offer[] {
  return asker.offers().filter((offer) => !asked.has(keyOf(offer)));
}

/** One thing at a time on a host: its own way in, and no more load than needed. */
function laneOf(offer: Offer): string {
  return hostBundles.has(offer.bundle) ? `on ${offer.target}` : "outside";
}

function askMore(course: Course, offers: readonly Offer[]): void {
  const ranked = course.judge.next(course.judgement, course.seen, offers);
  const unclear = course.judgement.unexplained.length > 0;
  for (const { offer, bits } of ranked) {
    if (bits < worthAskingBits && !unclear) continue;
    const lane = laneOf(offer);
    const busy = [...course.running.values()].filter((one) => laneOf(one.offer) === lane).length;
    if (busy < (lane === "outside" ? outsideAtOnce : 1)) ask(course, offer);
  }
}

function ask(course: Course, offer: Offer): void {
  const key = keyOf(offer);
  course.asked.add(key);
  course.running.set(key, { offer, over: bring(course, offer) });
}

async function bring(course: Course, offer: Offer): Promise<void> {
  const { seen, missing } = await gathered(course, offer);
  course.running.delete(keyOf(offer));
  course.brought.push(offer);
  course.seen = [...course.seen, ...seen];
  const known = new Set(course.seen.map(lookKey));
  const newest = new Map([...course.missing, ...missing].map((one) => [lookKey(one), one]));
  course.missing = [...newest.values()].filter((one) => !known.has(lookKey(one)));
}

function lookKey({ evidence, target, vantage }: Pick<Seen, "evidence" | "target" | "vantage">): string {
  return `${evidence} ${target} ${vantage ?? ""}`;
}

/** A fault of our own while gathering costs that evidence, not the diagnosis. */
async function gathered({ asker, log, quit }: Course, offer: Offer): Promise<Gathered> {
  try {
    return await asker.gather(offer, quit.signal);
  } catch (thrown) {
    log.error("evidence not gathered", { bundle: offer.bundle, target: offer.target, error: errorText(thrown) });
    return { seen: [], missing: offer.tells.map((tells) => ({ ...tells, reason: "timeout" })) };
  }
}

/** Until something came in, it is time for the scope, or the time is over. */
async function somethingNew(course: Course): Promise<void> {
  const lateMs = elapsedMs(course.beganAt, stampNow(course.clock));
  const untilMs = course.scopeSeconds === null && lateMs < scopeWithinMs ? scopeWithinMs : budgetMs;
  const waiting = new AbortController();
  const signal = AbortSignal.any([waiting.signal, course.quit.signal]);
  const arrivals = [...course.running.values()].map(({ over }) => over);
  await Promise.race([...arrivals, sleep(course.clock, Math.max(0, untilMs - lateMs), signal)]);
  waiting.abort();
}

/** Judges anew what has come in. */
function take(course: Course): void {
  if (course.brought.length === 0) return;
  course.judgement = course.judge.judge(course.seen);
  const asked = course.brought.map(({ bundle, target }) => ({ bundle, target }));
  const endedAfterSeconds = elapsedMs(course.beganAt, stampNow(course.clock)) / 1_000;
  const top = course.judgement.causes.slice(0, 3).map(({ cause, probability }) => ({ ...cause, probability }));
  course.waves = [...course.waves, { asked, endedAfterSeconds, top }];
  course.brought = [];
}

function standing(course: Course, stoppedBecause: StopReason | null): Standing {
  const { seen, missing, judgement, waves, scopeSeconds, beganAt, clock, rounds } = course;
  const seconds = elapsedMs(beganAt, stampNow(clock)) / 1_000;
  return { isAnswered: rounds > 0, seen, missing, judgement, waves, seconds, scopeSeconds, stoppedBecause };
}
