import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Stamp } from "../kernel/clock.ts";
import { siteGraph, type Graph } from "../kernel/graph.ts";
import { componentId, type ComponentId } from "../kernel/model/component.ts";
import type { SignalKind } from "../kernel/model/signal.ts";
import type { FoldedIncident, Folding, PlacedSignal } from "../kernel/ports.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";
import { foldSignals, watchedServices } from "./index.ts";

const minuteMs = 60_000;

function at(ms: number): Stamp {
  return { atMs: 1_000_000_000 + ms, monotonicMs: 5_000_000 + ms, bootId: "boot-1" };
}

function signal(subject: string, openedMs: number, fields: Partial<PlacedSignal> = {}): PlacedSignal {
  const kind = fields.kind ?? "down";
  return {
    id: `${subject}@${openedMs}`,
    kind,
    subject: (subject.includes(":") ? subject : componentId("service", subject)) as ComponentId,
    checkId: `${subject}/1`,
    severity: kind === "down" ? "critical" : kind === "partial" ? "info" : "warning",
    openedAt: at(openedMs),
    startedAt: at(openedMs - 2_000),
    closedAt: null,
    layer: "connect",
    error: { code: "refused", text: "" },
    failingFrom: ["here"],
    workingFrom: [],
    facts: {},
    incidentId: null,
    ...fields,
  };
}

/** Plays the ledger: signals come one after another, each folding is written down. */
function ledgerOf(graph: Graph, watched?: ReadonlySet<ComponentId>) {
  let signals: PlacedSignal[] = [];
  let incidents: { id: number; subject: ComponentId; services: readonly string[] }[] = [];
  let lastId = 0;
  const mergers: string[] = [];
  function fold(nowMs: number): Folding {
    const folding = foldSignals({ graph, signals, incidents, now: at(nowMs), ...(watched && { watched }) });
    const ended = new Set(folding.merged.map(({ incidentId }) => incidentId));
    mergers.push(...folding.merged.map(({ incidentId, mergedInto }) => `${incidentId} into ${mergedInto}`));
    incidents = incidents.filter(({ id }) => !ended.has(id));
    for (const { incidentId, signalIds, subject, services } of folding.incidents) {
      const id = incidentId ?? ++lastId;
      incidents = [...incidents.filter((incident) => incident.id !== id), { id, subject, services }];
      signals = signals.map((one) => (signalIds.includes(one.id) ? { ...one, incidentId: id } : one));
    }
    return folding;
  }
  return {
    fold,
    mergers,
    comes(one: PlacedSignal, nowMs = one.openedAt.monotonicMs - 5_000_000): Folding {
      signals = [...signals.filter((other) => other.id !== one.id), one];
      return fold(nowMs);
    },
    goes(id: string, nowMs: number): Folding {
      signals = signals.map((one) => (one.id === id ? { ...one, closedAt: at(nowMs) } : one));
      return fold(nowMs);
    },
    incidentOf: (id: string) => signals.find((one) => one.id === id)?.incidentId,
    open: () => incidents.map(({ id, subject }) => `#${id} ${subject}`).toSorted(),
    partition: () => partitionOf(signals),
  };
}

function partitionOf(signals: readonly PlacedSignal[]): string {
  const groups = new Map<number | null, string[]>();
  for (const { id, incidentId, closedAt } of signals) {
    if (closedAt === null) groups.set(incidentId, [...(groups.get(incidentId) ?? []), id]);
  }
  return [...groups.values()]
    .map((ids) => ids.toSorted().join(" "))
    .toSorted()
    .join(" | ");
}

function only(folding: Folding): FoldedIncident {
  assert.equal(folding.incidents.length, 1);
  return folding.incidents[0] as FoldedIncident;
}

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
  const ledger = ledgerOf(shopGraph);
  ledger.comes(signal("db", 0));
  ledger.comes(signal("app", 4_000));
  const folded = only(ledger.comes(signal("shop", 9_000)));
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
    const ledger = ledgerOf(shopGraph);
    assert.equal(only(ledger.comes(signal("shop", 0))).subject, "service:shop");
    const folded = only(ledger.comes(signal("db", laterMs)));
    assert.equal(folded.incidentId, 1);
    assert.equal(folded.subject, "service:db");
    assert.deepEqual(folded.affected, [{ component: "service:shop", because: "service:db" }]);
  }
});

