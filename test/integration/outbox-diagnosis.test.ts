import assert from "node:assert/strict";
import { test } from "node:test";
import { stampNow } from "../../src/kernel/clock.ts";
import type { Incident } from "../../src/kernel/model/incident.ts";
import { createDiagnosisNews } from "../../src/respond/diagnosis-news.ts";
import { noticeSnapshot } from "../../src/respond/incidents/snapshot.ts";
import { queueNotices, supersedeNotices } from "../../src/respond/notices.ts";
import { diskFull } from "../doubles/diagnosed.ts";
import { startRelay } from "../doubles/mail-relay.ts";
import { mailBy, noticeSite, openIncident, shopDown, step } from "../doubles/notice-site.ts";
import { outboxBench, until } from "./outbox-bench.ts";

const steps = [step({ tell: "yamada", by: ["mail"] })];

test("the first mail waits for the diagnosis and carries the cause; nothing is said twice", async (t) => {
  const relay = await startRelay();
  t.after(relay.close);
  const site = noticeSite({ channels: [mailBy(relay.port)], steps });
  const bench = await outboxBench(t, site);
  const { clock, ledger } = bench;
  const incident = await ledger.transaction(async (tx) => {
    const opened = await tx.insertIncident(shopDown(clock));
    const facts = { reads: tx, clock, site, checks: [], kind: "opened", incident: opened, by: null } as const;
    const deps = { clock, site: () => site, diagnosisWithinMs: 30_000 };
    await queueNotices(tx, deps, { incident: opened, kind: "opened", snapshot: await noticeSnapshot(facts) });
    return opened;
  });
  const tell = createDiagnosisNews({
    ledger,
    clock,
    site: () => site,
    checks: () => [],
    wake: () => bench.outbox.wake(),
  });
  const found = diskFull(clock, incident.id);
  await tell({ ...found, stoppedBecause: null });
  await bench.outbox.drain();
  assert.equal(relay.mails.length, 0, "still waiting");
  await tell({ ...found, at: stampNow(clock) });
  await until("the mail came", () => relay.mails.length === 1);
  await tell(found);
  await bench.outbox.drain();
  assert.equal(relay.mails.length, 1);
  const text = relay.mails[0]?.mail.text ?? "";
  assert.match(
    text,
    /◆ いちばん疑わしい原因\nディスクの空き容量の不足\(web1\) — ほぼ確実\(99%\)\n・web1のディスクの空き/,
  );
  assert.match(text, /◆ まずすること\n大きいものの上位20件/);
  assert.match(text, /まだしないこと: 再起動はしないでください/);
});

test("whoever was told before the diagnosis ended hears of the cause once, in the same thread", async (t) => {
  const relay = await startRelay();
  t.after(relay.close);
  const site = noticeSite({ channels: [mailBy(relay.port)], steps });
  const bench = await outboxBench(t, site);
  await openIncident(bench);
  await until("the first mail came", () => relay.mails.length === 1);
  const tell = createDiagnosisNews({ ...bench, site: () => site, checks: () => [], wake: () => bench.outbox.wake() });
  const found = diskFull(bench.clock, 1);
  const [first] = found.causes;
  assert.ok(first !== undefined);
  await tell({ ...found, causes: [{ ...first, probability: 0.6 }] });
  await bench.outbox.drain();
  assert.equal(relay.mails.length, 1, "a suspicion is no news");
  await tell(found);
  await until("the cause came", () => relay.mails.length === 2);
  await tell({ ...found, seconds: 9 });
  await bench.outbox.drain();
  assert.equal(relay.mails.length, 2);
  const mail = relay.mails[1]?.mail;
  assert.match(mail?.subject ?? "", /^■原因 ディスクの空き容量の不足/);
  assert.equal(mail?.inReplyTo, relay.mails[0]?.mail.messageId);
});

