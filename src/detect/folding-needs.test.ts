import assert from "node:assert/strict";
import { test } from "node:test";
import { siteGraph } from "../kernel/graph.ts";
import { minuteMs, only, placedSignal, signalLedger } from "../../test/doubles/signal-ledger.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";

const shopSite = watchedSite({
  hosts: { w1: {}, w2: {}, w3: {} },
  services: {
    db: { on: "w1" },
    app: { on: "w2", needs: ["db"] },
    shop: { on: "w3", needs: ["app"] },
    mail: { on: "w1" },
    wiki: {},
  },
});
const shopGraph = siteGraph(shopSite);

test("db is down: one incident about db, app and shop are affected by it", () => {
  const ledger = signalLedger(shopGraph);
  ledger.comes(placedSignal("db", 0));
  ledger.comes(placedSignal("app", 4_000));
  const folded = only(ledger.comes(placedSignal("shop", 9_000)));
  assert.equal(folded.subject, "service:db");
  assert.deepEqual(folded.services, ["db", "app", "shop"]);
  assert.deepEqual(folded.affected, [
    { component: "service:app", because: "service:db" },
    { component: "service:shop", because: "service:db" },
  ]);
  assert.deepEqual(ledger.open(), ["#1 service:db"]);
});

test("the shop was confirmed first: the same incident gets db as its root, hours later too", () => {
  for (const laterMs of [20_000, 3 * 60 * minuteMs]) {
    const ledger = signalLedger(shopGraph);
    assert.equal(only(ledger.comes(placedSignal("shop", 0))).subject, "service:shop");
    const folded = only(ledger.comes(placedSignal("db", laterMs)));
    assert.equal(folded.incidentId, 1);
    assert.equal(folded.subject, "service:db");
    assert.deepEqual(folded.affected, [{ component: "service:shop", because: "service:db" }]);
  }
});

test("db recovers before its dependents: they stay in the one incident", () => {
  const ledger = signalLedger(shopGraph);
  for (const [name, ms] of [
    ["db", 0],
    ["app", 1_000],
    ["shop", 2_000],
  ] as const)
    ledger.comes(placedSignal(name, ms));
  const folded = only(ledger.goes("db@0", 60_000));
  assert.equal(folded.incidentId, 1);
  assert.equal(folded.subject, "service:app");
  assert.equal(only(ledger.goes("app@1000", 61_000)).incidentId, 1);
});

test("two incidents whose common root appears later become one: the older stays", () => {
  const site = watchedSite({ services: { a: { needs: ["db"] }, b: { needs: ["db"] }, db: {} } });
  const ledger = signalLedger(siteGraph(site));
  ledger.comes(placedSignal("a", 0));
  ledger.comes(placedSignal("b", 1_000));
  assert.deepEqual(ledger.open(), ["#1 service:a", "#2 service:b"]);
  const folded = only(ledger.comes(placedSignal("db", 2_000)));
  assert.equal(folded.incidentId, 1);
  assert.deepEqual(ledger.mergers, ["2 into 1"]);
  assert.deepEqual(ledger.open(), ["#1 service:db"]);
  assert.equal(ledger.incidentOf("b@1000"), 1);
});

test("a double fault stays two incidents, also when one service needs both", () => {
  const site = watchedSite({ services: { db: {}, dns: {}, shop: { needs: ["db", "dns"] } } });
  const ledger = signalLedger(siteGraph(site));
  for (const [name, ms] of [
    ["db", 0],
    ["dns", 500],
    ["shop", 3_000],
  ] as const)
    ledger.comes(placedSignal(name, ms));
  assert.deepEqual(ledger.open(), ["#1 service:db", "#2 service:dns"]);
  assert.equal(ledger.incidentOf("shop@3000"), 1);
});

test("services that need each other are one incident", () => {
  const site = watchedSite({ services: { a: { needs: ["b"] }, b: { needs: ["a"] } } });
  const ledger = signalLedger(siteGraph(site));
  ledger.comes(placedSignal("b", 0));
  const folded = only(ledger.comes(placedSignal("a", 1_000)));
  assert.equal(folded.subject, "service:b");
  assert.deepEqual(folded.affected, []);
});
