import { sleep, type Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Channel, ChannelKind } from "../kernel/model/channel.ts";
import type { Delivery, Undelivered } from "../kernel/model/notice.ts";
import type { Site } from "../kernel/model/site.ts";
import { err, type Result } from "../kernel/result.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { composeMessage } from "./compose-message.ts";
import { webhookSecret } from "./kept-secrets.ts";
import { composeWindowMessage, isAboutWindow } from "./window-message.ts";

const limitMs = 20_000;

export interface AttemptDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  site(): Site;
  readonly channels: readonly Channel[];
}

/** One attempt, ended after 20 s or when `stop` aborts, whether or not the channel notices. Never throws. */
export async function attemptDelivery(
  deps: AttemptDeps,
  delivery: Delivery,
  stop: AbortSignal,
): Promise<Result<void, Undelivered>> {
  const limit = new AbortController();
  const end = (): void => limit.abort();
  const timer = deps.clock.after(limitMs, end);
  stop.addEventListener("abort", end, { once: true });
  if (stop.aborted) end();
  try {
    return await Promise.race([send(deps, delivery, limit.signal), tooLate(deps.clock, limit.signal)]);
  } catch (thrown) {
    return err({ reason: "client", retryable: true, text: `could not be written: ${errorText(thrown)}` });
  } finally {
    timer.cancel();
    stop.removeEventListener("abort", end);
  }
}

async function send(deps: AttemptDeps, delivery: Delivery, signal: AbortSignal): Promise<Result<void, Undelivered>> {
  const { ledger, clock } = deps;
  const site = deps.site();
  const spec = site.notify.channels.get(delivery.channel);
  const channel = spec === undefined ? undefined : channelFor(deps.channels, spec.kind);
  if (spec === undefined || channel === undefined) return notConfigured(`no channel named ${delivery.channel}`);
  const message = isAboutWindow(delivery)
    ? await composeWindowMessage(ledger, site, delivery)
    : await composeMessage(ledger, site, delivery);
  if (message === null) return notConfigured(`no person named ${delivery.recipient}`);
  const madeSecret = () => webhookSecret(ledger, spec.key);
  return channel.send(spec, message, { clock, timeoutMs: limitMs, signal, madeSecret });
}

function channelFor(channels: readonly Channel[], kind: ChannelKind): Channel | undefined {
  return channels.find((channel) => channel.kind === kind);
}

function notConfigured(text: string): Result<void, Undelivered> {
  return err({ reason: "not-configured", retryable: false, text });
}

const graceMs = 500; // lets the channel say itself where it was stopped

/** Pending until the limit; then what a channel that does not answer to it has earned. */
function tooLate(clock: Clock, limit: AbortSignal): Promise<Result<void, Undelivered>> {
  return new Promise((resolve) => {
    const end = (): void => {
      void sleep(clock, graceMs).then(() =>
        resolve(err({ reason: "timeout", retryable: true, text: "no answer in time" })),
      );
    };
    if (limit.aborted) end();
    else limit.addEventListener("abort", end, { once: true });
  });
}
