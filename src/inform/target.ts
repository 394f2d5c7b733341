import { elapsedMs, sleep, stampNow, type Clock, type Stamp, type Timer } from "../kernel/clock.ts";
import type { KoboshiError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { PublishTarget } from "../kernel/model/site.ts";
import { err, type Result } from "../kernel/result.ts";
import type { Publication } from "../storage/ledger/ledger.ts";
import type { Edition, PageFile } from "./edition.ts";
import { refusal, refusalReason, type PublishContext } from "./publisher.ts";
import { PageRefused } from "./refused.ts";

/** So often "last updated" is renewed; half of what the page tells its readers to distrust. */
const renewMs = 300_000;
/** Three times what 40 files by SFTP to the other side of the world need. */
const publishLimitMs = 120_000;
const firstRetryMs = 5_000;
const lastRetryMs = 300_000;
const stopLimitMs = 3_000;

/** What the place is known to show: fetched back and found equal. */
export interface Verified {
  readonly hash: string;
  readonly state: string;
  readonly at: Stamp;
  /** null after a restart: then it is published anew */
  readonly saying: string | null;
}

export interface Failing {
  readonly error: KoboshiError;
  readonly since: Stamp;
  readonly attempts: number;
  /** what could not be published */
  readonly saying: string;
}

/** How one attempt ended, for the ledger. `first`: the page says something else than before, or works again, or fails anew. */
export interface Outcome {
  readonly publication: Publication;
  readonly edition: Edition;
  readonly error: KoboshiError | null;
  readonly first: boolean;
  readonly attempts: number;
}

export interface TargetDeps {
  readonly target: PublishTarget;
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: (
    target: PublishTarget,
    files: readonly PageFile[],
    context: PublishContext,
  ) => Promise<Result<{ readonly hash: string }, KoboshiError>>;
  readonly record: (outcome: Outcome) => Promise<void>;
  /** what the ledger remembers of it */
  readonly before: Publication | null;
}

export interface Target {
  readonly spec: PublishTarget;
  /** Brings this edition there when it says something new, or when the one there is to be renewed. */
  offer(edition: Edition): void;
  /** Tries at once, whatever was verified or refused before. @returns when that attempt has ended */
  publishNow(edition: Edition): Promise<void>;
  verified(): Verified | null;
  failing(): Failing | null;
  stop(): Promise<void>;
}

interface State {
  readonly verified: Verified | null;
  readonly failing: Failing | null;
}

type Published = Result<{ readonly hash: string }, KoboshiError>;

/** One place of the page: one publication at a time, always of the newest edition; a refusal is tried again, ever slower. */
export function createTarget(deps: TargetDeps): Target {
  const { target, clock } = deps;
  let latest: Edition | null = null;
  let state: State = { verified: remembered(deps.before), failing: null };
  let retry: Timer | null = null;
  let running: Promise<void> | null = null;
  let forced = false;
  const stopping = new AbortController();

  function proceed(): void {
    if (running !== null || latest === null || stopping.signal.aborted) return;
    if (!forced && !isDue(state, latest, { clock, waiting: retry !== null })) return;
    forced = false;
    retry?.cancel();
    retry = null;
    running = run(latest).finally(() => {
      running = null;
      proceed();
    });
  }

  /** Ends when the attempt itself has ended, so that two never write to one place at once. */
  async function run(edition: Edition): Promise<void> {
    const { attempt, result } = tryOnce(deps, edition, stopping.signal);
    const ended = await result;
    if (!stopping.signal.aborted) await settle(edition, ended);
    await attempt;
  }

  async function settle(edition: Edition, result: Published): Promise<void> {
    const [now, before] = [stampNow(clock), state];
    state = afterAttempt(before, { edition, result, now });
    if (state.failing !== null) {
      retry = clock.after(retryMs(state.failing.attempts), () => {
        retry = null;
        proceed();
      });
    }
    const outcome = outcomeOf(target, { before, after: state, edition, now });
    tell(deps.log, outcome);
    await deps.record(outcome);
  }

  return {
    spec: target,
    offer(edition) {
      latest = edition;
      proceed();
    },
    async publishNow(edition) {
      latest = edition;
      if (running !== null) await running;
      forced = true;
      proceed();
      if (running !== null) await running;
    },
    verified: () => state.verified,
    failing: () => state.failing,
    async stop() {
      stopping.abort();
      retry?.cancel();
      if (running !== null) await Promise.race([running, sleep(clock, stopLimitMs)]);
    },
  };
}

/** `attempt` ends when the publisher has let go; `result` after the time limit at the latest. */
function tryOnce(
  deps: TargetDeps,
  edition: Edition,
  stopping: AbortSignal,
): Record<"attempt" | "result", Promise<Published>> {
  const { target, clock } = deps;
  const done = new AbortController();
  const signal = AbortSignal.any([stopping, done.signal]);
  const attempt = deps
    .publish(target, edition.files, { clock, signal })
    .catch((thrown: unknown) => err(refusal(target, thrown)));
  const late = sleep(clock, publishLimitMs, signal).then(() => err(refusal(target, new PageRefused("timeout"))));
  return { attempt, result: Promise.race([attempt, late]).finally(() => done.abort()) };
}

/** @param now.waiting a retry is due later */
function isDue({ verified, failing }: State, edition: Edition, now: { clock: Clock; waiting: boolean }): boolean {
  if (failing !== null) return !now.waiting || edition.saying !== failing.saying;
  if (verified === null || verified.saying !== edition.saying) return true;
  return elapsedMs(verified.at, stampNow(now.clock)) >= renewMs;
}

function retryMs(attempts: number): number {
  return Math.min(lastRetryMs, firstRetryMs * 2 ** (attempts - 1));
}

function afterAttempt(
  { verified, failing }: State,
  { edition, result, now }: { edition: Edition; result: Published; now: Stamp },
): State {
  if (result.ok) {
    const state = edition.model.state;
    return { verified: { hash: result.value.hash, state, at: now, saying: edition.saying }, failing: null };
  }
  return {
    // what is there now is not what was sent: nothing is known of it any more
    verified: result.error.code === "KB6001" ? null : verified,
    failing: {
      error: result.error,
      since: failing?.since ?? now,
      attempts: (failing?.attempts ?? 0) + 1,
      saying: edition.saying,
    },
  };
}

function outcomeOf(
  target: PublishTarget,
  { before, after, edition, now }: { before: State; after: State; edition: Edition; now: Stamp },
): Outcome {
  const { verified, failing } = after;
  const shown =
    verified === null
      ? { verifiedHash: null, verifiedAt: null, verifiedState: null }
      : { verifiedHash: verified.hash, verifiedAt: verified.at, verifiedState: verified.state };
  const lastError = failing === null ? null : `${failing.error.code} ${refusalReason(failing.error)}`;
  return {
    publication: { target: target.key, ...shown, lastError, lastTriedAt: now },
    edition,
    error: failing?.error ?? null,
    first: isNews(before, failing, edition),
    attempts: failing?.attempts ?? 0,
  };
}

function isNews(before: State, failing: Failing | null, edition: Edition): boolean {
  if (failing !== null) return before.failing?.error.message !== failing.error.message;
  return before.failing !== null || before.verified?.saying !== edition.saying;
}

function tell(log: Log, { publication, error, first }: Outcome): void {
  if (!first) return;
  const facts = { target: publication.target, state: publication.verifiedState };
  if (error === null) log.info("status page published", facts);
  else log.warn("status page not published", { ...facts, code: error.code, reason: refusalReason(error) });
}

function remembered(before: Publication | null): Verified | null {
  if (before === null || before.verifiedHash === null || before.verifiedAt === null) return null;
  return { hash: before.verifiedHash, state: before.verifiedState ?? "unknown", at: before.verifiedAt, saying: null };
}
