import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Secret } from "../../src/kernel/secret.ts";
import { listening, tcpCheck, until, withBench } from "../doubles/vantage-bench.ts";

test("a vantage joins once, works, says what it sees, and comes back with its own key after a kill", () =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("shop/tcp", shop.port)] });
    assert.equal(bench.desk.statuses().find(({ name }) => name === "office")?.state, "never-joined");
    const first = bench.startVantage();
    await until("two readings", () => bench.seen().length >= 2);
    assert.ok(
      bench
        .seen()
        .every(({ checkId, vantage, outcome }) => checkId === "shop/tcp" && vantage === "office" && outcome === "up"),
    );
    const status = bench.desk.statuses().find(({ name }) => name === "office");
    assert.equal(status?.state, "ok");
    assert.ok(Math.abs(status?.clockOffsetMs ?? Infinity) < 1_000);

    const key = path.join(first.folder, "key.pem");
    assert.equal(fs.statSync(key).mode & 0o777, 0o600);
    const before = fs.readFileSync(key, "utf8");
    await first.kill();
    fs.rmSync(path.join(first.folder, "token"));
    const taken = bench.seen().length;
    bench.startVantage({ token: null });
    await until("readings after the kill", () => bench.seen().length > taken + 1);
    assert.equal(fs.readFileSync(key, "utf8"), before);
    const events = await bench.ledger.read.eventsAfter(0, 100);
    assert.equal(events.filter(({ kind }) => kind === "vantage.joined").length, 1);
    await shop.close();
  }));

test("a target that dies is seen within the second, by three attempts", () =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("shop/tcp", shop.port, { everyMs: 60_000 })] });
    bench.startVantage();
    await until("the first reading", () => bench.seen().length > 0);
    await shop.close();
    bench.desk.probeNow(["shop/tcp"]);
    await until("three contrary attempts", () => bench.seen().filter(({ outcome }) => outcome === "down").length >= 3);
    const down = bench.seen().filter(({ outcome }) => outcome === "down");
    assert.deepEqual(
      down.map(({ attempt }) => attempt),
      [1, 2, 3],
    );
    const [firstMs = 0, , lastMs = 0] = down.map(({ monotonicMs }) => monotonicMs);
    assert.ok(lastMs - firstMs > 1_800 && lastMs - firstMs < 3_500, `${lastMs - firstMs} ms`);
    assert.equal(down[0]?.error?.code, "refused");
  }));

test("new work reaches a waiting vantage at once, and what it lost is no longer reported", () =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("old", shop.port)] });
    bench.startVantage();
    await until("the old check", () => bench.seen().some(({ checkId }) => checkId === "old"));
    const changedMs = Date.now();
    await bench.configure({ checks: [tcpCheck("new", shop.port)] });
    await until("the new check", () => bench.seen().some(({ checkId }) => checkId === "new"), 10_000);
    assert.ok(Date.now() - changedMs < 5_000);
    const old = bench.seen().filter(({ checkId }) => checkId === "old").length;
    await until("more of the new one", () => bench.seen().filter(({ checkId }) => checkId === "new").length > 3);
    assert.equal(bench.seen().filter(({ checkId }) => checkId === "old").length, old);
    await shop.close();
  }));

test("a secret goes only to the vantage a check names; elsewhere the gap is said", () =>
  withBench(async (bench) => {
    const shop = await listening();
    const spec = {
      tcp: { host: "127.0.0.1", port: shop.port },
      expect: {},
      password: new Secret("s3cret-word", "a test"),
    };
    await bench.configure({
      checks: [
        tcpCheck("named", shop.port, { spec, namedVantages: ["office"] }),
        tcpCheck("unnamed", shop.port, { spec }),
      ],
    });
    const office = bench.startVantage();
    const named = await until("the named check", () => bench.seen().find(({ checkId }) => checkId === "named"));
    const unnamed = await until("the other check", () => bench.seen().find(({ checkId }) => checkId === "unnamed"));
    assert.equal(named.outcome, "up");
    assert.equal(unnamed.outcome, "unknown");
    assert.equal(unnamed.error?.code, "secret-not-shared");
    assert.deepEqual(unnamed.facts, { withheld: "secret" });
    assert.deepEqual(bench.desk.withheld(), [{ vantage: "office", checkId: "unnamed" }]);
    await office.kill();
    const files = fs
      .readdirSync(office.folder, { recursive: true, encoding: "utf8" })
      .map((name) => path.join(office.folder, name));
    const written = files
      .filter((file) => fs.statSync(file).isFile())
      .map((file) => fs.readFileSync(file, "latin1"))
      .join("");
    assert.ok(!written.includes("s3cret-word"), "the secret is never written down");
    assert.ok(!JSON.stringify(office.lines()).includes("s3cret-word"));
    await shop.close();
  }));

test("targets outside the vantage's own list are refused by the vantage, whatever the hub asks", () =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("shop/tcp", shop.port)] });
    bench.startVantage({ allow: [] });
    const refused = await until("a reading", () => bench.seen()[0]);
    assert.equal(refused.outcome, "unknown");
    assert.deepEqual(refused.error, { code: "outside-allow-list", text: "127.0.0.1" });
    await shop.close();
  }));

test("a vantage whose clock is three hours off is told apart by its offset, and its readings stand at the hub's time", () =>
  withBench(async (bench) => {
    const shop = await listening();
    await bench.configure({ checks: [tcpCheck("shop/tcp", shop.port)] });
    bench.startVantage({ wallAheadMs: -3 * 3_600_000 });
    await until("three readings", () => bench.seen().length >= 3);
    const offsetMs = bench.desk.statuses().find(({ name }) => name === "office")?.clockOffsetMs ?? 0;
    assert.ok(Math.abs(offsetMs + 3 * 3_600_000) < 2_000, `${offsetMs} ms`);
    for (const { atMs } of bench.seen()) assert.ok(Math.abs(Date.now() - atMs) < 30_000);
    assert.ok(bench.intakes.every(({ late }) => late.length === 0));
    await shop.close();
  }));

test("a second process on the same folder is refused", () =>
  withBench(async (bench) => {
    const first = bench.startVantage();
    await until("joined", () => first.lines().some(({ message }) => message === "joined the hub"));
    const second = bench.startVantage();
    assert.equal(await second.ended(), 1);
    assert.ok(second.lines().some(({ ["code"]: code }) => code === "KB2001"));
  }));
