import assert from "node:assert/strict";
import { outcomes, layers, type ProbeResult } from "../../../src/kernel/model/observation.ts";

/** The promise of every probe: its timeout and this much. */
const graceMs = 300;

/** Makes an attempt that must end at its timeout at the latest; a bare timer beside it says how late this machine is itself. */
export async function inTime(timeoutMs: number, looking: Promise<ProbeResult>): Promise<ProbeResult> {
  let overdue = false;
  let timer: NodeJS.Timeout | undefined;
  const bare = setTimeout(() => {
    timer = setTimeout(() => {
      overdue = true;
    }, graceMs);
  }, timeoutMs);
  const result = await looking;
  clearTimeout(bare);
  clearTimeout(timer);
  assert.ok(!overdue, `${result.timings.totalMs} ms instead of ${timeoutMs} ms`);
  assertResult(result);
  return result;
}

/** What every result of every probe must be, whatever it looked at. */
export function assertResult(result: ProbeResult): void {
  const { outcome, layer, timings, facts, error } = result;
  assert.ok(outcomes.includes(outcome), `outcome ${outcome}`);
  assert.equal(layer === null, outcome === "up", "a layer is named exactly when something stopped");
  assert.equal(error === null, outcome === "up", "an error is kept exactly when something stopped");
  assert.ok(layer === null || layers.includes(layer), `layer ${layer}`);
  for (const [name, ms] of Object.entries(timings)) assert.ok(Number.isFinite(ms) && ms >= 0, `${name} ${ms}`);
  assert.ok(timings.totalMs + 0.001 >= Math.max(...Object.values(timings)), "no phase is longer than the whole");
  if (error !== null) {
    assert.match(error.code, /^[a-z]+(?:-[a-z]+)*$/);
    assert.ok(Buffer.byteLength(error.text) <= 2_048, `${Buffer.byteLength(error.text)} bytes of text`);
    assert.doesNotMatch(error.text, /[^\P{Cc}\n\t]|\p{Cs}/u, "no control characters");
  }
  assert.deepEqual(JSON.parse(JSON.stringify(result)), result, "a result travels as JSON");
  assert.ok(JSON.stringify(facts).length < 8_192, "facts stay small");
}
