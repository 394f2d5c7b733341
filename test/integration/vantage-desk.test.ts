import assert from "node:assert/strict";
import { test } from "node:test";
import { later, stampNow } from "../../src/kernel/clock.ts";
import { vantagePaths } from "../../src/observe/index.ts";
import { createKeyPair, sha256Hex, signRequest, type KeyPair } from "../../src/observe/vantage/signing.ts";
import type { ReportBody } from "../../src/observe/vantage/wire.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { resultOf } from "../doubles/scripted-probe.ts";
import { officeToken, tcpCheck, vantagesOf, withBench, type VantageBench } from "../doubles/vantage-bench.ts";

const minuteMs = 60_000;

function signed(
  keys: KeyPair,
  over: { vantage?: string; method?: string; path?: string; sequence: number; body?: unknown },
) {
  const { vantage = "office", method = "POST", path = vantagePaths.report, sequence } = over;
  const body = Buffer.from(over.body === undefined ? "" : JSON.stringify(over.body));
  const signature = signRequest(keys.privatePem, { vantage, method, path, sequence, body });
  const headers = {
    "x-koboshi-vantage": vantage,
    "x-koboshi-sequence": String(sequence),
    "x-koboshi-signature": signature,
  };
  return { method, path, headers, body };
}

function reportOf(
  bench: { wallMs: number },
  items: readonly { n: number; ageMs: number; checkId: string }[],
  over: Partial<ReportBody> = {},
): ReportBody {
  return {
    buffer: "b1",
    items: items.map(({ n, ageMs, checkId }) => ({
      n,
      ageMs,
      observation: { checkId, attempt: 1, ...resultOf("up") },
    })),
    connectivity: { state: "ok", reasons: [] },
    clock: { wallMs: bench.wallMs, roundTripMs: null },
    bufferDepth: items.length,
    dropped: 0,
    ...over,
  };
}

async function joined(bench: VantageBench): Promise<KeyPair> {
  const keys = createKeyPair();
  const answer = await bench.desk.join({ token: officeToken, publicKey: keys.publicKey });
  assert.equal(answer.ok && answer.value.vantage, "office");
  return keys;
}

function codeOf(result: { ok: true } | { ok: false; error: { code: string } }): string {
  return result.ok ? "taken" : result.error.code;
}

test("a token is good once; the same key may hear a lost answer again, another key may not", () =>
  withBench(async (bench) => {
    const keys = await joined(bench);
    const again = await bench.desk.join({ token: officeToken, publicKey: keys.publicKey });
    assert.equal(codeOf(again), "taken");
    assert.equal(codeOf(await bench.desk.join({ token: officeToken, publicKey: createKeyPair().publicKey })), "KB4001");
    const stored = await bench.ledger.read.vantage("office");
    assert.equal(stored?.publicKey, keys.publicKey);
  }));

test("wrong tokens, names and bodies are refused alike, and too many are slowed down", () =>
  withBench(async (bench) => {
    const { publicKey } = createKeyPair();
    const wrong = [
      { token: "wrong", publicKey },
      { token: officeToken, name: "here", publicKey },
      { token: officeToken, publicKey: "short" },
      { token: "", publicKey },
      { token: officeToken, publicKey, extra: 1 },
      null,
      "text",
    ];
    for (const body of wrong) {
      const answer = await bench.desk.join(body);
      assert.ok(!answer.ok && answer.error.code === "KB4001");
      assert.deepEqual(answer.error.facts, {}, "nothing says what was wrong");
    }
    for (let guess = 0; guess < 40; guess++) await bench.desk.join({ token: `guess-${guess}`, publicKey });
    assert.equal(codeOf(await bench.desk.join({ token: officeToken, publicKey })), "KB3004");
  }));

