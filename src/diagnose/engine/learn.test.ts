import assert from "node:assert/strict";
import { test } from "node:test";
import { specifiedCatalogue } from "../../../test/doubles/diagnosis-catalogue.ts";
import { seenAs } from "../../../test/doubles/diagnosis-seen.ts";
import { town } from "../../../test/doubles/diagnosis-town.ts";
import type { ConfirmedCase } from "../../kernel/model/diagnosis.ts";
import { createEngine } from "./engine.ts";
import { addHealthyDay, habitsOf, lessonsOf } from "./learn.ts";

const catalogue = specifiedCatalogue();
const from = { catalogue, graph: town };
const day = 24 * 3_600_000;
const now = { atMs: 1_000 * day, monotonicMs: 0, bootId: "b" };

function confirmed(
  id: string,
  sightings: readonly string[],
  { daysAgo = 0, trust = 1 }: { daysAgo?: number; trust?: number } = {},
): ConfirmedCase {
  return {
    incidentId: 1,
    cause: { id, component: "host:web1" },
    seen: sightings.map((sighting) => seenAs(sighting)),
    at: { atMs: now.atMs - daysAgo * day, monotonicMs: 0, bootId: "earlier" },
    actor: { kind: "person", name: "aiko" } as unknown as ConfirmedCase["actor"],
    trust,
    note: "",
  };
}

test("three full disks out of three said no space: .80 becomes .855", () => {
  const lessons = lessonsOf(
    [1, 2, 3].map(() => confirmed("disk-full", ["ml.log service:mail nospace"])),
    now,
    from,
  );
  const counts = lessons.states("disk-full", "ml.log", "dependents");
  assert.ok(counts !== null);
  assert.equal(((8 * 0.8 + (counts["nospace"] ?? 0)) / (8 + (counts["nospace"] ?? 0))).toFixed(2), "0.85");
  assert.equal(lessons.cases("disk-full"), 3);
  assert.equal(lessons.total, 3);
});

test("after two years a case counts half, and a concluded one half of a told one", () => {
  assert.equal(
    lessonsOf([confirmed("disk-full", [], { daysAgo: 730.5 })], now)
      .cases("disk-full")
      .toFixed(3),
    "0.500",
  );
  assert.equal(lessonsOf([confirmed("disk-full", [], { trust: 0.5 })], now).cases("disk-full"), 0.5);
});

test("a state that chance explains as well teaches little, and what the catalogue does not connect teaches nothing", () => {
  const lessons = lessonsOf([confirmed("disk-full", ["hs.unit host:web1 some", "hs.clk host:web1 bad"])], now, from);
  const counts = lessons.states("disk-full", "hs.unit", "own");
  assert.ok((counts?.["some"] ?? 0) < 0.94);
  assert.equal(lessons.states("disk-full", "hs.clk", "own"), null);
});

test("lessons shift the ranking, and without the cases it is as before", () => {
  const seen = [seenAs("vp.mail service:mail refused va"), seenAs("hs.proc service:mail dead")];
  const probability = (cases: readonly ConfirmedCase[]): number =>
    createEngine(catalogue, town, { lessons: lessonsOf(cases, now, from) })
      .judge(seen)
      .causes.find(({ cause }) => cause.id === "disk-full")?.probability ?? 0;
  const cases = Array.from({ length: 12 }, () => confirmed("disk-full", ["hs.proc service:mail dead"]));
  assert.ok(probability(cases) > 1.5 * probability([]));
  assert.equal(
    probability([]),
    createEngine(catalogue, town)
      .judge(seen)
      .causes.find(({ cause }) => cause.id === "disk-full")?.probability ?? 0,
  );
});

test("a disk that is always at 92 % stops telling anything", () => {
  const key = { evidence: "hs.disk", target: "host:web1" } as const;
  let days = {};
  for (let count = 0; count < 30; count += 1) days = addHealthyDay(days, key, { high: 288 });
  const habits = habitsOf(days, catalogue);
  const leak = habits.leak("hs.disk", "host:web1");
  assert.ok((leak?.[0] ?? 0) > 0.95);
  assert.equal(habits.leak("hs.disk", "host:web2"), null);
  const engine = createEngine(catalogue, town, { habits });
  const judgement = engine.judge([seenAs("hs.disk host:web1 high")]);
  assert.deepEqual(judgement.unexplained, []);
  assert.ok((judgement.causes.find(({ cause }) => cause.id === "disk-full")?.probability ?? 1) < 0.06);
});

test("a part that changes ten times a day makes a change no evidence", () => {
  const calm = habitsOf({}, catalogue, new Map([["service:web", 0.001]]));
  const busy = habitsOf({}, catalogue, new Map([["service:web", 1]]));
  const seen = [seenAs("ch.conf service:web yes"), seenAs("vp.http service:web c500 va")];
  const blame = (habits: typeof calm): number =>
    createEngine(catalogue, town, { habits })
      .judge(seen)
      .causes.find(({ cause }) => cause.id === "config-change-error" && cause.component === "service:web")
      ?.probability ?? 0;
  assert.ok(blame(calm) > 2 * blame(busy));
});
