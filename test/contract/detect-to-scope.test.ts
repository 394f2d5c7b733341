import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createDetector, foldSignals, watchedServices, type Detector } from "../../src/detect/index.ts";
import { judgeScope } from "../../src/diagnose/index.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import { siteGraph } from "../../src/kernel/graph.ts";
import { langs } from "../../src/kernel/lang.ts";
import type { Log } from "../../src/kernel/log.ts";
import type { Outcome } from "../../src/kernel/model/observation.ts";
import type { Signal, SignalChange } from "../../src/kernel/model/signal.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import type { FoldedIncident } from "../../src/kernel/ports.ts";
import { reasonLine, scopeLine } from "../../src/words/scope.ts";
import { createFakeClock, type FakeClock } from "../doubles/fake-clock.ts";
import { attempt, watchedSite } from "../doubles/watched-site.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

interface World {
  readonly clock: FakeClock;
  readonly detector: Detector;
  readonly changes: SignalChange[];
  /** one round of every check from every vantage, as `look` sees it */
  round(look: (checkId: string, vantage: string) => Outcome): Promise<void>;
  incidents(): readonly FoldedIncident[];
  scopeOf(incident: FoldedIncident): ReturnType<typeof judgeScope>;
}

function worldOf(site: Site): World {
  const clock = createFakeClock();
  const graph = siteGraph(site);
  const changes: SignalChange[] = [];
  const open = new Map<string, Signal>();
  let ids = 0;
  const newId = (): string => `signal-${++ids}`;
  const detector = createDetector({ site, graph, clock, openSignals: [], log: silent, newId });

  function hear(heard: readonly SignalChange[]): void {
    for (const { signal } of heard) {
      if (signal.closedAt === null) open.set(signal.id, signal);
      else open.delete(signal.id);
    }
    changes.push(...heard);
  }

  return {
    clock,
    detector,
    changes,
    async round(look) {
      await clock.advance(1_000);
      for (const { id, vantages } of site.checks)
        for (const vantage of vantages) {
          const at = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
          hear(detector.take(attempt({ ...at, checkId: id, vantage, outcome: look(id, vantage) })));
        }
      hear(detector.tick());
    },
    incidents() {
      const signals = Array.from(open.values(), (signal) => ({ ...signal, incidentId: null }));
      const folding = foldSignals({
        graph,
        signals,
        incidents: [],
        now: stampNow(clock),
        watched: watchedServices(site),
      });
      return folding.incidents;
    },
    scopeOf({ subject, signalIds }) {
      const signals = signalIds.flatMap((id) => open.get(id) ?? []);
      return judgeScope({ graph, site, cells: detector.checks(), subject, signals });
    },
  };
}

const names = Array.from({ length: 10 }, (_, index) => `s${index}`);
const farm = watchedSite({
  vantages: { tokyo: {}, osaka: {}, office: {} },
  hosts: { web1: {}, web2: {}, web3: {} },
  services: {
    ...Object.fromEntries(names.map((name) => [name, { on: "web1", checks: 3 }])),
    blog: { on: "web2" },
    wiki: { on: "web3" },
  },
});

test("a host with thirty checks dies: one incident, one scope, in one breath", async () => {
  const world = worldOf(farm);
  await world.round(() => "up");
  for (let times = 0; times < 3; times++) await world.round((id) => (id.startsWith("s") ? "down" : "up"));
  const [incident, ...others] = world.incidents();
  assert.ok(incident !== undefined);
  assert.deepEqual(others, []);
  assert.equal(incident.subject, "host:web1");
  assert.equal(incident.signalIds.length, 30);
  const scope = world.scopeOf(incident);
  assert.deepEqual([scope.id, scope.reach], ["host", "everyone"]);
  assert.deepEqual(scope.failingFrom, ["tokyo", "osaka", "office"]);
});

