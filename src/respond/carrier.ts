import { sleep } from "../kernel/clock.ts";
import { errorText, KoboshiError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Delivery, Undelivered } from "../kernel/model/notice.ts";
import { attemptDelivery, type AttemptDeps } from "./attempt.ts";
import { bookFailed, bookGivenUp, bookSent, claim, putBack } from "./outbox-book.ts";

export interface CarrierDeps extends AttemptDeps {
  readonly log: Log;
  /** ids of deliveries that have waited too long */
  readonly overdue: ReadonlySet<string>;
  readonly stopping: AbortSignal;
  onGivenUp?(delivery: Delivery): Promise<void>;
}

const ledgerRetryMs = 5_000;

/** Takes one waiting delivery through one attempt and writes down what became of it. Never rejects. */
export async function carry(deps: CarrierDeps, waiting: Delivery): Promise<void> {
  const { clock, log, stopping } = deps;
  try {
    const delivery = await claimed(deps, waiting);
    if (delivery !== null) await attemptOnce(deps, delivery);
  } catch (thrown) {
    log.error("a notice could not be carried", { delivery: waiting.id, error: errorText(thrown) });
    await sleep(clock, ledgerRetryMs, stopping);
  }
}

/** Without room for the claim the notice goes out all the same: at worst it is sent twice, under one id. */
async function claimed(deps: CarrierDeps, waiting: Delivery): Promise<Delivery | null> {
  try {
    return await claim(deps, waiting.id);
  } catch (thrown) {
    if (!(thrown instanceof KoboshiError && thrown.code === "KB2003")) throw thrown;
    deps.log.warn("the ledger is full: sending without having noted it", { delivery: waiting.id });
    return { ...waiting, state: "sending", attempts: waiting.attempts + 1 };
  }
}

async function attemptOnce(deps: CarrierDeps, delivery: Delivery): Promise<void> {
  const { log, stopping } = deps;
  const { id, channel, attempts } = delivery;
  log.debug("notice attempt", { delivery: id, channel, attempt: attempts });
  const result = await attemptDelivery(deps, delivery, stopping);
  if (result.ok) {
    await insist(deps, () => bookSent(deps, delivery));
    log.info("notice sent", { delivery: id, channel, attempts });
  } else if (stopping.aborted) {
    await putBack(deps, delivery);
  } else {
    await fail(deps, delivery, result.error);
  }
}

async function fail(deps: CarrierDeps, delivery: Delivery, error: Undelivered): Promise<void> {
  const { log, overdue } = deps;
  const { id, channel, attempts } = delivery;
  const { reason, retryable, text } = error;
  log.warn("notice not delivered", { delivery: id, channel, reason, retryable, attempt: attempts, error: text });
  const tried = await insist(deps, () => bookFailed(deps, { delivery, error, overdue }));
  if (!tried.lost) return;
  log.error("notice lost: no channel could deliver it", { delivery: id, channel, error: tried.delivery.lastError });
  await deps.onGivenUp?.(tried.delivery); // first, so that a crash in between brings it up again
  await insist(deps, () => bookGivenUp(deps, tried.delivery));
}

/** What became of an attempt has to be written down, or it would be made again: tried until the ledger takes it. */
async function insist<T>({ clock, log, stopping }: CarrierDeps, write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (thrown) {
      if (stopping.aborted) throw thrown;
      log.error("the outbox cannot be written", { error: errorText(thrown), retryInMs: ledgerRetryMs });
    }
    await sleep(clock, ledgerRetryMs, stopping);
  }
}