test("db recovers before its dependents: they stay in the one incident", () => {
  const ledger = ledgerOf(shopGraph);
  for (const [name, ms] of [
    ["db", 0],
    ["app", 1_000],
    ["shop", 2_000],
  ] as const)
    ledger.comes(signal(name, ms));
  const folded = only(ledger.goes("db@0", 60_000));
  assert.equal(folded.incidentId, 1);
  assert.equal(folded.subject, "service:app");
  assert.equal(only(ledger.goes("app@1000", 61_000)).incidentId, 1);
});

test("two incidents whose common root appears later become one: the older stays", () => {
  const site = watchedSite({ services: { a: { needs: ["db"] }, b: { needs: ["db"] }, db: {} } });
  const ledger = ledgerOf(siteGraph(site));
  ledger.comes(signal("a", 0));
  ledger.comes(signal("b", 1_000));
  assert.deepEqual(ledger.open(), ["#1 service:a", "#2 service:b"]);
  const folded = only(ledger.comes(signal("db", 2_000)));
  assert.equal(folded.incidentId, 1);
  assert.deepEqual(ledger.mergers, ["2 into 1"]);
  assert.deepEqual(ledger.open(), ["#1 service:db"]);
  assert.equal(ledger.incidentOf("b@1000"), 1);
});

test("a double fault stays two incidents, also when one service needs both", () => {
  const site = watchedSite({ services: { db: {}, dns: {}, shop: { needs: ["db", "dns"] } } });
  const ledger = ledgerOf(siteGraph(site));
  for (const [name, ms] of [
    ["db", 0],
    ["dns", 500],
    ["shop", 3_000],
  ] as const)
    ledger.comes(signal(name, ms));
  assert.deepEqual(ledger.open(), ["#1 service:db", "#2 service:dns"]);
  assert.equal(ledger.incidentOf("shop@3000"), 1);
});

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
  const ledger = ledgerOf(siteGraph(site), watchedServices(site));
  let folding: Folding | null = null;
  for (const [index, check] of site.checks.filter(({ service }) => service !== "other").entries())
    folding = ledger.comes(signal(check.service, index * 700, { id: check.id }));
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
  const soon = ledgerOf(siteGraph(site));
  soon.comes(signal("a", 0));
  assert.equal(only(soon.comes(signal("b", 4 * minuteMs))).subject, "service:a");
  const late = ledgerOf(siteGraph(site));
  late.comes(signal("a", 0));
  late.comes(signal("b", 6 * minuteMs));
  assert.deepEqual(late.open(), ["#1 service:a", "#2 service:b"]);
  const folded = only(late.comes(signal("c", 7 * minuteMs)));
  assert.equal(folded.subject, "host:w1");
  assert.deepEqual(late.mergers, ["2 into 1"]);
});

test("db and what needs it share a host: db is the answer while the machine still refuses, the host when it is silent", () => {
  const site = watchedSite({ hosts: { w1: {} }, services: { db: { on: "w1" }, shop: { on: "w1", needs: ["db"] } } });
  const graph = siteGraph(site);
  const refusing = ledgerOf(graph);
  refusing.comes(signal("db", 0));
  assert.equal(only(refusing.comes(signal("shop", 1_000))).subject, "service:db");
  const silent = { error: { code: "timeout", text: "" } };
  const ledger = ledgerOf(graph);
  ledger.comes(signal("db", 0, silent));
  const folded = only(ledger.comes(signal("shop", 1_000, silent)));
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
  const ledger = ledgerOf(siteGraph(site));
  ledger.comes(signal("s1", 0));
  assert.equal(only(ledger.comes(signal("s2", 1_000))).subject, "segment:rack-a");
  assert.equal(only(ledger.comes(signal("s3", 2_000))).subject, "place:ishikari");
  assert.equal(only(ledger.comes(signal("s4", 3_000))).subject, "provider:sakura");
  assert.deepEqual(ledger.open(), ["#1 provider:sakura"]);
});

