import assert from "node:assert/strict";
import { test } from "node:test";
import { specifiedCatalogue } from "../../../test/doubles/diagnosis-catalogue.ts";
import { seenAs } from "../../../test/doubles/diagnosis-seen.ts";
import { town } from "../../../test/doubles/diagnosis-town.ts";
import type { CauseAt, Seen } from "../../kernel/model/diagnosis.ts";
import type { Judgement } from "../model.ts";
import { createReach } from "./reach.ts";
import { scopeFrom } from "./scope.ts";

const context = { catalogue: specifiedCatalogue(), graph: town, reach: createReach(town) };
const vantages = ["pc1", "office", "va", "vb"];

function judged(...causes: readonly CauseAt[]): Judgement {
  return {
    explanations: [{ causes, probability: 0.9, chained: false }],
    causes: causes.map((cause) => ({ cause, probability: 0.9 })),
    noneProbability: 0,
    parts: [],
    unexplained: [],
  };
}

/** What each vantage sees of the shop. */
function views(...states: readonly string[]): readonly Seen[] {
  return states.map((state, index) => seenAs(`vp.http service:web ${state} ${vantages[index]}`));
}

const stories: readonly (readonly [CauseAt, readonly Seen[], string])[] = [
  [{ id: "client-device-issue", component: "vantage:pc1" }, views("none", "ok", "ok", "ok"), "only-me one-client pc1"],
  [
    { id: "client-lan-down", component: "lan:office" },
    views("none", "none", "ok", "ok"),
    "local-lan one-lan pc1,office",
  ],
  [{ id: "isp-path-outage", component: "isp:a" }, views("ok", "ok", "none", "ok"), "path some-paths va"],
  [{ id: "monitor-fault", component: "vantage:va" }, views("ok", "ok", "none", "ok"), "monitor nobody va"],
  [
    { id: "tls-cert-invalid", component: "cert:shop.test" },
    views("none", "none", "none", "none"),
    "name everyone pc1,office,va,vb",
  ],
  [{ id: "firewall-block", component: "host:web1" }, views("none", "none", "ok", "ok"), "host some-paths pc1,office"],
  [{ id: "backup-lost-or-stale", component: "repository:bk1" }, views("ok", "ok", "ok", "ok"), "host nobody "],
  [
    { id: "other-unknown", component: "segment:seg1" },
    views("none", "none", "none", "none"),
    "segment everyone pc1,office,va,vb",
  ],
];

for (const [cause, seen, says] of stories) {
  test(`${cause.id} at ${cause.component}: ${says}`, () => {
    const verdict = scopeFrom(judged(cause), seen, context);
    assert.equal(`${verdict?.id} ${verdict?.reach} ${verdict?.failingFrom.join(",")}`, says);
  });
}

test("of two faults the one that hits more users tells where it sits, and only its own targets tell who is hit", () => {
  const both = judged(
    { id: "client-lan-down", component: "lan:office" },
    { id: "service-crash", component: "service:mail" },
  );
  const seen = [
    ...views("none", "none", "ok", "ok"),
    ...["va", "vb"].map((name) => seenAs(`vp.mail service:mail refused ${name}`)),
  ];
  const verdict = scopeFrom(both, seen, context);
  assert.deepEqual([verdict?.id, verdict?.failingFrom], ["service", ["va", "vb"]]);
});

test("a failure that nobody could explain leaves the scope to what was judged at once", () => {
  assert.equal(scopeFrom(judged(), views("none", "ok", "ok", "ok"), context), null);
  assert.equal(scopeFrom(judged(), views("ok", "ok", "ok", "ok"), context)?.id, "none");
});
