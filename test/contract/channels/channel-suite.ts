import assert from "node:assert/strict";
import { test } from "node:test";
import { createSystemClock } from "../../../src/app/clock.ts";
import type { Channel, ChannelMessage } from "../../../src/kernel/model/channel.ts";
import type { Undelivered } from "../../../src/kernel/model/notice.ts";
import type { ChannelSpec } from "../../../src/kernel/model/site.ts";
import type { Result } from "../../../src/kernel/result.ts";
import { Secret } from "../../../src/kernel/secret.ts";
import { yamada } from "../../doubles/notice-site.ts";

const clock = createSystemClock();

export function messageFor(given: Partial<ChannelMessage> = {}): ChannelMessage {
  return {
    id: "241-opened-0123456789abcdef",
    threadId: null,
    kind: "opened",
    incidentId: 241,
    severity: "critical",
    person: yamada,
    lang: "ja",
    texts: {
      ja: { subject: "■障害 ネットショップが止まっています(2:12から)#241", body: "ネットショップが止まっています。\n" },
      en: { subject: "■DOWN Net shop since 02:12 #241", body: "Net shop is down.\n" },
    },
    links: [],
    incident: { id: 241 },
    ...given,
  };
}

/** One attempt as the outbox makes it, with a limit of its own. */
export async function send(
  channel: Channel,
  spec: ChannelSpec,
  given: { message?: ChannelMessage; limitMs?: number } = {},
): Promise<Result<void, Undelivered>> {
  const limit = new AbortController();
  const timeoutMs = given.limitMs ?? 20_000;
  const timer = clock.after(timeoutMs, () => limit.abort());
  try {
    return await channel.send(spec, given.message ?? messageFor(), {
      clock,
      timeoutMs,
      signal: limit.signal,
      madeSecret: () => Promise.resolve(new Secret("made by koboshi", "a test")),
    });
  } finally {
    timer.cancel();
  }
}

export function failure(result: Result<void, Undelivered>): Undelivered {
  assert.ok(!result.ok, "it was delivered");
  return result.error;
}

interface Ends {
  /** takes what it gets, and says how much it took */
  taking(): Promise<{ spec: ChannelSpec; taken(): number; close(): Promise<void> }>;
  /** nothing listens there */
  refusing(): Promise<ChannelSpec>;
  /** accepts connections and never says a word */
  silent(): Promise<{ spec: ChannelSpec; close(): Promise<void> }>;
  /** a text that must never be told */
  readonly secret: string;
}

/** What every channel keeps to. */
export function channelSuite(channel: Channel, ends: Ends): void {
  test(`${channel.kind}: what is taken is delivered once`, async (t) => {
    const { spec, taken, close } = await ends.taking();
    t.after(close);
    assert.deepEqual(await send(channel, spec), { ok: true, value: undefined });
    assert.equal(taken(), 1);
  });

  test(`${channel.kind}: a refused connection can be tried again`, async () => {
    const { reason, retryable, text } = failure(await send(channel, await ends.refusing()));
    assert.deepEqual({ reason, retryable }, { reason: "network", retryable: true });
    assert.match(text, /ECONNREFUSED/);
    assert.ok(!text.includes(ends.secret));
  });

  test(`${channel.kind}: a far side that never answers ends with the limit, and can be tried again`, async (t) => {
    const { spec, close } = await ends.silent();
    t.after(close);
    const beganMs = clock.monotonicMs();
    const { reason, retryable, text } = failure(await send(channel, spec, { limitMs: 300 }));
    assert.deepEqual({ reason, retryable }, { reason: "timeout", retryable: true });
    assert.ok(clock.monotonicMs() - beganMs < 2_000);
    assert.ok(!text.includes(ends.secret));
  });

  test(`${channel.kind}: it says in both languages what it is`, () => {
    assert.ok(channel.summary.ja.length > 0 && channel.summary.en.length > 0);
  });
}
