import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { KoboshiError } from "../../src/kernel/errors.ts";
import type { Channel, ChannelContext, ChannelMessage } from "../../src/kernel/model/channel.ts";
import type { Delivery, Undelivered } from "../../src/kernel/model/notice.ts";
import type { ChannelSpec, Site } from "../../src/kernel/model/site.ts";
import { err, ok, type Result } from "../../src/kernel/result.ts";
import { channels } from "../../src/respond/channels/index.ts";
import { createOutbox, type Outbox } from "../../src/respond/outbox.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock, type FakeClock } from "../doubles/fake-clock.ts";
import { mailBy, noticeSite, openIncident, step, webhookTo, type Bench } from "../doubles/notice-site.ts";
import { silentLog as log, temporaryFolder } from "./outbox-bench.ts";

const hourMs = 3_600_000;
type Answer = (message: ChannelMessage, context: ChannelContext) => Promise<Result<void, Undelivered>>;
type Answers = Partial<Record<ChannelSpec["kind"], Answer>>;

interface Worker extends Bench {
  readonly clock: FakeClock;
  readonly attempts: { readonly kind: string; readonly atMs: number; readonly id: string }[];
  readonly lost: Delivery[];
  outbox(): Outbox;
  /** ends the outbox and starts another on the same ledger, as a restart does */
  restart(): Promise<void>;
}

interface Given {
  readonly answers?: Answers;
  readonly specs?: readonly ChannelSpec[];
  readonly ledger?: (ledger: Ledger) => Ledger;
  readonly onGivenUp?: () => Promise<void>;
}

const taken: Answer = () => Promise.resolve(ok(undefined));
const busy: Undelivered = { reason: "server", retryable: true, text: "451 not now" };

async function worker(t: TestContext, given: Given = {}): Promise<Worker> {
  const clock = createFakeClock();
  const real = await openLedger({ folder: temporaryFolder(t), clock, log });
  const ledger = given.ledger?.(real) ?? real;
  const specs = given.specs ?? [mailBy(25)];
  const running = noticeSite({ channels: specs, steps: [step({ tell: "yamada", by: ["mail"] })] });
  const site = (): Site => running;
  const [attempts, lost]: [Worker["attempts"], Delivery[]] = [[], []];
  const scripted = channels.map((channel): Channel => ({
    ...channel,
    send: (_spec, message, context) => {
      attempts.push({ kind: channel.kind, atMs: clock.monotonicMs(), id: message.id });
      return (given.answers?.[channel.kind] ?? taken)(message, context);
    },
  }));
  const start = async (): Promise<Outbox> => {
    const made = createOutbox({
      ledger,
      clock,
      log,
      site,
      channels: scripted,
      onGivenUp: async (delivery) => {
        lost.push(delivery);
        await given.onGivenUp?.();
      },
    });
    await made.start();
    return made;
  };
  let outbox = await start();
  t.after(async () => {
    const stopped = outbox.stop();
    await clock.advance(10_000);
    await stopped;
    await real.close();
  });
  return {
    clock,
    ledger,
    site,
    attempts,
    lost,
    outbox: () => outbox,
    async restart() {
      const stopped = outbox.stop();
      await clock.advance(10_000);
      await stopped;
      outbox = await start();
    },
  };
}

const mailId = "1/opened/0s/mail/yamada";
const refused: Answer = () => Promise.resolve(err({ reason: "client", retryable: false, text: "550 no such user" }));
const never: Answer = () => new Promise(() => undefined);

test("what the far side asks us to wait is waited, also when the wall clock is stepped by 3 h meanwhile", async (t) => {
  for (const hours of [-3, 3]) {
    let asked = 0;
    const answer: Answer = () =>
      Promise.resolve(asked++ === 0 ? err({ ...busy, retryAfterMs: 600_000 }) : ok(undefined));
    const bench = await worker(t, { answers: { mail: answer } });
    await openIncident(bench);
    await bench.clock.advance(1_000);
    bench.clock.stepWall(hours * hourMs);
    await bench.clock.advance(598_000);
    assert.equal(bench.attempts.length, 1);
    await bench.clock.advance(2_000);
    assert.equal(bench.attempts.length, 2);
    assert.equal((await bench.ledger.read.delivery(mailId))?.state, "sent");
  }
});

