import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "../../../test/doubles/recover-drill-random.ts";
import { estimate, fitLine, indexWork, type UnitTime } from "./estimate.ts";

/** Units that took 0.5 s each, 10 ns a byte and 2 ms a file, give or take. */
function units(count: number, random: () => number, noise = 0.1): readonly UnitTime[] {
  return Array.from({ length: count }, () => {
    const [bytes, files] = [1e6 + random() * 2e8, Math.floor(random() * 500)];
    return { bytes, files, seconds: (0.5 + bytes * 1e-8 + files * 2e-3) * (1 + (random() - 0.5) * noise) };
  });
}
const whole = (all: readonly UnitTime[], times: number): { units: number; bytes: number; files: number } => ({
  units: all.length * times,
  bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) * times,
  files: all.reduce((sum, { files }) => sum + files, 0) * times,
});

test("the line is found although some units were held up", () => {
  const random = seeded(1);
  const measured = units(40, random).map((unit, at) => (at % 8 === 0 ? { ...unit, seconds: unit.seconds * 6 } : unit));
  const { b, c } = fitLine(measured, random);
  assert.ok(Math.abs(b - 1e-8) < 3e-9, `${b}`);
  assert.ok(Math.abs(c - 2e-3) < 1.2e-3, `${c}`);
});

test("the range holds the truth in most cases", () => {
  let held = 0;
  for (const seed of [1, 2, 3, 4]) {
    const random = seeded(seed);
    const all = units(60, random);
    const truth = all.reduce((sum, { seconds }) => sum + seconds, 0);
    const full = estimate(all.slice(0, 20), whole(all, 1), random);
    assert.ok(full !== null && !full.isExtrapolated);
    if (truth >= full.p10 * 0.97 && truth <= full.p90 * 1.03) held++;
  }
  assert.ok(held >= 3, `${held} of 4`);
});

test("one record gives one answer", () => {
  const measured = units(25, seeded(3));
  const once = (): unknown => estimate(measured, whole(measured, 4), seeded(9));
  assert.deepEqual(once(), once());
});

test("few units, or ten times the size, double the range and say so", () => {
  const random = seeded(4);
  const few = estimate(units(19, random), { units: 19, bytes: 1e9, files: 100 }, random);
  assert.ok(few?.isExtrapolated === true && Math.abs(few.p90 / few.p50 - 2) < 1e-9);
  const many = units(25, random);
  assert.equal(estimate(many, whole(many, 11), random)?.isExtrapolated, true);
  assert.equal(estimate(many, whole(many, 9), random)?.isExtrapolated, false);
});

test("nothing measured is no estimate", () => {
  assert.equal(estimate([], { units: 1, bytes: 1, files: 1 }, seeded(1)), null);
});

test("index building grows faster than its size", () => {
  assert.ok(indexWork(2e9) > 2 * indexWork(1e9));
});
