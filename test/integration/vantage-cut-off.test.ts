import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startHalfOpenProxy } from "../doubles/half-open-proxy.ts";
import { listening, tcpCheck, until, withBench, type VantageBench } from "../doubles/vantage-bench.ts";

/** Observations are made once a second; each has its own monotonic moment, so a double would show as two in one moment. */
function gapsMs(bench: VantageBench): number[] {
  const moments = bench
    .seen()
    .map(({ monotonicMs }) => monotonicMs)
    .sort((a, b) => a - b);
  return moments.slice(1).map((ms, index) => ms - (moments[index] ?? 0));
}

function buffered(folder: string): number {
  const buffer = path.join(folder, "buffer");
  const files = fs
    .readdirSync(buffer, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ndjson"));
  return files
    .map((name) => fs.readFileSync(path.join(buffer, name), "utf8").split("\n").length - 1)
    .reduce((sum, lines) => sum + lines, 0);
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
      await until("a buffer of six", () => buffered(first.folder) >= before + 6);
      await first.kill();
      const accepted = buffered(first.folder);
      const second = bench.startVantage({ hubUrl, token: null });
      await until("it looks on without the hub", () => buffered(first.folder) >= accepted + 3);
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
      assert.ok(
        Math.min(...gapsMs(bench)) > 100,
        `two readings ${Math.min(...gapsMs(bench))} ms apart: one came twice`,
      );
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
      bench.startVantage({ hubUrl: `http://127.0.0.1:${proxy.port}` });
      await until("readings", () => bench.seen().length >= 2);
      proxy.loseAnswers();
      const before = bench.seen().length;
      await until("a report came through whose answer does not", () => bench.seen().length > before);
      proxy.heal();
      const heard = bench.seen().length;
      await until("readings go on", () => bench.seen().length >= heard + 12, 60_000);
      assert.ok(Math.min(...gapsMs(bench)) > 100);
      assert.ok(Math.max(...gapsMs(bench)) < 1_900, `a gap of ${Math.max(...gapsMs(bench))} ms: one was lost`);
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
    // one line a reading, each on disk before it is sent; the last may not have been sent yet
    const onDisk = buffered(last.folder);
    assert.ok(
      onDisk - bench.seen().length <= 1 && onDisk >= bench.seen().length,
      `${onDisk} on disk, ${bench.seen().length} arrived`,
    );
    const moments = new Set(bench.seen().map(({ monotonicMs }) => Math.round(monotonicMs / 20)));
    assert.ok(moments.size >= bench.seen().length - 1);
    t.diagnostic(`${bench.seen().length} readings over 10 kills`);
    await shop.close();
  }));