test("a token is void 15 minutes after the hub first ran with it, also across a reload; a new one lets in", () => {
  const clock = createFakeClock();
  return withBench(
    async (bench) => {
      await clock.advance(14 * minuteMs);
      await bench.configure({});
      await clock.advance(1 * minuteMs + 1);
      const { publicKey } = createKeyPair();
      assert.equal(codeOf(await bench.desk.join({ token: officeToken, publicKey })), "KB4001");
      await bench.configure({ vantages: vantagesOf({ office: "a-new-token" }) });
      assert.equal(codeOf(await bench.desk.join({ token: "a-new-token", publicKey })), "taken");
    },
    { clock },
  );
});

test("a wall clock stepped by three hours neither lengthens nor ends a token's life", () => {
  const clock = createFakeClock();
  return withBench(
    async (bench) => {
      clock.stepWall(3 * 60 * minuteMs);
      await clock.advance(14 * minuteMs);
      await joined(bench);
      await bench.configure({ vantages: vantagesOf({ office: "second" }) });
      clock.stepWall(-3 * 60 * minuteMs);
      await clock.advance(16 * minuteMs);
      const { publicKey } = createKeyPair();
      assert.equal(codeOf(await bench.desk.join({ token: "second", publicKey })), "KB4001");
    },
    { clock },
  );
});

test("forged, altered and replayed reports are refused, and nothing of them is kept", () => {
  const clock = createFakeClock();
  const checks = [tcpCheck("shop/tcp", 80)];
  return withBench(
    async (bench) => {
      const keys = await joined(bench);
      const wallMs = clock.nowMs();
      const body = reportOf({ wallMs }, [{ n: 1, ageMs: 100, checkId: "shop/tcp" }]);
      const good = signed(keys, { sequence: 10, body });
      const refused = [
        signed(createKeyPair(), { sequence: 10, body }),
        { ...good, body: Buffer.from(JSON.stringify({ ...body, dropped: 5 })) },
        { ...good, path: `${vantagePaths.report}?x` },
        { ...good, method: "GET" },
        { ...good, headers: { ...good.headers, "x-koboshi-sequence": "11" } },
        { ...good, headers: { ...good.headers, "x-koboshi-vantage": "here" } },
        { ...good, headers: { ...good.headers, "x-koboshi-signature": "AA" } },
        { ...good, headers: {} },
      ];
      for (const request of refused) assert.equal(codeOf(await bench.desk.report(request)), "KB4002");
      assert.equal(bench.seen().length, 0);
      assert.equal(codeOf(await bench.desk.report(good)), "taken");
      assert.equal(codeOf(await bench.desk.report(good)), "KB4003");
      assert.equal(codeOf(await bench.desk.report(signed(keys, { sequence: 9, body }))), "KB4003");
      assert.equal(bench.seen().length, 1);
    },
    { clock, checks },
  );
});

test("the same items under a new number are answered as taken, and brought once", () => {
  const clock = createFakeClock();
  const checks = [tcpCheck("shop/tcp", 80)];
  return withBench(
    async (bench) => {
      const keys = await joined(bench);
      const items = [1, 2, 3].map((n) => ({ n, ageMs: 1_000 - n, checkId: "shop/tcp" }));
      const wallMs = clock.nowMs();
      const first = await bench.desk.report(
        signed(keys, { sequence: 1, body: reportOf({ wallMs }, items.slice(0, 2)) }),
      );
      assert.ok(first.ok && first.value.takenUntil === 2);
      const again = await bench.desk.report(signed(keys, { sequence: 2, body: reportOf({ wallMs }, items) }));
      assert.ok(again.ok && again.value.takenUntil === 3);
      assert.equal(bench.seen().length, 3);
      const anew = await bench.desk.report(
        signed(keys, { sequence: 3, body: reportOf({ wallMs }, items, { buffer: "b2" }) }),
      );
      assert.ok(anew.ok);
      assert.equal(bench.seen().length, 6, "another run of numbers is other readings");
    },
    { clock, checks },
  );
});