test("the two hosts of a place fail an hour apart: two incidents", () => {
  const site = watchedSite({
    places: { tokyo: null },
    hosts: { h1: { at: "tokyo" }, h2: { at: "tokyo" } },
    services: { s1: { on: "h1" }, s2: { on: "h2" } },
  });
  const ledger = ledgerOf(siteGraph(site));
  ledger.comes(signal("s1", 0));
  ledger.comes(signal("s2", 60 * minuteMs));
  assert.deepEqual(ledger.open(), ["#1 service:s1", "#2 service:s2"]);
});

test("a storm over a place is one incident even if a part of it still stands", () => {
  const services = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`s${index}`, { on: `h${index % 4}` }]));
  const site = watchedSite({
    places: { sakura: null },
    hosts: Object.fromEntries([0, 1, 2, 3].map((index) => [`h${index}`, { at: "sakura" }])),
    services,
  });
  const ledger = ledgerOf(siteGraph(site));
  const hit = [0, 1, 2, 4, 5, 6, 8, 9, 10];
  for (const [order, index] of hit.entries()) ledger.comes(signal(`s${index}`, order * 5_000));
  assert.deepEqual(ledger.open(), ["#1 place:sakura"]);
});

test("a certificate warning of weeks ago does not swallow tonight's outage", () => {
  const ledger = ledgerOf(shopGraph);
  const month = 30 * 24 * 60 * minuteMs;
  ledger.comes(signal("shop", 0, { kind: "degraded" }));
  ledger.comes(signal("db", 1_000, { kind: "degraded" }));
  ledger.comes(signal("shop", month, { id: "tonight" }));
  assert.equal(ledger.incidentOf("tonight"), 2);
  ledger.comes(signal("db", month + 1_000, { id: "db tonight" }));
  assert.equal(ledger.incidentOf("db tonight"), 2);
  assert.deepEqual(ledger.open(), ["#1 service:db", "#2 service:db"]);
});

test("a quiet incident stays apart, and becomes loud under its own number when others see it too", () => {
  const ledger = ledgerOf(shopGraph);
  const folded = only(ledger.comes(signal("wiki", 0, { kind: "partial", failingFrom: ["office"] })));
  assert.equal(folded.quiet, true);
  assert.equal(folded.severity, "info");
  ledger.comes(signal("mail", 1_000));
  assert.deepEqual(ledger.open(), ["#1 service:wiki", "#2 service:mail"]);
  const [loud] = ledger.comes({ ...signal("wiki", 0), incidentId: 1 }, 60_000).incidents;
  assert.equal(loud?.incidentId, 1);
  assert.equal(loud?.quiet, false);
  assert.equal(loud?.severity, "critical");
});

test("a blind vantage is an incident of its own beside an outage", () => {
  const ledger = ledgerOf(shopGraph);
  ledger.comes(signal("db", 0));
  ledger.comes(signal("vantage:office", 1_000, { kind: "blind" as SignalKind }));
  ledger.comes(signal("channel:mail", 2_000, { kind: "undelivered" as SignalKind }));
  assert.deepEqual(ledger.open(), ["#1 service:db", "#2 vantage:office", "#3 channel:mail"]);
});

test("an incident flaps only while everything in it does", () => {
  const flapping = { facts: { flapping: true } };
  const ledger = ledgerOf(shopGraph);
  assert.equal(only(ledger.comes(signal("db", 0, flapping))).flapping, true);
  assert.equal(only(ledger.comes(signal("app", 1_000))).flapping, false);
});

test("services that need each other are one incident", () => {
  const site = watchedSite({ services: { a: { needs: ["b"] }, b: { needs: ["a"] } } });
  const ledger = ledgerOf(siteGraph(site));
  ledger.comes(signal("b", 0));
  const folded = only(ledger.comes(signal("a", 1_000)));
  assert.equal(folded.subject, "service:b");
  assert.deepEqual(folded.affected, []);
});

