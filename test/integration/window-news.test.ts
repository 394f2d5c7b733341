import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { createWindowNews, type WindowNewsWatch } from "../../src/app/window-news.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import type { EventKind } from "../../src/kernel/event.ts";
import type { AftercareFinding } from "../../src/kernel/model/aftercare.ts";
import type { Delivery } from "../../src/kernel/model/notice.ts";
import type { Window } from "../../src/kernel/model/window.ts";
import { createNotices } from "../../src/respond/index.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { startReceiver, type HookReceiver } from "../doubles/hook-receiver.ts";
import { closedPort, startRelay, type MailRelay } from "../doubles/mail-relay.ts";
import { mailBy, noticeSite, refusedSignal, step, webhookTo, type Bench } from "../doubles/notice-site.ts";
import { earlyFindings, earlyWindow } from "../doubles/window-story.ts";
import { outboxBench, silentLog as log, temporaryFolder, until } from "./outbox-bench.ts";

const two = earlyFindings.filter(({ check }) => check === "clock-offset" || check === "time-service");
const later = [step({ tell: "yamada", by: ["mail"] }), step({ tell: "sato", by: ["mail"], afterMs: 600_000 })];

function newsOf({ ledger, clock, site }: Bench): WindowNewsWatch {
  const notices = createNotices({ ledger, clock, site, checks: () => [], wake: () => undefined });
  return createWindowNews({ ledger, clock, log, site, notices });
}

async function verifying({ ledger }: Bench, over: Partial<Window> = {}): Promise<Window> {
  const { id: _, ...window } = { ...earlyWindow, ...over };
  return ledger.transaction((tx) => tx.insertWindow(window, {}));
}

/** What the keeper of windows writes down after a look. */
async function checked({ ledger }: Bench, { id }: Window, findings: readonly AftercareFinding[]): Promise<void> {
  await ledger.transaction(async (tx) => {
    await tx.replaceFindings(
      { windowId: id, host: "web1" },
      findings.map((finding) => ({ ...finding, windowId: id })),
    );
    const failing = findings.map(({ host, check }) => `${host}/${check}`);
    await tx.append({ kind: "window.checked", actor: "koboshi", incidentId: null, data: { window: id, failing } });
  });
}

async function ended({ ledger, clock }: Bench, window: Window, kind: EventKind): Promise<void> {
  await ledger.transaction(async (tx) => {
    const state = kind === "window.closed" ? "closed" : "cancelled";
    await tx.updateWindow({ ...window, state, closedAt: stampNow(clock) }, {});
    await tx.append({ kind, actor: "koboshi", incidentId: null, data: { window: window.id } });
  });
}

async function hold({ ledger, clock }: Bench, window: Window): Promise<void> {
  const { id: signal, kind, subject, severity } = refusedSignal(clock, 1);
  await ledger.transaction((tx) => tx.holdSignal(window.id, { signal, kind, subject, severity, at: stampNow(clock) }));
}

interface Story extends Bench {
  readonly relay: MailRelay;
  readonly hook: HookReceiver;
  deliveries(window: Window): Promise<readonly Delivery[]>;
}

async function story(t: TestContext, options: Parameters<typeof startRelay>[0] = {}): Promise<Story> {
  const [relay, hook] = [await startRelay(options), await startReceiver()];
  t.after(relay.close);
  t.after(hook.close);
  const site = noticeSite({ channels: [mailBy(relay.port), webhookTo(hook.port)], steps: later });
  const bench = await outboxBench(t, site, createSystemClock());
  return { ...bench, relay, hook, deliveries: ({ id }) => bench.ledger.read.windowDeliveries(id) };
}

