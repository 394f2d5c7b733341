import assert from "node:assert/strict";
import { test } from "node:test";
import { specifiedCatalogue } from "../../../test/doubles/diagnosis-catalogue.ts";
import { allLooks, insideBundles, town } from "../../../test/doubles/diagnosis-town.ts";
import type { BlindSpot } from "../../kernel/ports-diagnosis.ts";
import { createEngine } from "./engine.ts";

const catalogue = specifiedCatalogue();
const engine = createEngine(catalogue, town);
const looks = allLooks(catalogue);
const inside = new Set<string>([...insideBundles, "bmc"]);
const outside = looks.filter(({ evidence }) => !inside.has(catalogue.evidence.get(evidence)?.bundle ?? ""));

function nameOf({ id, component }: BlindSpot["one"]): string {
  return `${id}@${component}`;
}

function between(spots: readonly BlindSpot[], one: string, other: string): BlindSpot | undefined {
  return spots.find(
    (spot) => [nameOf(spot.one), nameOf(spot.other)].toSorted().join() === [one, other].toSorted().join(),
  );
}

/** What is only looked at from outside stays alike; the machine that can be looked into is told here. */
const isInside = ({ one, other }: BlindSpot): boolean =>
  [one, other].every(({ component }) => !/web2|host3|neighbour|other|isp|vantage/.test(component ?? ""));

test("with everything to look at few causes look alike, nearest first", () => {
  const spots = engine.blindSpots(looks).filter(isInside);
  assert.ok(spots.length < 30, String(spots.length));
  assert.deepEqual(
    spots.map(({ distance }) => distance),
    spots.map(({ distance }) => distance).toSorted((a, b) => a - b),
  );
  for (const { distance } of spots) assert.ok(distance < 1.61);
});

test("from outside alone hardware and system look alike, and the controller's record would part them", () => {
  const spots = engine.blindSpots(outside);
  assert.ok(spots.length > 60, String(spots.length));
  const spot = between(spots, "hardware-failure@host:web1", "os-hang-or-panic@host:web1");
  assert.ok(spot !== undefined && spot.distance < 0.3);
  assert.ok(spot.add?.evidence.startsWith("bm."), spot.add?.evidence);
  assert.ok((spot.add?.distance ?? 0) > spot.distance);
});

test("without a target in another segment a dead segment and a dead site look alike, until one is looked at", () => {
  const apart = "segment-device-failure@segment:seg1";
  const near = looks.filter(({ target }) => target !== "host:host3" && target !== "service:other");
  const spot = between(engine.blindSpots(near), apart, "site-power-or-disaster@place:dc1");
  assert.ok(spot !== undefined);
  assert.ok((spot.add?.distance ?? 0) > spot.distance);
  assert.equal(between(engine.blindSpots(looks), apart, "site-power-or-disaster@place:dc1"), undefined);
});