test("a host dies while one office is cut off: two incidents, and the cut-off office says nothing about the host", async () => {
  const world = worldOf(farm);
  await world.round(() => "up");
  for (let times = 0; times < 4; times++)
    await world.round((id, vantage) => (vantage === "office" || id.startsWith("s") ? "down" : "up"));
  const incidents = world.incidents();
  assert.deepEqual(incidents.map(({ subject }) => subject).toSorted(), ["host:web1", "vantage:office"]);
  const host = incidents.find(({ subject }) => subject === "host:web1");
  assert.ok(host !== undefined);
  assert.deepEqual(world.scopeOf(host).reach, "everyone");
});

test("every verdict and every reason is said in both languages", async () => {
  for (const failing of [["tokyo"], ["tokyo", "osaka"], ["tokyo", "osaka", "office"]]) {
    const world = worldOf(farm);
    await world.round(() => "up");
    for (let times = 0; times < 70; times++)
      await world.round((id, vantage) => (id.startsWith("s0") && failing.includes(vantage) ? "down" : "up"));
    const incidents = world.incidents();
    assert.equal(incidents.length, 1);
    for (const incident of incidents) {
      const scope = world.scopeOf(incident);
      for (const lang of langs) {
        assert.ok(scopeLine(scope, (name) => name, lang).includes(failing[0] ?? ""));
        for (const reason of scope.reasons) assert.notEqual(reasonLine(reason, farm, lang), reason.code);
      }
    }
  }
});

const histories = fc.array(
  fc.record({
    seen: fc.array(fc.constantFrom<Outcome>("up", "up", "degraded", "down", "down", "unknown"), {
      minLength: 6,
      maxLength: 6,
    }),
    wallStepMs: fc.constantFrom(0, 0, 0, 10_800_000, -10_800_000),
    repeat: fc.integer({ min: 1, max: 5 }),
  }),
  { minLength: 1, maxLength: 40 },
);
const pair = watchedSite({
  vantages: { a: {}, b: {} },
  hosts: { w1: {}, w2: {}, w3: {} },
  services: { x: { on: "w1" }, y: { on: "w2" }, z: { on: "w3" } },
});
const columns = new Map(
  pair.checks.flatMap(({ id, vantages }) => vantages.map((name) => `${id} ${name}`)).map((key, index) => [key, index]),
);

test("whatever is seen, signals open once, change while open, and close once", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const world = worldOf(pair);
      for (const { seen, repeat } of history)
        for (let times = 0; times < repeat; times++)
          await world.round((id, vantage) => seen[columns.get(`${id} ${vantage}`) ?? 0] ?? "up");
      const open = new Map<string, string>();
      for (const { change, signal } of world.changes) {
        const owner = signal.checkId ?? signal.subject;
        if (change === "opened") {
          assert.equal(open.get(owner), undefined, `${owner} is open already`);
          open.set(owner, signal.id);
        } else assert.equal(open.get(owner), signal.id, `${change} of what is not open`);
        if (change === "closed") open.delete(owner);
        assert.equal(signal.closedAt !== null, change === "closed");
      }
    }),
    { numRuns: 60 },
  );
});

test("a wall clock that jumps three hours neither fires nor hides anything", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const told = await Promise.all(
        [true, false].map(async (isSteady) => {
          const world = worldOf(pair);
          for (const { seen, repeat, wallStepMs } of history)
            for (let times = 0; times < repeat; times++) {
              if (!isSteady && times === 0) world.clock.stepWall(wallStepMs);
              await world.round((id, vantage) => seen[columns.get(`${id} ${vantage}`) ?? 0] ?? "up");
            }
          return world.changes
            .filter(({ signal }) => signal.kind !== "clock-jumped")
            .map(({ change, signal }) => [
              change,
              signal.kind,
              signal.checkId ?? signal.subject,
              signal.openedAt.monotonicMs,
            ]);
        }),
      );
      assert.deepEqual(told[1], told[0]);
    }),
    { numRuns: 40 },
  );
});
