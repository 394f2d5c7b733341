import assert from "node:assert/strict";
import { test } from "node:test";
import type { RestoreJob } from "./job.ts";
import { scheduleOf, waitingCost } from "./schedule.ts";
import { restoreOrder } from "./service-order.ts";

/** Numbers that are the same in every run. Source: Numerical Recipes, linear congruential generator. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

function instance(random: () => number, size: number): readonly RestoreJob[] {
  const weights = [30, 10, 3, 1, 0];
  return Array.from({ length: size }, (_, index) => ({
    key: `s${index}`,
    fetchSeconds: Math.exp(random() * 7),
    loadSeconds: random() < 0.5 ? 0 : Math.exp(random() * 6),
    weight: weights[Math.floor(random() * weights.length)] ?? 0,
    needs: Array.from({ length: index }, (__, need) => `s${need}`).filter(() => random() < 0.25),
  }));
}

function optimum(jobs: readonly RestoreJob[]): number {
  let best = Number.POSITIVE_INFINITY;
  const visit = (order: readonly RestoreJob[], left: readonly RestoreJob[]): void => {
    if (left.length === 0) best = Math.min(best, waitingCost(order));
    for (const next of left) {
      const rest = left.filter((other) => other !== next);
      if (!rest.some(({ key }) => next.needs.includes(key))) visit([...order, next], rest);
    }
  };
  visit([], jobs);
  return best;
}

function job(key: string, change: Partial<RestoreJob> = {}): RestoreJob {
  return { key, fetchSeconds: 60, loadSeconds: 0, weight: 3, needs: [], ...change };
}

const keysOf = (jobs: readonly RestoreJob[]): readonly string[] => jobs.map(({ key }) => key);

test("on six services the order costs at most one percent more than the best there is", () => {
  const random = seeded(20_261_122);
  const ratios = Array.from({ length: 150 }, (_, index) => {
    const jobs = instance(random, 2 + (index % 5));
    const best = optimum(jobs);
    return best === 0 ? 1 : restoreOrder(jobs).cost / best;
  });
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  assert.ok(mean <= 1.01, `mean ${mean}`);
  assert.ok(Math.max(...ratios) < 1.2, `worst ${Math.max(...ratios)}`);
});

test("what is needed always comes before what needs it", () => {
  const random = seeded(7);
  for (let round = 0; round < 50; round++) {
    const jobs = instance(random, 9);
    const keys = keysOf(restoreOrder(jobs).order);
    assert.equal(new Set(keys).size, 9);
    for (const { key, needs } of jobs)
      for (const need of needs) assert.ok(keys.indexOf(need) < keys.indexOf(key), `${need} before ${key}`);
  }
});

test("a small unimportant database goes first when an important shop needs it", () => {
  const jobs = [
    job("mail", { weight: 10, fetchSeconds: 900 }),
    job("shop", { weight: 30, needs: ["db"] }),
    job("db", { weight: 0 }),
  ];
  assert.deepEqual(keysOf(restoreOrder(jobs).order), ["db", "shop", "mail"]);
});

test("must comes first whatever it costs, and the price is told", () => {
  const jobs = [job("archive", { fetchSeconds: 3_600, weight: 1, must: true }), job("shop", { weight: 30 })];
  const { order, mustCostsRatio } = restoreOrder(jobs);
  assert.deepEqual(keysOf(order), ["archive", "shop"]);
  assert.ok(mustCostsRatio > 10);
  assert.equal(restoreOrder([job("shop")]).mustCostsRatio, 0);
});

test("services that need each other in a circle are restored all the same", () => {
  const jobs = [job("a", { needs: ["b"] }), job("b", { needs: ["a"] }), job("c", { needs: ["not restored"] })];
  assert.deepEqual([...keysOf(restoreOrder(jobs).order)].toSorted(), ["a", "b", "c"]);
});

test("a load runs beside the next fetch, one at a time on one disk", () => {
  const order = [job("db", { loadSeconds: 100 }), job("files"), job("db2", { loadSeconds: 100 })];
  assert.deepEqual(
    scheduleOf(order).map(({ doneAt }) => doneAt),
    [160, 160, 280],
  );
  assert.deepEqual(
    scheduleOf([job("a", { fetchSeconds: 10, loadSeconds: 100 }), job("b", { fetchSeconds: 10, loadSeconds: 100 })], {
      loads: 2,
    }).map(({ doneAt }) => doneAt),
    [110, 120],
  );
});

test("two hundred services are ordered in a moment", () => {
  const jobs = instance(seeded(3), 200);
  const from = process.hrtime.bigint();
  restoreOrder(jobs);
  assert.ok(Number(process.hrtime.bigint() - from) / 1e6 < 5_000);
});
