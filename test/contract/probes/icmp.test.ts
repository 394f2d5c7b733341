import assert from "node:assert/strict";
import { test } from "node:test";
import { look, said } from "./run-probe.ts";
import { assertResult, inTime } from "./suite.ts";

test("this machine answers ping, by name and in both families", async () => {
  for (const host of ["127.0.0.1", "::1", "localhost"]) {
    const result = await look({ icmp: host });
    assertResult(result);
    assert.equal(said(result), "up", host);
    assert.deepEqual([result.facts["sent"], result.facts["received"], result.facts["lossRatio"]], [3, 3, 0]);
    assert.ok(Number(result.facts["roundTripMeanMs"]) < 50);
  }
});

test("more echoes than the time allows are not held against the host", async () => {
  const result = await inTime(800, look({ icmp: "127.0.0.1", count: 20 }, { timeoutMs: 800 }));
  assert.equal(said(result), "up");
  assert.ok(Number(result.facts["sent"]) < 20 && Number(result.facts["sent"]) > 1);
});

test("a slow round trip is a warning", async () => {
  assert.equal(said(await look({ icmp: "127.0.0.1", count: 1, expect: { within: "0ms" } })), "degraded route slow");
});

test("where ping cannot run the outcome is unknown, and says why", async () => {
  const { PATH } = process.env;
  try {
    process.env["PATH"] = "/nonexistent";
    const result = await look({ icmp: "127.0.0.1" });
    assertResult(result);
    assert.equal(said(result), "unknown route no-ping");
    assert.match(result.error?.text ?? "", /ENOENT/);
  } finally {
    process.env["PATH"] = PATH;
  }
});

test("calling it off ends ping at once", async () => {
  const controller = new AbortController();
  const looking = look({ icmp: "127.0.0.1", count: 20 }, { signal: controller.signal });
  setTimeout(() => controller.abort(), 100);
  const result = await inTime(100, looking);
  assert.equal(`${result.outcome} ${result.error?.code}`, "unknown aborted");
});
