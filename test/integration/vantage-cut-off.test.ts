import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startHalfOpenProxy } from "../doubles/half-open-proxy.ts";
import { listening, tcpCheck, until, withBench, type VantageBench } from "../doubles/vantage-bench.ts";

/** The times an attempt took, to the microsecond, are its fingerprint. @returns how many readings came more than once */
function doubles(bench: VantageBench): number {
  const prints = bench.seen().map(({ timings }) => JSON.stringify(timings));
  return prints.length - new Set(prints).size;
}

/** The number of the last reading that the vantage has ever accepted. */
function lastNumber(folder: string): number {
  const buffer = path.join(folder, "buffer");
  const files = fs
    .readdirSync(buffer, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ndjson"));
  const text = fs.readFileSync(path.join(buffer, files.sort().at(-1) ?? ""), "utf8");
  // its last line may be half there: it is being written at this moment
  const whole = text.slice(0, text.lastIndexOf("\n"));
  return whole === "" ? 0 : (JSON.parse(whole.slice(whole.lastIndexOf("\n") + 1)) as { n: number }).n;
}

test("cut off without a word, killed while it buffers, cut on: everything accepted arrives once, in order, history marked", () =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("shop/tcp", shop.port)] });
    const proxy = await startHalfOpenProxy(bench.port);
    try {
      const hubUrl = `http://127.0.0.1:${proxy.port}`;
      const first = bench.startVantage({ hubUrl });
      await until("readings", () => bench.seen().length >= 3);
      proxy.goSilent();
      const before = bench.seen().length;
      await until("a buffer of six", () => lastNumber(first.folder) >= before + 6);
      await first.kill();
      const accepted = lastNumber(first.folder);
      const second = bench.startVantage({ hubUrl, token: null });
      await until("it looks on without the hub", () => lastNumber(first.folder) >= accepted + 3);
      assert.ok(bench.seen().length <= before + 1);
      proxy.heal();
      await until("all that was buffered", () => bench.seen().length >= accepted + 3, 60_000);
      await until(
        "it is fresh again",
        () => (bench.intakes.at(-1)?.fresh.length ?? 0) > 0 && bench.intakes.at(-1)?.late.length === 0,
        30_000,
      );
      await second.kill();
      const late = bench.intakes.flatMap((intake) => intake.late);
      assert.ok(late.length >= 4, `${late.length} late`);
      assert.equal(doubles(bench), 0);
      assert.ok(lastNumber(second.folder) - bench.seen().length <= 1, "one may have been on its way at the kill");
      const shown = bench.seen().map(({ monotonicMs }) => monotonicMs);
      assert.deepEqual(
        shown,
        shown.toSorted((a, b) => a - b),
        "in the order they were made",
      );
    } finally {
      await proxy.close();
      await shop.close();
    }
  }));

test("a report whose answer is lost is sent again and taken once", () =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("shop/tcp", shop.port)] });
    const proxy = await startHalfOpenProxy(bench.port);
    try {
      const vantage = bench.startVantage({ hubUrl: `http://127.0.0.1:${proxy.port}` });
      await until("readings", () => bench.seen().length >= 2);
      proxy.loseAnswers();
      const before = bench.seen().length;
      await until("a report came through whose answer does not", () => bench.seen().length > before);
      proxy.heal();
      const heard = bench.seen().length;
      await until("readings go on", () => bench.seen().length >= heard + 12, 60_000);
      await vantage.kill();
      assert.equal(doubles(bench), 0);
      assert.ok(lastNumber(vantage.folder) - bench.seen().length <= 1);
    } finally {
      await proxy.close();
      await shop.close();
    }
  }));

test("ten kills at random moments: no reading comes twice, and every one on disk arrives", (t) =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("shop/tcp", shop.port)] });
    for (let round = 0; round < 10; round++) {
      const vantage = bench.startVantage();
      const before = bench.seen().length;
      await until("a reading", () => bench.seen().length > before);
      await delay(Math.random() * 1_500);
      await vantage.kill();
    }
    const last = bench.startVantage();
    const before = bench.seen().length;
    await until("readings", () => bench.seen().length > before + 2);
    await last.kill();
    const accepted = lastNumber(last.folder);
    assert.ok(accepted - bench.seen().length <= 1, `${accepted} accepted, ${bench.seen().length} arrived`);
    assert.equal(doubles(bench), 0);
    t.diagnostic(`${bench.seen().length} readings over 10 kills`);
    await shop.close();
  }));
