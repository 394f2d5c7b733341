import assert from "node:assert/strict";
import { test } from "node:test";
import { packetsIn, routeIn } from "../../src/observe/path/way-probes.ts";
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

test("a vantage elsewhere measures packets and the routers on the way", () =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("shop/tcp", shop.port)] });
    bench.startVantage();
    await until("a reading", () => bench.seen()[0]);
    const packets = await bench.desk.look("office", {
      kind: "way-packets",
      spec: { host: "127.0.0.1", sticky: null },
      timeoutMs: 6_000,
    });
    const { burst, address } = packetsIn(packets, 0);
    assert.deepEqual([address, burst?.sent, burst?.received], ["127.0.0.1", 5, 5]);
    const spec = { address: "127.0.0.1", port: shop.port, probesPerHop: 3 };
    const way = routeIn(await bench.desk.look("office", { kind: "way-route", spec, timeoutMs: 10_000 }));
    assert.deepEqual(way.ok && [way.value.reached, way.value.hops], [true, [["127.0.0.1"]]]);
    await shop.close();
  }));
