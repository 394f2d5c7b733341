import assert from "node:assert/strict";
import { test } from "node:test";
import { siteGraph } from "../kernel/graph.ts";
import type { Folding } from "../kernel/ports.ts";
import { at, minuteMs, only, placedSignal, signalLedger } from "../../test/doubles/signal-ledger.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";
import { foldSignals, watchedServices } from "./index.ts";

test("a host with thirty checks dies: one incident about the host", () => {
  const names = Array.from({ length: 10 }, (_, index) => `s${index}`);
  const site = watchedSite({
    hosts: { web1: {}, web2: {} },
    services: {
      ...Object.fromEntries(names.map((name) => [name, { on: "web1", checks: 3 }])),
      unwatched: { on: "web1", checks: 0 },
      other: { on: "web2" },
    },
  });
  const ledger = signalLedger(siteGraph(site), { watched: watchedServices(site) });
  let folding: Folding | null = null;
  for (const [index, check] of site.checks.filter(({ service }) => service !== "other").entries())
    folding = ledger.comes(placedSignal(check.service, index * 700, { id: check.id }));
  assert.ok(folding !== null);
  const folded = only(folding);
  assert.equal(folded.subject, "host:web1");
  assert.equal(folded.signalIds.length, 30);
  assert.equal(folded.services.length, 10);
  assert.deepEqual(folded.affected, []);
  assert.deepEqual(ledger.open(), ["#1 host:web1"]);
});

test("a second service of the host folds in within five minutes; later it is a new incident while others still work", () => {
  const site = watchedSite({ hosts: { w1: {} }, services: { a: { on: "w1" }, b: { on: "w1" }, c: { on: "w1" } } });
  const soon = signalLedger(siteGraph(site));
  soon.comes(placedSignal("a", 0));
  assert.equal(only(soon.comes(placedSignal("b", 4 * minuteMs))).subject, "service:a");
  const late = signalLedger(siteGraph(site));
  late.comes(placedSignal("a", 0));
  late.comes(placedSignal("b", 6 * minuteMs));
  assert.deepEqual(late.open(), ["#1 service:a", "#2 service:b"]);
  const folded = only(late.comes(placedSignal("c", 7 * minuteMs)));
  assert.equal(folded.subject, "host:w1");
  assert.deepEqual(late.mergers, ["2 into 1"]);
});

test("db and what needs it share a host: db is the answer while the machine still refuses, the host when it is silent", () => {
  const site = watchedSite({ hosts: { w1: {} }, services: { db: { on: "w1" }, shop: { on: "w1", needs: ["db"] } } });
  const graph = siteGraph(site);
  const refusing = signalLedger(graph);
  refusing.comes(placedSignal("db", 0));
  assert.equal(only(refusing.comes(placedSignal("shop", 1_000))).subject, "service:db");
  const silent = { error: { code: "timeout", text: "" } };
  const ledger = signalLedger(graph);
  ledger.comes(placedSignal("db", 0, silent));
  const folded = only(ledger.comes(placedSignal("shop", 1_000, silent)));
  assert.equal(folded.subject, "host:w1");
  assert.deepEqual(folded.affected, []);
});

test("segment, place and provider: the widest that is down as a whole is the subject", () => {
  const site = watchedSite({
    places: { ishikari: "sakura", osaka: "sakura" },
    hosts: {
      h1: { at: "ishikari", segment: "rack-a" },
      h2: { at: "ishikari", segment: "rack-a" },
      h3: { at: "ishikari" },
      h4: { at: "osaka" },
    },
    services: { s1: { on: "h1" }, s2: { on: "h2" }, s3: { on: "h3" }, s4: { on: "h4" } },
  });
  const ledger = signalLedger(siteGraph(site));
  ledger.comes(placedSignal("s1", 0));
  assert.equal(only(ledger.comes(placedSignal("s2", 1_000))).subject, "segment:rack-a");
  assert.equal(only(ledger.comes(placedSignal("s3", 2_000))).subject, "place:ishikari");
  assert.equal(only(ledger.comes(placedSignal("s4", 3_000))).subject, "provider:sakura");
  assert.deepEqual(ledger.open(), ["#1 provider:sakura"]);
});

test("the two hosts of a place fail an hour apart: two incidents", () => {
  const site = watchedSite({
    places: { tokyo: null },
    hosts: { h1: { at: "tokyo" }, h2: { at: "tokyo" } },
    services: { s1: { on: "h1" }, s2: { on: "h2" } },
  });
  const ledger = signalLedger(siteGraph(site));
  ledger.comes(placedSignal("s1", 0));
  ledger.comes(placedSignal("s2", 60 * minuteMs));
  assert.deepEqual(ledger.open(), ["#1 service:s1", "#2 service:s2"]);
});

test("a storm over a place is one incident even if a part of it still stands", () => {
  const services = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`s${index}`, { on: `h${index % 4}` }]));
  const site = watchedSite({
    places: { sakura: null },
    hosts: Object.fromEntries([0, 1, 2, 3].map((index) => [`h${index}`, { at: "sakura" }])),
    services,
  });
  const ledger = signalLedger(siteGraph(site));
  const hit = [0, 1, 2, 4, 5, 6, 8, 9, 10];
  for (const [order, index] of hit.entries()) ledger.comes(placedSignal(`s${index}`, order * 5_000));
  assert.deepEqual(ledger.open(), ["#1 place:sakura"]);
});

test("three thousand services that fail at once are few incidents, each service in one", () => {
  const services = Object.fromEntries(
    Array.from({ length: 3_000 }, (_, index) => [
      `s${index}`,
      { on: `h${index % 300}`, ...(index % 10 === 0 ? {} : { needs: [`s${index - (index % 10)}`] }) },
    ]),
  );
  const hosts = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`h${index}`, { at: `p${index % 20}` }]));
  const site = watchedSite({
    places: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}`, "x"])),
    hosts,
    services,
  });
  const graph = siteGraph(site);
  const signals = Object.keys(services).map((name, index) => placedSignal(name, index * 50));
  const { incidents } = foldSignals({
    graph,
    signals,
    incidents: [],
    now: at(200_000),
    watched: watchedServices(site),
  });
  assert.ok(incidents.length <= 20, `${incidents.length} incidents`);
  assert.equal(incidents.flatMap(({ signalIds }) => signalIds).length, signals.length);
});