test("what is left after maintenance goes to the first step alone, once, and again only when something else is left", async (t) => {
  const bench = await story(t);
  const news = newsOf(bench);
  await news.start();
  t.after(news.stop);
  const window = await verifying(bench);
  await checked(bench, window, earlyFindings);
  await until("told", () => bench.relay.mails.length === 1 && bench.hook.posts.length === 1);
  const [first] = bench.relay.mails;
  assert.deepEqual(first?.to, ["yamada@example.jp"]);
  assert.match(String(first?.mail.subject), /^◆保守後の確認 web1: 時計 \+3時間2分ずれ.*直しますか\?$/);
  assert.match(String(first?.mail.text), /警報は 0 件|修復は 1 件用意してあります/);
  assert.ok(!first?.mail.headers.some(({ key }) => key === "x-koboshi-incident"));
  const told = bench.hook.posts[0]?.json as unknown as { event: string; incident: null; window: { id: number } };
  assert.deepEqual([told.event, told.incident, told.window.id], ["maintenance.left", null, window.id]);
  await checked(bench, window, two);
  await checked(bench, window, [...two, { ...two[0]!, check: "mounts", repairs: [] }]);
  await until("told what is new", () => bench.relay.mails.length === 2);
  const [, second] = bench.relay.mails;
  assert.equal(second?.mail.inReplyTo, first?.mail.messageId);
  assert.equal((await bench.deliveries(window)).length, 4);
  for (const { id } of await bench.deliveries(window))
    assert.match(id, /^window-1\/after-maintenance\/v1-[\da-f]{12}\//);
});

test("the end is told once, with what was held; an end that held nothing and left nothing is not told", async (t) => {
  const bench = await story(t);
  const news = newsOf(bench);
  await news.start();
  t.after(news.stop);
  await ended(bench, await verifying(bench), "window.cancelled");
  const window = await verifying(bench, { title: "さくらのメンテナンス" });
  await hold(bench, window);
  await ended(bench, window, "window.closed");
  await until("told", () => bench.relay.mails.length === 1);
  assert.equal(bench.relay.mails[0]?.mail.subject, "●保守終了 さくらのメンテナンス");
  assert.match(String(bench.relay.mails[0]?.mail.text), /保留した警報 1 件\s+● ネットショップ: 収まりました/);
  await until("through", async () => (await bench.deliveries(window)).every(({ state }) => state === "sent"));
  assert.deepEqual(
    (await bench.deliveries(window)).map(({ id }) => id),
    ["window-2/maintenance-over/v1/mail/yamada", "window-2/maintenance-over/v1/hook/*"],
  );
});

test("what is written down while nobody listens is told after a restart, and nothing twice", async (t) => {
  const bench = await story(t);
  const window = await verifying(bench);
  const before = newsOf(bench);
  await before.start();
  await checked(bench, window, two);
  await until("queued", async () => (await bench.deliveries(window)).length === 2);
  await before.stop();
  await checked(bench, window, [{ ...two[0]!, check: "mounts", repairs: [] }]);
  for (const after of [newsOf(bench), newsOf(bench)]) {
    await after.start();
    await until("told", () => bench.relay.mails.length === 2);
    await after.stop();
  }
  assert.equal((await bench.deliveries(window)).length, 4);
});

test("a relay that is busy is asked again", async (t) => {
  let asked = 0;
  const busyOnce = { onMailFrom: (_: unknown, __: unknown, done: (error?: Error) => void) => done(busy((asked += 1))) };
  const bench = await story(t, busyOnce);
  const news = newsOf(bench);
  await news.start();
  t.after(news.stop);
  const window = await verifying(bench);
  await checked(bench, window, two);
  await until("through", () => bench.relay.mails.length === 1);
  const mail = (await bench.deliveries(window)).find(({ channel }) => channel === "mail");
  assert.equal(mail?.attempts, 2);
});

test("a relay that cannot be reached does not lose it: the person is told by another way", async (t) => {
  const relay = await startRelay();
  t.after(relay.close);
  const gone = mailBy(await closedPort());
  const site = noticeSite({ channels: [gone, mailBy(relay.port, { key: "spare" })], steps: later });
  const bench = await outboxBench(t, site, createSystemClock());
  const news = newsOf(bench);
  await news.start();
  t.after(news.stop);
  const window = await verifying(bench);
  await checked(bench, window, two);
  await until("told by the spare way", () => relay.mails.length === 1);
  assert.deepEqual(relay.mails[0]?.to, ["yamada@example.jp"]);
  const ids = (await bench.ledger.read.windowDeliveries(window.id)).map(({ id }) => id);
  assert.match(ids[1] ?? "", /^window-1\/after-maintenance\/v1-[\da-f]{12}\/spare\/yamada\/for\/mail$/);
});

function busy(nth: number): Error | undefined {
  return nth === 1 ? Object.assign(new Error("not now"), { responseCode: 451 }) : undefined;
}

test("it is no alarm: nobody is woken for it, and rooms hear it at once", async (t) => {
  const clock = createFakeClock();
  const ledger = await openLedger({ folder: temporaryFolder(t), clock, log });
  t.after(() => ledger.close());
  const quiet = { fromMinute: 22 * 60, toMinute: 7 * 60, hold: ["info", "warning"] } as const;
  const running = noticeSite({ channels: [mailBy(25), webhookTo(80)], steps: later, quiet });
  const bench: Bench = { ledger, clock, site: () => running };
  const news = newsOf(bench);
  await news.start();
  const window = await verifying(bench);
  await checked(bench, window, two);
  await until("queued", async () => (await ledger.read.windowDeliveries(window.id)).length === 2);
  await news.stop();
  assert.deepEqual(
    (await ledger.read.windowDeliveries(window.id)).map(({ channel, state }) => [channel, state]),
    [
      ["mail", "held"],
      ["hook", "pending"],
    ],
  );
});

test("a service that does not answer and a host that nobody could look at are named, though no check found it", async (t) => {
  const bench = await story(t);
  const news = newsOf(bench);
  await news.start();
  t.after(news.stop);
  const window = await verifying(bench);
  await bench.ledger.transaction((tx) => {
    const failing = ["service:shop/answers", "web1/not-looked-at"];
    const data = { window: window.id, failing };
    return tx.append({ kind: "window.checked", actor: "koboshi", incidentId: null, data });
  });
  await until("told", () => bench.relay.mails.length === 1);
  const mail = bench.relay.mails[0]?.mail;
  assert.match(String(mail?.subject), /応答なし ネットショップ/);
  assert.match(String(mail?.text), /ネットショップ/);
  assert.ok(!/undefined|NaN|null/.test(String(mail?.text)), mail?.text);
});
