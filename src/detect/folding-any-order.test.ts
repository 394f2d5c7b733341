import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { siteGraph } from "../kernel/graph.ts";
import type { SignalKind } from "../kernel/model/signal.ts";
import { placedSignal, signalLedger } from "../../test/doubles/signal-ledger.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";

const names = Array.from({ length: 8 }, (_, index) => `s${index}`);
const worlds = fc.record({
  needs: fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 8 }),
  hostOf: fc.array(fc.option(fc.nat(3), { nil: null }), { minLength: 8, maxLength: 8 }),
  placeOf: fc.array(fc.nat(1), { minLength: 4, maxLength: 4 }),
  signals: fc.uniqueArray(
    fc.record({
      service: fc.nat(7),
      openedMs: fc.integer({ min: 0, max: 240_000 }),
      kind: fc.constantFrom<SignalKind>("down", "down", "degraded", "partial", "late", "vital"),
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
  const stored = signals.map(({ service, openedMs, kind }) => {
    const subjects: Partial<Record<SignalKind, string>> = { late: `job:j${service}`, vital: `host:h${service % 4}` };
    return placedSignal(subjects[kind] ?? names[service] ?? "", openedMs, { kind });
  });
  return { graph: siteGraph(site), jobs: new Map(names.map((_, nth) => [`j${nth}`, { on: `h${nth % 4}` }])), stored };
}

test("every open signal is in exactly one incident, no number is used twice, and folding again changes nothing", () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const { graph, jobs, stored } = worldOf(world);
      const ledger = signalLedger(graph, { jobs });
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
      const { graph, jobs, stored } = worldOf(world);
      const shuffled = stored
        .map((one) => ({ one, key: keys.next().value ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ one }) => one);
      const [sorted, mixed] = [signalLedger(graph, { jobs }), signalLedger(graph, { jobs })];
      for (const one of stored.toSorted((a, b) => a.openedAt.atMs - b.openedAt.atMs)) sorted.comes(one, 240_000);
      for (const one of shuffled) mixed.comes(one, 240_000);
      assert.equal(mixed.partition(), sorted.partition());
    }),
    { numRuns: 500 },
  );
});
