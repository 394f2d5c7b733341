import assert from "node:assert/strict";
import { test } from "node:test";
import { choose } from "../../../lab/choice.ts";
import { listing } from "../../../lab/listing.ts";
import { readScenario, readScenarios, remarkLine } from "../../../lab/reading.ts";
import type { Scenario } from "../../../lab/scenario.ts";

const file = `id: slow-line
story: { ja: 回線が遅い, en: the line is slow }
given: [ { on: web1, run: "echo 80 5 12" } ]
inject: [ { on: pr, run: "$LAB_NET seg1 80 5 12" } ]
load: normal
settle: 60s
expect: { causes: ["network-latency-loss@segment:seg1"], scope: segment, reach: everyone, page: 1 }
restore: [ { on: pr, run: "$LAB_NET seg1 0 0 0" } ]
`;

function variants(more: string): readonly Scenario[] {
  const { scenario, remarks } = readScenario("x.yaml", `${file}${more}\n`);
  assert.deepEqual(remarks.map(remarkLine), []);
  return scenario?.variants ?? [];
}

const names = (more: string): string[] => variants(more).map(({ id }) => id.replace("slow-line~", ""));

function told(more: string): string {
  const { scenario, remarks } = readScenario("x.yaml", `${file}${more}\n`);
  assert.equal(scenario, null);
  return remarks.map(remarkLine).join("\n");
}

const weak = "{ name: weak, replace: { 80 5 12: 40 5 4 } }";

test("without strengths and loads there is the scenario alone", () => {
  assert.deepEqual(names(""), []);
});

test("each strength, and the one as written, is crossed with every load", () => {
  assert.deepEqual(names(`strengths: [ ${weak} ]`), ["idle", "busy", "weak-idle", "weak-normal", "weak-busy"]);
  const { scenario } = readScenario("x.yaml", `${file}strengths: [ ${weak} ]\n`);
  assert.equal(scenario?.base.id, "slow-line");
  const all = [scenario.base, ...scenario.variants];
  assert.equal(new Set(all.map(({ hash }) => hash)).size, all.length);
  assert.equal(scenario.variants.at(-1)?.load, "busy");
});

test("loads that cannot have an effect are left out, for the file or for one strength", () => {
  assert.deepEqual(names("loads: [normal, busy]"), ["busy"]);
  assert.deepEqual(names(`loads: [idle]\nstrengths: [ ${weak} ]`), ["idle", "weak-idle"]);
  assert.deepEqual(names(`strengths: [ { name: weak, loads: [busy], replace: { 80 5 12: 40 5 4 } } ]`), [
    "idle",
    "busy",
    "weak-busy",
  ]);
});

test("words are replaced in every step, all at once and the longest first", () => {
  const [, , , normal] = variants(
    "strengths: [ { name: other, replace: { 80 5: 5 80, 80 5 12: 12 80, seg1: seg2 } } ]",
  );
  assert.equal(normal?.id, "slow-line~other-normal");
  assert.deepEqual(
    [...(normal?.given ?? []), ...(normal?.inject ?? []), ...(normal?.restore ?? [])].map(({ run }) => run),
    ["echo 12 80", "$LAB_NET seg2 12 80", "$LAB_NET seg2 0 0 0"],
  );
});

test("a strength may have steps, a story and a time of its own", () => {
  const [, , idle] = variants(
    "strengths: [ { name: cut, story: { ja: 切れた, en: it is cut }, settle: 2m, inject: [ { on: sw1, run: ip link set br0 down } ], restore: [] } ]",
  );
  assert.deepEqual(idle?.inject, [{ on: "sw1", run: "ip link set br0 down" }]);
  assert.deepEqual(idle?.restore, []);
  assert.equal(idle?.given[0]?.run, "echo 80 5 12");
  assert.equal(idle?.story.en, "it is cut");
  assert.equal(idle?.settleMs, 120_000);
});

test("what is expected may differ by strength, by load and by both, and null is not judged", () => {
  const all = variants(`loads: [normal, { load: busy, settle: 90s, expect: { page: 2, reach: null } }]
strengths:
  - name: other
    expect: { causes: ["network-latency-loss@segment:seg2"], scope: [segment, host] }
    replace: { seg1: seg2 }
    loads: [normal, { load: busy, expect: { page: null } }]`);
  const [busy, otherNormal, otherBusy] = all;
  assert.deepEqual(
    [busy?.id, busy?.expect.page, busy?.expect.reach, busy?.settleMs],
    ["slow-line~busy", 2, null, 90_000],
  );
  assert.deepEqual(otherNormal?.expect, {
    causes: [{ id: "network-latency-loss", kind: "segment", name: "seg2" }],
    scope: ["segment", "host"],
    reach: "everyone",
    page: 1,
  });
  assert.deepEqual([otherBusy?.expect.page, otherBusy?.expect.reach, otherBusy?.settleMs], [null, null, 90_000]);
});

