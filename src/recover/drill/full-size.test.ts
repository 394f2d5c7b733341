import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "../../../test/doubles/recover-drill-random.ts";
import { sampleOf } from "./full-size.ts";
import type { SampleTaken } from "./ports.ts";

const phase = (name: "provision" | "fetch" | "load", seconds: number) =>
  ({ phase: name, seconds, bytes: 0, files: 0, manualSteps: 0 }) as const;

/** 25 units of 1 s and 1 s more for each 100 bytes. */
function taken(wholeFiles: SampleTaken["wholeFiles"]): SampleTaken {
  const units = Array.from({ length: 25 }, (_, at) => ({ seconds: 1 + (at % 5), bytes: (at % 5) * 100, files: 1 }));
  const amounts = { taken: { bytes: 5_000, files: 25 }, whole: { bytes: 20_000, files: 100 } };
  return { ...amounts, allBecause: wholeFiles === null ? "small" : null, units, wholeFiles };
}

test("files are extrapolated by their units, bytes and names; what is not drawn takes as long as it took", () => {
  const phases = [phase("provision", 10), phase("fetch", 75), phase("load", 30)];
  const whole = { units: 100, bytes: 20_000, files: 100 };
  const { full } = sampleOf(taken(whole), phases, seeded(1));
  assert.ok(full !== null && !full.isExtrapolated);
  // 40 s beside the files, 100 units of 1 s, 200 s of bytes
  assert.ok(Math.abs(full.p50 - 340) < 1, String(full.p50));
  assert.ok(full.p10 <= full.p50 && full.p50 <= full.p90 && full.p90 < 400);
});

test("more than ten times what was measured doubles the range of the files alone", () => {
  const phases = [phase("provision", 40), phase("fetch", 75)];
  const { full } = sampleOf(taken({ units: 100, bytes: 200_000, files: 100 }), phases, seeded(1));
  assert.ok(full?.isExtrapolated === true);
  assert.ok(Math.abs(full.p90 - 40 - 2 * (full.p50 - 40)) < 1e-6);
});

test("where all was taken nothing is foretold", () => {
  assert.equal(sampleOf(taken(null), [phase("fetch", 75)], seeded(1)).full, null);
});