const names = Array.from({ length: 8 }, (_, index) => `s${index}`);
const worlds = fc.record({
  needs: fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 8 }),
  hostOf: fc.array(fc.option(fc.nat(3), { nil: null }), { minLength: 8, maxLength: 8 }),
  placeOf: fc.array(fc.nat(1), { minLength: 4, maxLength: 4 }),
  signals: fc.uniqueArray(
    fc.record({
      service: fc.nat(7),
      openedMs: fc.integer({ min: 0, max: 240_000 }),
      kind: fc.constantFrom<SignalKind>("down", "down", "degraded", "partial"),
    }),
    { maxLength: 10, selector: ({ service, openedMs }) => `${service} ${openedMs}` },
  ),
});

function worldOf({ needs, hostOf, placeOf, signals }: typeof worlds extends fc.Arbitrary<infer T> ? T : never) {
  const site = watchedSite({
    places: { p0: "x", p1: "x" },
    hosts: Object.fromEntries(placeOf.map((place, host) => [`h${host}`, { at: `p${place}` }])),
    services: Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          ...(hostOf[index] !== null && { on: `h${hostOf[index]}` }),
          needs: needs.filter(([from, to]) => from === index && to !== index).map(([, to]) => names[to] ?? ""),
        },
      ]),
    ),
  });
  const stored = signals.map(({ service, openedMs, kind }) => signal(names[service] ?? "", openedMs, { kind }));
  return { graph: siteGraph(site), stored };
}

test("every open signal is in exactly one incident, no number is used twice, and folding again changes nothing", () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const { graph, stored } = worldOf(world);
      const ledger = ledgerOf(graph);
      for (const one of stored.toSorted((a, b) => a.openedAt.atMs - b.openedAt.atMs)) {
        const folding = ledger.comes(one);
        const numbers = folding.incidents.flatMap(({ incidentId }) => incidentId ?? []);
        assert.equal(new Set(numbers).size, numbers.length);
      }
      const folding = ledger.fold(240_000);
      const ids = folding.incidents.flatMap(({ signalIds }) => signalIds);
      assert.deepEqual(ids.toSorted(), stored.map(({ id }) => id).toSorted());
      const again = ledger.fold(241_000);
      assert.deepEqual(again, folding);
      assert.deepEqual(again.merged, []);
    }),
    { numRuns: 300 },
  );
});

test("the order in which signals arrive does not change the incidents", () => {
  fc.assert(
    fc.property(worlds, fc.infiniteStream(fc.nat()), (world, keys) => {
      const { graph, stored } = worldOf(world);
      const shuffled = stored
        .map((one) => ({ one, key: keys.next().value ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ one }) => one);
      const [sorted, mixed] = [ledgerOf(graph), ledgerOf(graph)];
      for (const one of stored.toSorted((a, b) => a.openedAt.atMs - b.openedAt.atMs)) sorted.comes(one, 240_000);
      for (const one of shuffled) mixed.comes(one, 240_000);
      assert.equal(mixed.partition(), sorted.partition());
    }),
    { numRuns: 500 },
  );
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
  const signals = Object.keys(services).map((name, index) => signal(name, index * 50));
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

test("another monitoring that speaks of a service our own probes see fail adds no incident", () => {
  const site = watchedSite({ services: { shop: {}, mail: {} } });
  const graph = siteGraph(site);
  const signals = [
    signal("shop", 0),
    signal("shop", 5_000, { id: "said-shop", kind: "alert", checkId: null }),
    signal("mail", 6_000, { id: "said-mail", kind: "alert", checkId: null }),
  ];
  const { incidents } = foldSignals({ graph, signals, incidents: [], now: at(10_000), watched: watchedServices(site) });
  const together = incidents.map(({ signalIds }) => [...signalIds].sort().join(" "));
  assert.deepEqual(together.sort(), ["said-mail", "said-shop shop@0"].sort());
});