test("a strength that cannot be meant so is told with its line", () => {
  assert.match(
    told("strengths:\n  - { name: weak, replace: { 70: '60' } }"),
    /^x\.yaml:10: strengths\[0\]\.replace: "70" is in no step/,
  );
  assert.match(
    told(`strengths:\n  - ${weak}\n  - ${weak}`),
    /^x\.yaml:11: strengths\[1\]\.name: "weak" is there twice/,
  );
  assert.match(
    told(`strengths:\n  - ${weak}\n  - { name: light, replace: { 80 5 12: 40 5 4 } }`),
    /^x\.yaml:11: strengths\[1\]: its steps are those of "weak"$/,
  );
  assert.match(
    told("strengths:\n  - { name: same, loads: [idle] }"),
    /^x\.yaml:10: strengths\[0\]: its steps are those of the file itself$/,
  );
  assert.match(
    told("strengths:\n  - { name: busy, replace: { 80: '90' } }"),
    /^x\.yaml:10: strengths\[0\]\.name: that is the name of a load/,
  );
  assert.match(
    told("strengths:\n  - { name: weak, replace: { 80 5: 80 } }"),
    /^x\.yaml:10: strengths\[0\]\.replace\.80 5: words are wanted; write a number in quotes/,
  );
  assert.match(told("loads: [normal, heavy]"), /^x\.yaml:9: loads\[1\]\.load: not one of idle, normal, busy/);
  assert.match(told("loads: [busy, busy]"), /^x\.yaml:9: loads: a load is there twice/);
  assert.match(
    told("strengths:\n  - name: other\n    replace: { $LAB_NET: $LAB_NAT }"),
    /^x\.yaml:11: strengths\[0\]\.replace: there is no \$LAB_NAT/,
  );
  assert.match(
    told('strengths:\n  - name: other\n    inject:\n      - { on: web1, run: "$LAB_NAT" }'),
    /^x\.yaml:12: strengths\[0\]\.inject\[0\]\.run: there is no \$LAB_NAT/,
  );
  assert.match(
    told("strengths:\n  - { name: other, inject: [], replace: { 80: '90', $LAB_NET seg1 80: x } }"),
    /strengths\[0\]\.replace: "\$LAB_NET seg1 80" is in no step/,
  );
});

const shipped = readScenarios("lab/scenarios");

function drawn(seed: number, only: readonly string[] = []): string[] {
  const chosen = choose(shipped, { only, vary: true, seed });
  assert.ok(typeof chosen !== "string");
  return chosen.map(({ id }) => id);
}

test("every fault that is shipped has strengths and loads, some 330 in all", () => {
  const count = shipped.scenarios.reduce((sum, { variants: all }) => sum + all.length, 0);
  assert.ok(count >= 300 && count <= 360, `${count} variants`);
  for (const { base, variants: all } of shipped.scenarios) {
    if (base.id.startsWith("f")) assert.ok(all.length >= 3, `${base.id}: ${all.length}`);
    for (const { id, expect } of all) assert.ok(expect.causes.length > 0, id);
  }
});

test("equal seeds draw the same third, and of every scenario a third", () => {
  assert.deepEqual(drawn(1), drawn(1));
  assert.notDeepEqual(drawn(1), drawn(2));
  const count = shipped.scenarios.reduce((sum, { variants: all }) => sum + all.length, 0);
  for (const seed of [1, 2, 3]) {
    const ids = drawn(seed).filter((id) => id.includes("~"));
    assert.ok(Math.abs(ids.length - count / 3) <= 1, `${ids.length} of ${count}`);
    for (const { base, variants: all } of shipped.scenarios) {
      const own = ids.filter((id) => id.startsWith(`${base.id}~`)).length;
      assert.ok(own >= Math.floor(all.length / 3) && own <= Math.ceil(all.length / 3), `${base.id}: ${own}`);
    }
  }
});

test("one variant can be asked for by name, and what is asked for alone is drawn as in the whole", () => {
  assert.deepEqual(drawn(1, ["f05-segment-loss~light-busy"]), ["f05-segment-loss~light-busy"]);
  const whole = drawn(1).filter((id) => id.startsWith("f05-"));
  assert.deepEqual(drawn(1, ["f05-segment-loss"]), whole);
  assert.equal(typeof choose(shipped, { only: ["f99"], vary: false, seed: 1 }), "string");
});

test("the list names the variants of each scenario, and counts", () => {
  const { scenario } = readScenario("x.yaml", `${file}strengths: [ ${weak} ]\n`);
  assert.ok(scenario !== null);
  assert.deepEqual(listing({ scenarios: [scenario], remarks: [] }, [scenario.base]), [
    "slow-line",
    "  回線が遅い",
    "  the line is slow",
    "  network-latency-loss@segment:seg1 (segment, 1 pages, normal, 60 s)",
    "  ~ idle busy weak-idle weak-normal weak-busy",
    "1 scenarios with 5 variants; 1 to be played",
  ]);
});
