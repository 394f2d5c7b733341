import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Channel, ChannelContext, ChannelMessage } from "../kernel/model/channel.ts";
import type { Undelivered } from "../kernel/model/notice.ts";
import type { ChannelSpec } from "../kernel/model/site.ts";
import { err, type Result } from "../kernel/result.ts";

export interface DirectSendDeps {
  readonly clock: Clock;
  readonly channels: readonly Channel[];
}

export interface DirectMessage {
  readonly spec: ChannelSpec;
  readonly message: ChannelMessage;
  readonly madeSecret: ChannelContext["madeSecret"];
}

/** Somebody waits for the answer before a screen. */
const limitMs = 15_000;

/** One attempt past the outbox, for a person who waits for its answer: it is not repeated. Never throws. */
export async function sendDirect(
  { clock, channels }: DirectSendDeps,
  { spec, message, madeSecret }: DirectMessage,
): Promise<Result<void, Undelivered>> {
  const channel = channels.find(({ kind }) => kind === spec.kind);
  if (channel === undefined) return err({ reason: "not-configured", retryable: false, text: spec.kind });
  const limit = new AbortController();
  const timer = clock.after(limitMs, () => limit.abort());
  try {
    return await channel.send(spec, message, { clock, timeoutMs: limitMs, signal: limit.signal, madeSecret });
  } catch (thrown) {
    return err({ reason: "client", retryable: false, text: errorText(thrown) });
  } finally {
    timer.cancel();
  }
}