test("what turns out to be part of another incident while it waits is told once, by that one, as it is by then", async (t) => {
  const relay = await startRelay();
  t.after(relay.close);
  const site = noticeSite({ channels: [mailBy(relay.port)], steps });
  const bench = await outboxBench(t, site);
  const { clock, ledger } = bench;
  const deps = { clock, site: () => site, diagnosisWithinMs: 600 };
  await ledger.transaction(async (tx) => {
    const [first, second] = [await tx.insertIncident(shopDown(clock)), await tx.insertIncident(shopDown(clock))];
    const tell = async (incident: Incident, kind: "opened" | "updated"): Promise<void> => {
      const facts = { reads: tx, clock, site, checks: [], kind, incident, by: null } as const;
      await queueNotices(tx, deps, { incident, kind, snapshot: await noticeSnapshot(facts) });
    };
    await tell(first, "opened");
    await tell(second, "opened");
    await supersedeNotices(tx, second.id, first.id);
    await tell({ ...first, subject: "host:web1" }, "updated");
  });
  await until("the mail came", () => relay.mails.length > 0);
  await bench.outbox.drain();
  assert.equal(relay.mails.length, 1);
  assert.match(relay.mails[0]?.mail.subject ?? "", /web1/);
  assert.deepEqual(
    (await ledger.read.deliveriesOf(2)).map(({ state }) => state),
    ["superseded"],
  );
  const told = (await ledger.read.timeline(2)).map(({ kind, data }) => [kind, data["mergedInto"]]);
  assert.deepEqual(told.at(-1), ["notice.superseded", 1]);
});

test("two that begin together are not told before their time, though one is explained already", async (t) => {
  const relay = await startRelay();
  t.after(relay.close);
  const site = noticeSite({ channels: [mailBy(relay.port)], steps });
  const bench = await outboxBench(t, site);
  const { clock, ledger } = bench;
  const deps = { clock, site: () => site, diagnosisWithinMs: 30_000 };
  const [first, second] = await ledger.transaction(async (tx) => {
    const both = [await tx.insertIncident(shopDown(clock)), await tx.insertIncident(shopDown(clock))] as const;
    for (const incident of both) {
      const facts = { reads: tx, clock, site, checks: [], kind: "opened", incident, by: null } as const;
      await queueNotices(tx, deps, { incident, kind: "opened", snapshot: await noticeSnapshot(facts) });
    }
    return both;
  });
  const tell = createDiagnosisNews({ ...bench, site: () => site, checks: () => [], wake: () => bench.outbox.wake() });
  await tell(diskFull(clock, first.id));
  await bench.outbox.drain();
  assert.equal(relay.mails.length, 0, "they may be one");
  await ledger.transaction(async (tx) => {
    await supersedeNotices(tx, second.id, first.id);
    await tx.updateIncident({
      ...second,
      state: "resolved",
      resolvedAt: stampNow(clock),
      resolvedBy: `merged:${first.id}`,
    });
  });
  await tell(diskFull(clock, first.id));
  await until("the mail came", () => relay.mails.length === 1);
  assert.match(relay.mails[0]?.mail.text ?? "", /ディスクの空き容量の不足/);
});

for (const severity of ["warning", "critical"] as const)
  test(`over while the first mail waits: a ${severity} is ${severity === "warning" ? "told to nobody" : "told all the same"}`, async (t) => {
    const relay = await startRelay();
    t.after(relay.close);
    const site = noticeSite({ channels: [mailBy(relay.port)], steps });
    const bench = await outboxBench(t, site);
    const { clock, ledger } = bench;
    const deps = { clock, site: () => site, diagnosisWithinMs: 1_500 };
    const opened = await ledger.transaction(async (tx) => {
      const incident = await tx.insertIncident({ ...shopDown(clock), severity });
      const facts = { reads: tx, clock, site, checks: [], kind: "opened", incident, by: null } as const;
      await queueNotices(tx, deps, { incident, kind: "opened", snapshot: await noticeSnapshot(facts) });
      return incident;
    });
    const tell = createDiagnosisNews({ ...bench, site: () => site, checks: () => [], wake: () => bench.outbox.wake() });
    const found = diskFull(clock, opened.id);
    await tell({ ...found, causes: [], best: { ...found.best, causes: [] } });
    await bench.outbox.drain();
    assert.equal(relay.mails.length, 0, "nothing broken is no reason to hurry");
    await ledger.transaction(async (tx) => {
      const incident: Incident = { ...opened, state: "resolved", resolvedAt: stampNow(clock), resolvedBy: "koboshi" };
      await tx.updateIncident(incident);
      const facts = { reads: tx, clock, site, checks: [], kind: "resolved", incident, by: null } as const;
      await queueNotices(tx, deps, { incident, kind: "resolved", snapshot: await noticeSnapshot(facts) });
    });
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    bench.outbox.wake();
    if (severity === "critical") await until("both mails came", () => relay.mails.length === 2);
    await bench.outbox.drain();
    assert.equal(relay.mails.length, severity === "critical" ? 2 : 0);
    const timeline = await ledger.read.timeline(opened.id);
    const over = timeline.filter(({ kind, data }) => kind === "notice.superseded" && data["over"] === true);
    assert.equal(over.length, severity === "critical" ? 0 : 1);
  });