test("what a vantage was not asked for, and what cannot be read, is refused and does not cost the rest", () => {
  const clock = createFakeClock();
  const checks = [tcpCheck("mine", 80), tcpCheck("other", 80, { vantages: ["here"] })];
  return withBench(
    async (bench) => {
      const keys = await joined(bench);
      const body = reportOf({ wallMs: clock.nowMs() }, [
        { n: 1, ageMs: 0, checkId: "other" },
        { n: 2, ageMs: 0, checkId: "mine" },
        { n: 3, ageMs: 0, checkId: "no-such" },
      ]);
      const spoilt = { n: 4, ageMs: 0, observation: { checkId: "mine", outcome: "splendid" } };
      const answer = await bench.desk.report(
        signed(keys, { sequence: 1, body: { ...body, items: [...body.items, spoilt] } }),
      );
      assert.ok(answer.ok);
      assert.deepEqual([answer.value.takenUntil, answer.value.refused], [4, 3]);
      assert.deepEqual(
        bench.seen().map(({ checkId }) => checkId),
        ["mine"],
      );
      const nonsense = await bench.desk.report(signed(keys, { sequence: 2, body: { hello: 1 } }));
      assert.equal(codeOf(nonsense), "KB1001");
    },
    { clock, checks },
  );
});

test("readings stand at the hub's time; older than three intervals they are history", () => {
  const clock = createFakeClock();
  const checks = [tcpCheck("shop/tcp", 80, { everyMs: 20_000 })];
  return withBench(
    async (bench) => {
      const keys = await joined(bench);
      const items = [
        { n: 1, ageMs: 3_600_000, checkId: "shop/tcp" },
        { n: 2, ageMs: 60_001, checkId: "shop/tcp" },
        { n: 3, ageMs: 59_000, checkId: "shop/tcp" },
      ];
      const threeHoursMs = 3 * 60 * minuteMs;
      const clockBody = { wallMs: clock.nowMs() - threeHoursMs - 50, roundTripMs: 100 };
      await bench.desk.report(
        signed(keys, { sequence: 1, body: reportOf({ wallMs: 0 }, items, { clock: clockBody }) }),
      );
      const [intake] = bench.intakes;
      assert.deepEqual(
        intake?.late.map(({ atMs }) => clock.nowMs() - atMs),
        [3_600_050, 60_051],
      );
      assert.deepEqual(
        intake?.fresh.map(({ monotonicMs }) => clock.monotonicMs() - monotonicMs),
        [59_050],
      );
      assert.equal(bench.desk.statuses().find(({ name }) => name === "office")?.clockOffsetMs, -threeHoursMs);
    },
    { clock, checks },
  );
});

test("a vantage is silent after 90 seconds without a word, blind when it says so, and both are written down", () => {
  const clock = createFakeClock();
  return withBench(
    async (bench) => {
      const state = (): string | undefined => bench.desk.statuses().find(({ name }) => name === "office")?.state;
      assert.deepEqual(
        bench.desk.statuses().map(({ name }) => name),
        ["here", "office"],
      );
      assert.equal(state(), "never-joined");
      const keys = await joined(bench);
      assert.equal(state(), "ok");
      await clock.advance(91_000);
      assert.equal(state(), "silent");
      const say = async (sequence: number, sight: "ok" | "blind"): Promise<void> => {
        const connectivity = { state: sight, reasons: sight === "blind" ? ["gateway-silent"] : [] };
        const body = reportOf({ wallMs: clock.nowMs() }, [], { connectivity });
        assert.equal(codeOf(await bench.desk.report(signed(keys, { sequence, body }))), "taken");
      };
      await say(1, "blind");
      assert.equal(state(), "blind");
      clock.stepWall(-3 * 60 * minuteMs);
      await clock.advance(80_000);
      assert.equal(state(), "blind");
      await clock.advance(11_000);
      assert.equal(state(), "silent", "a wall clock set back does not hide the silence");
      await say(2, "ok");
      assert.equal(state(), "ok");
      const kinds = (await bench.ledger.read.eventsAfter(0, 50)).map(({ kind, actor }) => `${kind} ${actor}`);
      assert.deepEqual(kinds, [
        "vantage.joined vantage:office",
        "vantage.blind vantage:office",
        "vantage.sighted vantage:office",
      ]);
    },
    { clock },
  );
});

