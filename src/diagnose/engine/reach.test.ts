import assert from "node:assert/strict";
import { test } from "node:test";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Part, PartEdge, PartGraph } from "../model.ts";
import { createReach } from "./reach.ts";

function graph(parts: Readonly<Record<string, readonly PartEdge[]>>): PartGraph {
  const list = Object.entries(parts).map(([id, dependsOn]): Part => ({
    id: id as ComponentId,
    kinds: ["host"],
    dependsOn,
  }));
  return { parts: new Map(list.map((part) => [part.id, part])) };
}

const all = (to: ComponentId): PartEdge => ({ to, mode: "all" });
const weak = (to: ComponentId, beta: number): PartEdge => ({ to, mode: "soft", beta });
const member = (to: ComponentId): PartEdge => ({ to, mode: "kofn", group: "g", k: 2 });
const one = (to: ComponentId): PartEdge => ({ to, mode: "any", group: "g" });

function felt(parts: PartGraph, from: ComponentId, at: ComponentId): number {
  const reach = createReach(parts);
  return reach.effectOf(reach.indexOf(from))[reach.indexOf(at)] ?? Number.NaN;
}

test("a failure is felt by all that cannot do without it, however far", () => {
  const parts = graph({ "host:a": [], "service:b": [all("host:a")], "service:c": [all("service:b")], "host:d": [] });
  assert.deepEqual(
    (["host:a", "service:b", "service:c", "host:d"] as const).map((at) => felt(parts, "host:a", at)),
    [1, 1, 1, 0],
  );
  assert.equal(felt(parts, "service:c", "host:a"), 0);
});

test("a weak edge weakens once each time it is passed, and the strongest way counts", () => {
  const parts = graph({
    "host:a": [],
    "service:b": [weak("host:a", 0.5)],
    "service:c": [weak("service:b", 0.4), weak("host:a", 0.3)],
  });
  assert.equal(felt(parts, "host:a", "service:b"), 0.5);
  assert.equal(felt(parts, "host:a", "service:c"), 0.3);
});

test("while one of a group is left, its loss is felt as slowness; both together are felt in full", () => {
  const parts = graph({
    "host:a": [],
    "host:b": [],
    "service:c": [one("host:a"), one("host:b")],
    "service:d": [all("service:c")],
  });
  const reach = createReach(parts);
  const [a, b, d] = [reach.indexOf("host:a"), reach.indexOf("host:b"), reach.indexOf("service:d")];
  assert.equal(reach.effectOf(a)[d], 0.1);
  assert.equal(reach.effectOfBoth(a, b)?.[d], 1);
  assert.equal(reach.effectOfBoth(b, a)?.[d], 1);
});

test("what both of a group stand on takes the whole group down", () => {
  const parts = graph({
    "segment:s": [],
    "host:a": [all("segment:s")],
    "host:b": [all("segment:s")],
    "service:c": [one("host:a"), one("host:b")],
  });
  assert.equal(felt(parts, "segment:s", "service:c"), 1);
});

test("two of three must live: the first loss is spared, the second is not", () => {
  const parts = graph({
    "host:a": [],
    "host:b": [],
    "host:c": [],
    "service:d": [member("host:a"), member("host:b"), member("host:c")],
  });
  const reach = createReach(parts);
  assert.equal(reach.effectOf(0)[3], 0.1);
  assert.equal(reach.effectOfBoth(0, 1)?.[3], 1);
});

test("without groups two failures are never more than each of them", () => {
  const reach = createReach(graph({ "host:a": [], "host:b": [], "service:c": [all("host:a"), all("host:b")] }));
  assert.equal(reach.effectOfBoth(0, 1), null);
});

test("a circle of needs ends, and each in it feels the others", () => {
  const parts = graph({
    "service:a": [all("service:b")],
    "service:b": [all("service:c")],
    "service:c": [all("service:a")],
  });
  assert.equal(felt(parts, "service:a", "service:c"), 1);
  assert.equal(felt(parts, "service:c", "service:b"), 1);
});

test("an edge to a part nobody knows is no edge", () => {
  assert.equal(felt(graph({ "host:a": [all("host:gone")] }), "host:a", "host:a"), 1);
});
