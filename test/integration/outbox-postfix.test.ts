import assert from "node:assert/strict";
import { test } from "node:test";
import type { Email } from "postal-mime";
import { later, stampNow } from "../../src/kernel/clock.ts";
import { checkAckToken } from "../../src/respond/ack-tokens.ts";
import { startMailboxPostfix } from "../doubles/mailbox-postfix.ts";
import { changeIncident, mailBy, noticeSite, openIncident, step } from "../doubles/notice-site.ts";
import { outboxBench, until } from "./outbox-bench.ts";

const port = 24_625;
const steps = [step({ tell: "yamada", by: ["mail"] }), step({ tell: "sato", by: ["mail"] })];

function assertOneThread([first, ...rest]: readonly Email[]): void {
  assert.equal(first?.inReplyTo, undefined);
  for (const mail of rest) assert.deepEqual([mail.inReplyTo, mail.references], [first?.messageId, first?.messageId]);
}

test("an outage arrives in real mailboxes, in each one's language, as one thread per person", async (t) => {
  const postfix = await startMailboxPostfix(port);
  t.after(postfix.stop);
  const bench = await outboxBench(t, noticeSite({ channels: [mailBy(port)], steps }));
  const { id } = await openIncident(bench);
  const now = stampNow(bench.clock);
  const taken = { acknowledgedAt: now, acknowledgedBy: "yamada", assignedTo: "yamada" };
  await bench.outbox.drain();
  await changeIncident(bench, id, { kind: "acknowledged", given: taken, by: "yamada" });
  await bench.outbox.drain();
  const end = { state: "resolved", resolvedAt: later(now, 60_000), resolvedBy: "auto" } as const;
  await changeIncident(bench, id, { kind: "resolved", given: end });
  await until("all were delivered", async () => (await postfix.mailbox("yamada")).length === 2, 30_000);
  await until("all were delivered", async () => (await postfix.mailbox("sato")).length === 3, 30_000);

  const [yamada, sato] = await Promise.all([postfix.mailbox("yamada"), postfix.mailbox("sato")]);
  assert.deepEqual(
    yamada.map(({ mail }) => mail.subject?.split(/[ (]/)[0]),
    ["■障害", "●復旧"], // who took it is not told that they did
  );
  assert.deepEqual(
    sato.map(({ mail }) => mail.subject?.split(" ")[0]),
    ["■DOWN", "■TAKEN", "●RESOLVED"],
  );
  for (const mails of [yamada, sato]) assertOneThread(mails.map(({ mail }) => mail));
  const ids = [...yamada, ...sato].map(({ mail }) => mail.messageId);
  assert.equal(new Set(ids).size, 5);
  const [first = "", english = ""] = [yamada, sato].map(([got]) => got?.mail.text);
  assert.match(first, /ネットショップが止まっています。\d+:\d\d から 3分。/);
  assert.match(first, /koboshi につながらないとき:\n +sakura-vps 06-0000-0000\(契約 abc12345\)/);
  assert.match(english, /If nobody does: there is nobody else to tell/);
  assert.match(sato[0]?.raw ?? "", /^Received:.*\n?.*(?:TLS|ESMTPS)/m);
});

test("each one's link is their own, good until the incident ends", async (t) => {
  const postfix = await startMailboxPostfix(port);
  t.after(postfix.stop);
  const bench = await outboxBench(t, noticeSite({ channels: [mailBy(port)], steps }));
  const { id } = await openIncident(bench);
  await until("both have mail", async () => {
    const boxes = await Promise.all([postfix.mailbox("yamada"), postfix.mailbox("sato")]);
    return boxes.every((box) => box.length === 1);
  });
  for (const person of ["yamada", "sato"]) {
    const [got] = await postfix.mailbox(person);
    const token = /\/i\/1\/ack\?k=([\w-]{22})\n/.exec(got?.mail.text ?? "")?.[1] ?? "";
    assert.deepEqual(await checkAckToken(bench, token), { ok: true, value: { incidentId: id, person } });
    assert.ok(got?.mail.html?.includes(`<a href="https://koboshi.example.jp/i/1/ack?k=${token}">`));
  }
});

test("without a relay the machine's own sendmail takes it", async (t) => {
  const postfix = await startMailboxPostfix(port);
  t.after(postfix.stop);
  process.env["MAIL_CONFIG"] = postfix.config;
  t.after(() => delete process.env["MAIL_CONFIG"]);
  const bench = await outboxBench(t, noticeSite({ channels: [mailBy(0, { smtp: null })], steps: steps.slice(0, 1) }));
  await openIncident(bench);
  await until("it was delivered", async () => (await postfix.mailbox("yamada")).length === 1);
  const [got] = await postfix.mailbox("yamada");
  assert.match(got?.mail.subject ?? "", /^■障害 ネットショップが止まっています/);
  assert.match(got?.raw ?? "", /^Return-Path: <koboshi@example\.jp>$/m);
});