test("a revoked key is refused at once, also while it waits for work, and joins again only with a new token", () => {
  const clock = createFakeClock();
  const checks = [tcpCheck("shop/tcp", 80)];
  return withBench(
    async (bench) => {
      const keys = await joined(bench);
      const work = (sequence: number, after = ""): ReturnType<typeof bench.desk.work> =>
        bench.desk.work({ ...signed(keys, { sequence, method: "GET", path: `${vantagePaths.work}?after=${after}` }) });
      const first = await work(1);
      assert.ok(first.ok);
      assert.equal(first.value.checks?.length, 1);
      const waiting = work(2, first.value.cursor);
      await clock.advance(1_000);
      assert.equal(codeOf(await bench.desk.revoke({ name: "office", actor: "person:aiko" })), "taken");
      await clock.advance(25_000);
      assert.equal(codeOf(await waiting), "KB4002");
      assert.equal(codeOf(await work(3)), "KB4002");
      assert.equal(bench.desk.statuses().find(({ name }) => name === "office")?.state, "never-joined");
      assert.equal(codeOf(await bench.desk.join({ token: officeToken, publicKey: keys.publicKey })), "KB4001");
      await bench.configure({ vantages: vantagesOf({ office: "a-new-token" }) });
      assert.equal(codeOf(await bench.desk.join({ token: "a-new-token", publicKey: keys.publicKey })), "taken");
      assert.equal(codeOf(await bench.desk.revoke({ name: "nobody", actor: "koboshi" })), "KB1002");
      const events = await bench.ledger.read.eventsAfter(0, 50);
      assert.equal(events.find(({ kind }) => kind === "vantage.revoked")?.actor, "person:aiko");
    },
    { clock, checks },
  );
});

test("work waits 25 seconds for news; a wish to look now ends the wait and is told once", () => {
  const clock = createFakeClock();
  const checks = [tcpCheck("shop/tcp", 80), tcpCheck("elsewhere", 80, { vantages: ["here"] })];
  return withBench(
    async (bench) => {
      const keys = await joined(bench);
      let sequence = 0;
      const work = async (after: string) => {
        const result = await bench.desk.work(
          signed(keys, { sequence: ++sequence, method: "GET", path: `${vantagePaths.work}?after=${after}` }),
        );
        assert.ok(result.ok);
        return result.value;
      };
      const first = await work("");
      assert.deepEqual(
        first.checks?.map(({ id }) => id),
        ["shop/tcp"],
      );
      const quiet = work(first.cursor);
      await clock.advance(25_000);
      assert.deepEqual([(await quiet).checks, (await quiet).probeNow], [null, []]);
      const asked = work(first.cursor);
      await clock.advance(5_000);
      bench.desk.probeNow(["shop/tcp", "elsewhere"]);
      const wished = await asked;
      assert.deepEqual([wished.checks, wished.probeNow], [null, ["shop/tcp"]]);
      const after = work(wished.cursor);
      await clock.advance(25_000);
      assert.deepEqual((await after).probeNow, []);
    },
    { clock, checks },
  );
});

test("a join token that was first seen before a restart keeps its time", () => {
  const clock = createFakeClock();
  return withBench(
    async (bench) => {
      const hash = sha256Hex(officeToken);
      const row = await bench.ledger.read.joinToken(hash);
      assert.deepEqual(row?.firstSeenAt, stampNow(clock));
      await clock.advance(5 * minuteMs);
      await bench.configure({});
      const again = await bench.ledger.read.joinToken(hash);
      assert.deepEqual(again?.firstSeenAt, later(stampNow(clock), -5 * minuteMs));
    },
    { clock },
  );
});
