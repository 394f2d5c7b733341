import assert from "node:assert/strict";
import { test } from "node:test";
import { siteGraph } from "../kernel/graph.ts";
import type { SignalKind } from "../kernel/model/signal.ts";
import { at, minuteMs, only, placedSignal, signalLedger } from "../../test/doubles/signal-ledger.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";
import { foldSignals, watchedServices } from "./index.ts";

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

test("a certificate warning of weeks ago does not swallow tonight's outage", () => {
  const ledger = signalLedger(shopGraph);
  const month = 30 * 24 * 60 * minuteMs;
  ledger.comes(placedSignal("shop", 0, { kind: "degraded" }));
  ledger.comes(placedSignal("db", 1_000, { kind: "degraded" }));
  ledger.comes(placedSignal("shop", month, { id: "tonight" }));
  assert.equal(ledger.incidentOf("tonight"), 2);
  ledger.comes(placedSignal("db", month + 1_000, { id: "db tonight" }));
  assert.equal(ledger.incidentOf("db tonight"), 2);
  assert.deepEqual(ledger.open(), ["#1 service:db", "#2 service:db"]);
});

test("a quiet incident stays apart, and becomes loud under its own number when others see it too", () => {
  const ledger = signalLedger(shopGraph);
  const folded = only(ledger.comes(placedSignal("wiki", 0, { kind: "partial", failingFrom: ["office"] })));
  assert.equal(folded.quiet, true);
  assert.equal(folded.severity, "info");
  ledger.comes(placedSignal("mail", 1_000));
  assert.deepEqual(ledger.open(), ["#1 service:wiki", "#2 service:mail"]);
  const [loud] = ledger.comes({ ...placedSignal("wiki", 0), incidentId: 1 }, 60_000).incidents;
  assert.equal(loud?.incidentId, 1);
  assert.equal(loud?.quiet, false);
  assert.equal(loud?.severity, "critical");
});

test("a blind vantage is an incident of its own beside an outage", () => {
  const ledger = signalLedger(shopGraph);
  ledger.comes(placedSignal("db", 0));
  ledger.comes(placedSignal("vantage:office", 1_000, { kind: "blind" as SignalKind }));
  ledger.comes(placedSignal("channel:mail", 2_000, { kind: "undelivered" as SignalKind }));
  assert.deepEqual(ledger.open(), ["#1 service:db", "#2 vantage:office", "#3 channel:mail"]);
});

test("an incident flaps only while everything in it does", () => {
  const flapping = { facts: { flapping: true } };
  const ledger = signalLedger(shopGraph);
  assert.equal(only(ledger.comes(placedSignal("db", 0, flapping))).flapping, true);
  assert.equal(only(ledger.comes(placedSignal("app", 1_000))).flapping, false);
});

test("another monitoring that speaks of a service our own probes see fail adds no incident", () => {
  const site = watchedSite({ services: { shop: {}, mail: {} } });
  const graph = siteGraph(site);
  const signals = [
    placedSignal("shop", 0),
    placedSignal("shop", 5_000, { id: "said-shop", kind: "alert", checkId: null }),
    placedSignal("mail", 6_000, { id: "said-mail", kind: "alert", checkId: null }),
  ];
  const { incidents } = foldSignals({ graph, signals, incidents: [], now: at(10_000), watched: watchedServices(site) });
  const together = incidents.map(({ signalIds }) => [...signalIds].sort().join(" "));
  assert.deepEqual(together.sort(), ["said-mail", "said-shop shop@0"].sort());
});
