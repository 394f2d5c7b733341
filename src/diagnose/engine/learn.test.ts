import assert from "node:assert/strict";
import { test } from "node:test";
import { specifiedCatalogue } from "../../../test/doubles/diagnosis-catalogue.ts";
import { seenAs } from "../../../test/doubles/diagnosis-seen.ts";
import { town } from "../../../test/doubles/diagnosis-town.ts";
import type { ConfirmedCase } from "../../kernel/model/diagnosis.ts";
import { createEngine } from "./engine.ts";
import { lessonsOf } from "./learn.ts";

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
