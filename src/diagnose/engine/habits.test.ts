import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { specifiedCatalogue } from "../../../test/doubles/diagnosis-catalogue.ts";
import { seenAs } from "../../../test/doubles/diagnosis-seen.ts";
import { town } from "../../../test/doubles/diagnosis-town.ts";
import type { Habit, HabitDay } from "../../kernel/model/learned.ts";
import { createEngine } from "./engine.ts";
import { addFrame, daysKept, habitsOf, healthyLeak } from "./habits.ts";

const catalogue = specifiedCatalogue();
const today = 1_000;
const disk = catalogue.evidence.get("hs.disk");
assert.ok(disk !== undefined);

/** Days that ended before today, the last one yesterday, each with these frames. */
function days(count: number, states: Readonly<Record<string, number>>): readonly HabitDay[] {
  return Array.from({ length: count }, (_, nth) => ({ day: today - count + nth, states }));
}

function habit(change: Partial<Habit> & Pick<Habit, "evidence" | "days">): Habit {
  return { target: "host:web1", vantage: null, withdrawn: false, ...change };
}

const always92 = habit({ evidence: "hs.disk", days: days(14, { high: 288 }) });

test("a disk that is always at 92 % stops telling anything, and one that is full still does", () => {
  const engine = createEngine(catalogue, town, { habits: habitsOf([always92], { catalogue, today }) });
  const blame = (state: string): number =>
    engine
      .judge([seenAs(`hs.disk host:web1 ${state}`), seenAs("vp.http service:web c500 va")])
      .causes.find(({ cause }) => cause.id === "disk-full")?.probability ?? 0;
  assert.deepEqual(engine.judge([seenAs("hs.disk host:web1 high")]).unexplained, []);
  assert.ok(blame("high") < 0.15, String(blame("high")));
  assert.ok(blame("full") > 0.5, String(blame("full")));
});

test("what turned so within this very window is no habit, however often it was so before", () => {
  const busy = habit({ evidence: "hs.cpu", days: days(14, { sat: 288 }) });
  const engine = createEngine(catalogue, town, { habits: habitsOf([busy], { catalogue, today }) });
  const blame = (changedAtMs: number | null): number =>
    engine
      .judge([{ ...seenAs("hs.cpu host:web1 sat"), changedAtMs }, seenAs("vp.http service:web slow va")])
      .causes.filter(({ cause }) => cause.component === "host:web1")
      .reduce((sum, { probability }) => sum + probability, 0);
  const [fresh, chronic] = [blame(seenAs("hs.cpu host:web1 sat").at.atMs - 60_000), blame(null)];
  assert.ok(fresh > 1.5 * chronic, `${fresh} ${chronic}`);
});

test("another machine, and another vantage of the same one, are as the catalogue says", () => {
  const seenFrom = habit({ evidence: "vp.http", target: "service:web", vantage: "va", days: days(14, { slow: 288 }) });
  const habits = habitsOf([always92, seenFrom], { catalogue, today });
  assert.equal(habits.leak("hs.disk", { target: "host:web2", vantage: null }), null);
  assert.ok((habits.leak("vp.http", { target: "service:web", vantage: "va" })?.[0] ?? 0) > 0.95);
  assert.equal(habits.leak("vp.http", { target: "service:web", vantage: "vb" }), null);
});

test("two odd days are no habit, and today does not count", () => {
  assert.equal(healthyLeak(days(2, { high: 288 }), disk, today), null);
  assert.equal(healthyLeak([...days(2, { high: 288 }), { day: today, states: { high: 200 } }], disk, today), null);
  const oneBadDay = [...days(7, { ok: 288 }).slice(0, 6), { day: today - 1, states: { high: 288 } }];
  assert.equal(healthyLeak(oneBadDay, disk, today)?.isChronic, false);
});

test("a fifth of the last week is chronic, and its own rate stands for the catalogue's", () => {
  const week = days(7, { ok: 216, high: 72 });
  const healthy = healthyLeak(week, disk, today);
  assert.equal(healthy?.isChronic, true);
  assert.equal(healthy?.leak[0]?.toFixed(2), "0.25");
  assert.equal(healthy?.leak[1], disk.leak[1], "how full it never was is as rare as before");
});

test("twenty frames of the catalogue and twenty of each day: .08 becomes .11 where one in eight was so for three days", () => {
  assert.equal(healthyLeak(days(3, { ok: 252, high: 36 }), disk, today)?.leak[0]?.toFixed(5), "0.11375");
});

test("that nothing was found makes nothing more telling than the catalogue says", () => {
  assert.deepEqual(healthyLeak(days(28, { ok: 288 }), disk, today)?.leak, disk.leak);
});

test("one that was taken back changes nothing", () => {
  const habits = habitsOf([{ ...always92, withdrawn: true }], { catalogue, today });
  assert.equal(habits.leak("hs.disk", { target: "host:web1", vantage: null }), null);
});

test("frames add up by day, and no more than four weeks are kept, whatever the clock does", () => {
  assert.deepEqual(addFrame(addFrame([], 5, "ok"), 5, "high"), [{ day: 5, states: { ok: 1, high: 1 } }]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 200 }), (moments) => {
      let known: readonly HabitDay[] = [];
      for (const day of moments) known = addFrame(known, day, "ok");
      assert.ok(known.length <= daysKept);
      assert.deepEqual(
        known.map(({ day }) => day),
        [...new Set(known.map(({ day }) => day))].toSorted((a, b) => a - b),
      );
      if (moments.length > 0) assert.ok(known.some(({ day }) => day === moments.at(-1)));
    }),
  );
});

test("a part that changes ten times a day makes a change no evidence", () => {
  const [calm, busy] = [0.001, 1].map((rate) =>
    habitsOf([], { catalogue, today, changesPerHour: new Map([["service:web", rate]]) }),
  );
  assert.ok(calm !== undefined && busy !== undefined);
  const seen = [seenAs("ch.conf service:web yes"), seenAs("vp.http service:web c500 va")];
  const blame = (habits: typeof calm): number =>
    createEngine(catalogue, town, { habits })
      .judge(seen)
      .causes.find(({ cause }) => cause.id === "config-change-error" && cause.component === "service:web")
      ?.probability ?? 0;
  assert.ok(blame(calm) > 2 * blame(busy));
});
