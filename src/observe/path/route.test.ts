import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hop } from "../../kernel/ports-paths.ts";
import { atTarget, hopsOf, learn, routeText, type Belief, type Learned } from "./route.ts";

/** `r1 a|b * ●` */
function way(text: string): readonly Hop[] {
  return text.split(" ").map((hop) => (hop === "*" ? [] : hop.split("|").map((one) => (one === "●" ? atTarget : one))));
}

function after(...texts: readonly string[]): { readonly news: readonly Learned["news"][]; readonly belief: Belief } {
  let belief: Belief | null = null;
  const news = texts.map((text) => {
    const learned = learn(belief, way(text));
    belief = learned.belief;
    return learned.news;
  });
  return { news, belief: belief ?? { hops: [], reached: false, pending: null, strays: [] } };
}

test("another way counts once it was seen twice in a row", () => {
  assert.deepEqual(after("r1 a ●", "r1 b ●", "r1 b ●", "r1 b ●").news, ["first", "pending", "changed", "same"]);
});

test("a silent hop fits everything, and is filled in when it speaks", () => {
  const { news, belief } = after("r1 * ●", "r1 a ●", "r1 * ●", "* a ●");
  assert.deepEqual(news, ["first", "better", "same", "same"]);
  assert.deepEqual(belief.hops, way("r1 a ●"));
});

test("routers that show up together are one hop", () => {
  assert.deepEqual(after("r1 a ●", "r1 a|b ●", "r1 b ●").news, ["first", "better", "same"]);
});

test("a way that comes and goes twice takes turns with the known one", () => {
  const { news, belief } = after("r1 a ●", "r1 b ●", "r1 a ●", "r1 b ●", "r1 a ●", "r1 b ●");
  assert.deepEqual(news, ["first", "pending", "same", "pending", "better", "same"]);
  assert.deepEqual(belief.hops, way("r1 a|b ●"));
});

test("a target that no longer answers is no other way to it", () => {
  assert.deepEqual(after("r1 a ●", "r1 a", "r1", "r1 a * ●").news, ["first", "same", "same", "pending"]);
});

test("one router more is another way", () => {
  assert.deepEqual(after("r1 a ●", "r1 a b ●", "r1 a b ●").news, ["first", "pending", "changed"]);
});

test("the target's own address may change with its name", () => {
  const trace = { method: "udp", hops: [["10.0.0.1"], ["192.0.2.7"]], reached: true } as const;
  assert.deepEqual(hopsOf(trace, "192.0.2.7"), [["10.0.0.1"], [atTarget]]);
  assert.equal(routeText(way("r1 a|b * ●")), "r1 > a|b > * > ●");
});
