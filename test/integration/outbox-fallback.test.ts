import assert from "node:assert/strict";
import { test } from "node:test";
import { startReceiver } from "../doubles/hook-receiver.ts";
import { closedPort, startRaw, startRelay } from "../doubles/mail-relay.ts";
import { changeIncident, mailBy, noticeSite, openIncident, step, webhookTo } from "../doubles/notice-site.ts";
import { outboxBench, until } from "./outbox-bench.ts";

const byMail = [step({ tell: "yamada", by: ["mail"] })];
const roomLater = [...byMail, step({ afterMs: 3_600_000, by: ["hook"] })];

test("a relay that cannot be reached: the webhook tells it within seconds, the mail goes on trying and arrives later", async (t) => {
  const [port, receiver] = [await closedPort(), await startReceiver()];
  t.after(receiver.close);
  const bench = await outboxBench(
    t,
    noticeSite({ channels: [mailBy(port), webhookTo(receiver.port)], steps: roomLater }),
  );
  await openIncident(bench);
  const tookMs = await until("the webhook got it", () => receiver.posts.length === 1);
  assert.ok(tookMs < 5_000, `after ${Math.round(tookMs)} ms`);
  t.diagnostic(`second channel after ${Math.round(tookMs)} ms`);
  assert.match(receiver.posts[0]?.json.text.ja ?? "", /メールで届けられなかったため/);
  const standIn = "1/opened/0s/hook/*/for/mail";
  await until("it is booked", async () => (await bench.deliveries(1))[standIn]?.state === "sent");
  const standing = await bench.deliveries(1);
  const { state, lastError } = standing["1/opened/0s/mail/yamada"] ?? {};
  assert.ok(state === "pending" || state === "sending");
  assert.match(lastError ?? "", /^network: .*ECONNREFUSED/);

  const relay = await startRelay({}, port);
  t.after(relay.close);
  await until("the mail arrived as well", () => relay.mails.length === 1, 30_000);
  await bench.outbox.drain();
  assert.equal((await bench.deliveries(1))["1/opened/0s/mail/yamada"]?.state, "sent");
  assert.equal(receiver.posts.length, 1);
  assert.deepEqual(bench.givenUp, []);
});

test("a relay that accepts and never answers: the webhook is asked after 15 s, before the first attempt has ended", async (t) => {
  const [relay, receiver] = [await startRaw(), await startReceiver()];
  t.after(relay.close);
  t.after(receiver.close);
  const site = noticeSite({ channels: [mailBy(relay.port), webhookTo(receiver.port)], steps: roomLater });
  const bench = await outboxBench(t, site);
  await openIncident(bench);
  const tookMs = await until("the webhook got it", () => receiver.posts.length === 1, 20_000);
  t.diagnostic(`second channel after ${Math.round(tookMs)} ms`);
  assert.ok(tookMs < 17_000);
});

test("a recipient refused for good goes over at once, and nothing is given up", async (t) => {
  const relay = await startRelay({
    onRcptTo: (_to, _session, done) => done(Object.assign(new Error("no such user"), { responseCode: 550 })),
  });
  const receiver = await startReceiver();
  t.after(relay.close);
  t.after(receiver.close);
  const site = noticeSite({ channels: [mailBy(relay.port), webhookTo(receiver.port)], steps: roomLater });
  const bench = await outboxBench(t, site);
  await openIncident(bench);
  assert.ok((await until("the webhook got it", () => receiver.posts.length === 1)) < 1_500);
  await bench.outbox.drain();
  assert.equal((await bench.deliveries(1))["1/opened/0s/mail/yamada"]?.state, "failed");
  assert.deepEqual(bench.givenUp, []);
});

test("a room that follows everything already carries the news: nothing is said twice there", async (t) => {
  const receiver = await startReceiver();
  t.after(receiver.close);
  const channels = [mailBy(await closedPort()), webhookTo(receiver.port)];
  const bench = await outboxBench(t, noticeSite({ channels, steps: byMail }));
  await openIncident(bench);
  await until(
    "the mail failed twice",
    async () => ((await bench.deliveries(1))["1/opened/0s/mail/yamada"]?.attempts ?? 0) >= 2,
  );
  await bench.outbox.drain();
  assert.deepEqual(
    receiver.posts.map(({ json }) => json.event),
    ["incident.opened"],
  );
});

test("a room that is gone is told of by mail to the people", async (t) => {
  const relay = await startRelay();
  t.after(relay.close);
  const channels = [mailBy(relay.port), webhookTo(await closedPort())];
  const bench = await outboxBench(t, noticeSite({ channels, steps: [step({ by: ["hook"] })] }));
  await openIncident(bench);
  await until("both people were told", () => relay.mails.length === 2);
  assert.deepEqual(
    relay.mails.map(({ to }) => to[0]).toSorted((a, b) => String(a).localeCompare(String(b))),
    ["sato@example.jp", "yamada@example.jp"],
  );
});

test("with no way left the notice is given up, which is told once and stands in the timeline", async (t) => {
  const relay = await startRelay({
    onRcptTo: (_to, _session, done) => done(Object.assign(new Error("no such user"), { responseCode: 550 })),
  });
  const receiver = await startReceiver((_post, response) => response.writeHead(410).end());
  t.after(relay.close);
  t.after(receiver.close);
  const site = noticeSite({ channels: [mailBy(relay.port), webhookTo(receiver.port)], steps: roomLater });
  const bench = await outboxBench(t, site);
  await openIncident(bench);
  await until("it was given up", () => bench.givenUp.length === 1);
  await bench.outbox.drain();
  const states = Object.values(await bench.deliveries(1)).map(({ channel, recipient, state }) => [
    channel,
    recipient,
    state,
  ]);
  assert.deepEqual(states, [
    ["mail", "yamada", "failed"],
    ["hook", "*", "failed"],
    ["mail", "sato", "given-up"], // the last one left to be told
  ]);
  assert.equal((await bench.kinds(1)).filter((kind) => kind === "notice.given-up").length, 1);
});

test("what follows stays behind what has not arrived, in its own incident and nowhere else", async (t) => {
  const [port, receiver] = [await closedPort(), await startReceiver()];
  t.after(receiver.close);
  const bench = await outboxBench(t, noticeSite({ channels: [mailBy(port)], steps: byMail }));
  await openIncident(bench);
  await until(
    "the first attempt failed",
    async () => (await bench.deliveries(1))["1/opened/0s/mail/yamada"]?.lastError !== null,
  );
  await changeIncident(bench, 1, { kind: "resolved", given: { state: "resolved", resolvedBy: "auto" } });
  const relay = await startRelay({}, port);
  t.after(relay.close);
  await openIncident(bench);
  await until("all three arrived", () => relay.mails.length === 3, 30_000);
  const order = relay.mails.map(({ mail }) => mail.headers.find(({ key }) => key === "x-koboshi-incident")?.value);
  assert.deepEqual(order, ["2", "1", "1"]);
  assert.match(relay.mails[1]?.mail.subject ?? "", /^■障害/);
  assert.match(relay.mails[2]?.mail.subject ?? "", /^●/);
});