test("every attempt carries the same id, ever further apart, and after a day it ends as a loss", async (t) => {
  const bench = await worker(t, { answers: { mail: () => Promise.resolve(err(busy)) } });
  await openIncident(bench);
  await bench.clock.advance(23.9 * hourMs);
  assert.deepEqual(bench.lost, []);
  await bench.clock.advance(0.4 * hourMs);
  assert.equal(new Set(bench.attempts.map(({ id }) => id)).size, 1);
  const gaps = bench.attempts.slice(1).map(({ atMs }, nth) => atMs - (bench.attempts[nth]?.atMs ?? 0));
  assert.ok(Math.min(...gaps) >= 1_600 && Math.max(...gaps) <= 720_000, String(gaps));
  assert.ok(bench.attempts.length > 100 && bench.attempts.length < 250, String(bench.attempts.length));
  assert.equal(bench.lost.length, 1);
  assert.equal((await bench.ledger.read.delivery(mailId))?.state, "given-up");
  const told = (await bench.ledger.read.timeline(1)).map(({ kind }) => kind);
  assert.deepEqual(told, ["incident.opened", "notice.queued", "notice.failed", "notice.given-up"]);
});

test("an attempt ends after 20 s even when the channel does not, and no other channel waits for it", async (t) => {
  const bench = await worker(t, { answers: { mail: never }, specs: [mailBy(25), webhookTo(80)] });
  await openIncident(bench);
  await bench.clock.advance(100);
  assert.deepEqual(bench.attempts.map(({ kind }) => kind).toSorted(), ["mail", "webhook"]);
  await bench.clock.advance(20_000);
  assert.equal((await bench.ledger.read.delivery(mailId))?.state, "sending");
  await bench.clock.advance(600);
  const { state, lastError } = (await bench.ledger.read.delivery(mailId)) ?? {};
  assert.deepEqual([state, lastError], ["pending", "timeout: no answer in time"]);
});

test("a stop puts back what does not end in time, and the next start sends it under the same id", async (t) => {
  let answer = never;
  const bench = await worker(t, { answers: { mail: (...given) => answer(...given) } });
  await openIncident(bench);
  await bench.clock.advance(100);
  answer = taken;
  await bench.restart();
  await bench.clock.advance(100);
  const { state, attempts } = (await bench.ledger.read.delivery(mailId)) ?? {};
  assert.deepEqual([state, attempts], ["sent", 1]);
  assert.equal(bench.attempts.length, 2);
  assert.equal(bench.attempts[0]?.id, bench.attempts[1]?.id);
});

test("a channel that throws is a failure like any other", async (t) => {
  const bench = await worker(t, { answers: { mail: () => Promise.reject(new Error("a bug")) } });
  await openIncident(bench);
  await bench.clock.advance(10_000);
  assert.ok(bench.attempts.length >= 2);
  assert.match((await bench.ledger.read.delivery(mailId))?.lastError ?? "", /a bug/);
});

test("a loss that nobody could be told of comes up again", async (t) => {
  let deaf = true;
  const onGivenUp = (): Promise<void> => (deaf ? Promise.reject(new Error("not now")) : Promise.resolve());
  const bench = await worker(t, { answers: { mail: refused }, onGivenUp });
  await openIncident(bench);
  await bench.clock.advance(1_000);
  assert.equal((await bench.ledger.read.delivery(mailId))?.state, "pending");
  deaf = false;
  await bench.clock.advance(10_000);
  assert.equal((await bench.ledger.read.delivery(mailId))?.state, "given-up");
  assert.ok(bench.lost.length >= 2);
});

test("a full disk keeps no notice back: it goes out once, and is written down when there is room", async (t) => {
  let full = false;
  const filling = (ledger: Ledger): Ledger => ({
    ...ledger,
    transaction: (work) => (full ? Promise.reject(new KoboshiError("KB2003")) : ledger.transaction(work)),
  });
  const bench = await worker(t, { ledger: filling });
  const { id } = await openIncident(bench);
  full = true;
  await bench.clock.advance(30_000);
  assert.equal(bench.attempts.length, 1);
  full = false;
  await bench.clock.advance(10_000);
  assert.equal(bench.attempts.length, 1);
  assert.deepEqual(
    (await bench.ledger.read.deliveriesOf(id)).map(({ state }) => state),
    ["sent"],
  );
});

test("someone taken out of the configuration is told by nobody, and that is a loss, not a crash", async (t) => {
  const bench = await worker(t, { specs: [mailBy(25)] });
  (bench.site().people as Map<string, unknown>).delete("sato");
  await openIncident(bench);
  (bench.site().people as Map<string, unknown>).delete("yamada");
  await bench.clock.advance(1_000);
  assert.equal(bench.lost.length, 1);
  assert.match(bench.lost[0]?.lastError ?? "", /not-configured: no person named yamada/);
});
