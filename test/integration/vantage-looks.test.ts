import assert from "node:assert/strict";
import { test } from "node:test";
import { listening, tcpCheck, until, withBench } from "../doubles/vantage-bench.ts";

const look = (port: number, timeoutMs = 2_000) => ({
  kind: "tcp",
  spec: { tcp: { host: "127.0.0.1", port }, expect: {} },
  timeoutMs,
});

test("a vantage elsewhere is asked for a look that no check asks for, and answers within the second", () =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("shop/tcp", shop.port, { everyMs: 60_000 })] });
    assert.equal(await bench.desk.look("office", look(shop.port)), null, "it never joined");
    bench.startVantage();
    await until("the first reading", () => bench.seen().length > 0);
    const askedMs = Date.now();
    const answers = await Promise.all([
      bench.desk.look("office", look(shop.port)),
      bench.desk.look("office", look(1)),
      bench.desk.look("office", { kind: "nothing", spec: {}, timeoutMs: 1_000 }),
      bench.desk.look("elsewhere", look(shop.port)),
    ]);
    assert.ok(Date.now() - askedMs < 1_500, `${Date.now() - askedMs} ms`);
    assert.deepEqual(
      answers.map((answer) => answer && [answer.outcome, answer.error?.code ?? null]),
      [["up", null], ["down", "refused"], ["unknown", "probe-not-known"], null],
    );
    assert.equal(answers[0]?.address, `127.0.0.1:${shop.port}`);
    assert.ok(
      bench.seen().every(({ checkId }) => checkId === "shop/tcp"),
      "nothing of it is an observation",
    );
    await shop.close();
  }));

test("the vantage's own list holds for such looks, too", () =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("shop/tcp", shop.port)] });
    bench.startVantage({ allow: ["203.0.113.7"] });
    await until("a reading", () => bench.seen()[0]);
    const answer = await bench.desk.look("office", look(shop.port));
    assert.deepEqual([answer?.outcome, answer?.error?.code], ["unknown", "outside-allow-list"]);
    await shop.close();
  }));

test("a vantage that is killed meanwhile is not waited for longer than the look and its way", () =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("shop/tcp", shop.port)] });
    const office = bench.startVantage();
    await until("a reading", () => bench.seen()[0]);
    await office.kill();
    const askedMs = Date.now();
    assert.equal(await bench.desk.look("office", look(shop.port, 500)), null);
    assert.ok(Date.now() - askedMs < 4_000);
    await shop.close();
  }));
