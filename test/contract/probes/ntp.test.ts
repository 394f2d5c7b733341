import assert from "node:assert/strict";
import dgram from "node:dgram";
import { test, type TestContext } from "node:test";
import { startChrony, type TimeServer } from "../../doubles/time-server.ts";
import { freePort } from "./listeners.ts";
import { look, said } from "./run-probe.ts";
import { assertResult, inTime } from "./suite.ts";

async function started(t: TestContext, starting: Promise<TimeServer>): Promise<string> {
  const server = await starting;
  t.after(() => server.stop());
  return `127.0.0.1:${server.port}`;
}

/** A time server of this process: `answer` fills in what the query left open. */
async function odd(t: TestContext, answer: (reply: Buffer, query: Buffer) => Buffer): Promise<string> {
  const socket = dgram.createSocket("udp4");
  const port = await freePort();
  await new Promise<void>((resolve) => socket.bind(port, "127.0.0.1", resolve));
  socket.on("message", (query, from) => {
    const reply = Buffer.alloc(48);
    reply[0] = 0x24;
    query.copy(reply, 24, 40, 48);
    socket.send(answer(reply, query), from.port, from.address);
  });
  t.after(() => socket.close());
  return `127.0.0.1:${port}`;
}

test("a real chronyd agrees with our clock to the millisecond", async (t) => {
  const ntp = await started(t, startChrony());
  const result = await look({ ntp });
  assertResult(result);
  assert.equal(said(result), "up");
  const { theirClockMinusOursMs: offsetMs, delayMs, stratum, leap, samples } = result.facts;
  assert.ok(Math.abs(Number(offsetMs)) < 20, `${String(offsetMs)} ms`);
  assert.ok(Number(delayMs) < 100);
  assert.deepEqual([stratum, leap, samples, result.address], [5, 0, 1, ntp]);
});

test("one that is three hours off is a warning, with the number and between which clocks it lies", async (t) => {
  const ntp = await started(t, startChrony({ offset: "-3h" }));
  const result = await look({ ntp });
  assertResult(result);
  assert.equal(said(result), "degraded content clock-offset");
  assert.ok(
    Math.abs(Number(result.facts["theirClockMinusOursMs"]) + 10_800_000) < 1_000,
    String(result.facts["theirClockMinusOursMs"]),
  );
  assert.match(result.error?.text ?? "", /^their clock is 10\d+(?:\.\d+)? ms behind ours/);
  assert.equal(said(await look({ ntp, warn: "4h" })), "up");
});

test("one that follows nothing says so, and that is a warning", async (t) => {
  const ntp = await started(t, startChrony({ stratum: null }));
  const result = await look({ ntp });
  assertResult(result);
  assert.equal(said(result), "degraded application unsynchronised");
});

test("an answer whose own uncertainty could change the verdict is asked for again, and the quickest counts", async (t) => {
  let count = 0;
  const ntp = await odd(t, (reply) => {
    count += 1;
    reply[1] = 2;
    const seconds = Date.now() / 1_000 + 2_208_988_800 + 0.2;
    for (const at of [32, 40]) {
      reply.writeUInt32BE(Math.floor(seconds), at);
      reply.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4);
    }
    // the first answer was long on its way
    if (count === 1) for (const until = Date.now() + 300; Date.now() < until;);
    return reply;
  });
  const result = await look({ ntp, warn: "150ms" }, { timeoutMs: 5_000 });
  assertResult(result);
  assert.equal(result.facts["samples"], 2);
  assert.equal(said(result), "degraded content clock-offset");
  assert.ok(
    Math.abs(Number(result.facts["theirClockMinusOursMs"]) - 200) < 20,
    String(result.facts["theirClockMinusOursMs"]),
  );
});

test("a refusal is told by its word; being asked too often says nothing of the target", async (t) => {
  const kissing = (word: string) =>
    odd(t, (reply) => {
      reply[0] = 0xe4;
      reply.write(word, 12, "latin1");
      return reply;
    });
  const denied = await look({ ntp: await kissing("DENY") });
  assertResult(denied);
  assert.equal(said(denied), "down application query-refused");
  assert.equal(denied.facts["referenceId"], "DENY");
  assert.equal(said(await look({ ntp: await kissing("RATE") })), "unknown application rate-limited");
  assert.equal(said(await look({ ntp: await kissing("INIT") })), "degraded application unsynchronised");
});

test("silence, a closed port, nonsense and forgeries", async (t) => {
  const silent = await odd(t, () => Buffer.alloc(0));
  const nothing = dgram.createSocket("udp4");
  const port = await freePort();
  await new Promise<void>((resolve) => nothing.bind(port, "127.0.0.1", resolve));
  t.after(() => nothing.close());
  assert.equal(said(await inTime(300, look({ ntp: `127.0.0.1:${port}` }, { timeoutMs: 300 }))), "down connect timeout");
  assert.equal(said(await look({ ntp: `127.0.0.1:${await freePort()}` })), "down connect refused");
  assert.equal(said(await look({ ntp: silent }, { timeoutMs: 300 })), "down protocol not-ntp");
  const forged = await odd(t, (reply) => {
    reply.fill(0, 24, 32);
    return reply;
  });
  assert.equal(said(await look({ ntp: forged }, { timeoutMs: 300 })), "down connect timeout", "not our question");
  const mirror = await odd(t, (reply) => {
    reply[0] = 0x23;
    return reply;
  });
  assert.equal(said(await look({ ntp: mirror })), "down protocol not-ntp");
});
