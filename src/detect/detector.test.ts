import assert from "node:assert/strict";
import { test } from "node:test";
import { siteGraph } from "../kernel/graph.ts";
import type { Log } from "../kernel/log.ts";
import type { Observation, Outcome } from "../kernel/model/observation.ts";
import type { Signal, SignalChange } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { attempt, watchedSite } from "../../test/doubles/watched-site.ts";
import { createDetector } from "./index.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A detector with a fake clock, told in seconds; ticks come every second. */
function watching(site: Site, openSignals: readonly Signal[] = []) {
  const clock = createFakeClock();
  const heard: SignalChange[] = [];
  let ids = 0;
  const detector = createDetector({
    site,
    graph: siteGraph(site),
    clock,
    openSignals,
    log: silent,
    newId: () => `signal-${++ids}`,
  });
  const hear = (changes: readonly SignalChange[]): readonly string[] => {
    heard.push(...changes);
    return changes.map(({ change, signal }) => `${change} ${signal.kind} ${signal.checkId ?? signal.subject}`);
  };
  return {
    clock,
    detector,
    heard,
    hear,
    /** attempts from one vantage, one second apart */
    async sees(vantage: string, checkId: string, ...results: readonly (Outcome | Partial<Observation>)[]) {
      const told: string[] = [];
      for (const result of results) {
        await clock.advance(1_000);
        const fields = typeof result === "string" ? { outcome: result } : { outcome: "down" as const, ...result };
        const at = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
        told.push(...hear(detector.take(attempt({ ...at, checkId, vantage, ...fields }))));
      }
      return told;
    },
    async passes(seconds: number, everySecond: () => void = () => undefined) {
      const told: string[] = [];
      for (let second = 0; second < seconds; second++) {
        await clock.advance(1_000);
        everySecond();
        told.push(...hear(detector.tick()));
      }
      return told;
    },
    state: (id: string) => detector.checks().find((check) => check.id === id)?.state,
    says: (vantage: string, state: "ok" | "blind" | "silent") => hear(detector.vantage(vantage, { state })),
  };
}

const pop = watchedSite({ hosts: { m1: {} }, services: { pop: { on: "m1" } } });
const three = watchedSite({
  vantages: { tokyo: {}, osaka: {}, office: {} },
  hosts: { w1: {}, w2: {}, w3: {} },
  services: { shop: { on: "w1" }, blog: { on: "w2" }, wiki: { on: "w3" } },
});

test("the POP server dies: the third attempt in a row opens one signal, three good ones close it", async () => {
  const story = watching(pop);
  assert.deepEqual(await story.sees("here", "pop/1", "up", "up"), []);
  assert.equal(story.state("pop/1"), "ok");
  assert.deepEqual(await story.sees("here", "pop/1", "down", "down"), []);
  assert.deepEqual(story.detector.confirming(), ["pop/1"]);
  const refused = { layer: "connect", error: { code: "refused", text: "connect ECONNREFUSED" } } as const;
  assert.deepEqual(await story.sees("here", "pop/1", refused), ["opened down pop/1"]);
  const signal = story.heard[0]?.signal;
  assert.equal(signal?.severity, "critical");
  assert.equal(signal?.subject, "service:pop");
  assert.equal(signal?.error?.code, "refused");
  assert.deepEqual(signal?.failingFrom, ["here"]);
  assert.equal((signal?.openedAt.monotonicMs ?? 0) - (signal?.startedAt.monotonicMs ?? 0), 2_000);
  assert.deepEqual(story.detector.confirming(), []);
  assert.deepEqual(await story.sees("here", "pop/1", "down", "up", "up"), []);
  assert.equal(story.state("pop/1"), "down");
  assert.deepEqual(await story.sees("here", "pop/1", "up"), ["closed down pop/1"]);
  assert.equal(story.state("pop/1"), "ok");
});

test("a single lost check changes nothing, from one vantage or from several", async () => {
  const alone = watching(pop);
  for (let round = 0; round < 50; round++)
    assert.deepEqual(await alone.sees("here", "pop/1", "up", "down", "down", "up"), []);
  const several = watching(three);
  await several.sees("tokyo", "shop/1", "up");
  await several.sees("osaka", "shop/1", "up");
  assert.deepEqual(await several.sees("tokyo", "shop/1", "down", "up"), []);
  assert.deepEqual(several.heard, []);
});

test("an attempt that could not look neither counts nor breaks the row", async () => {
  const story = watching(pop);
  assert.deepEqual(await story.sees("here", "pop/1", "up", "down", "unknown", "down", "unknown"), []);
  assert.deepEqual(await story.sees("here", "pop/1", "down"), ["opened down pop/1"]);
});

test("two of three vantages, three attempts together, decide", async () => {
  const story = watching(three);
  for (const vantage of ["tokyo", "osaka", "office"]) await story.sees(vantage, "shop/1", "up");
  assert.deepEqual(await story.sees("tokyo", "shop/1", "down", "down"), []);
  assert.deepEqual(await story.sees("osaka", "shop/1", "down"), ["opened down shop/1"]);
  assert.deepEqual(story.heard[0]?.signal.failingFrom, ["tokyo", "osaka"]);
  assert.deepEqual(story.heard[0]?.signal.workingFrom, ["office"]);
  assert.deepEqual(await story.sees("office", "shop/1", "down", "down"), []);
  assert.deepEqual(await story.sees("office", "shop/1", "down"), ["changed down shop/1"]);
  assert.deepEqual(story.heard[1]?.signal.failingFrom, ["tokyo", "osaka", "office"]);
});

test("two fail, one good attempt of one of them is no recovery", async () => {
  const story = watching(three);
  for (const vantage of ["tokyo", "osaka", "office"]) await story.sees(vantage, "shop/1", "up", "up", "up");
  await story.sees("tokyo", "shop/1", "down", "down");
  assert.deepEqual(await story.sees("osaka", "shop/1", "down"), ["opened down shop/1"]);
  assert.deepEqual(await story.sees("osaka", "shop/1", "up", "up"), []);
  assert.deepEqual(await story.sees("osaka", "shop/1", "up"), ["closed down shop/1"]);
});

test("one vantage that has failed alone for long and one lost check elsewhere is no outage", async () => {
  const story = watching(three);
  for (let round = 0; round < 5; round++) {
    await story.sees("tokyo", "shop/1", "down");
    await story.sees("osaka", "shop/1", "up");
    await story.sees("office", "shop/1", "up");
    await story.passes(17);
  }
  assert.deepEqual(await story.sees("osaka", "shop/1", "down"), []);
  assert.deepEqual(await story.sees("tokyo", "shop/1", "down", "down"), []);
  assert.deepEqual(await story.sees("osaka", "shop/1", "up"), []);
  // but what osaka sees three times in a row is one, with tokyo as the second witness
  assert.deepEqual(await story.sees("osaka", "shop/1", "down", "down", "down"), ["changed down shop/1"]);
});

test("right after the start a vantage that has not spoken yet is waited for, one interval long", async () => {
  const story = watching(three);
  assert.deepEqual(await story.sees("tokyo", "shop/1", "down", "down", "down", "down"), []);
  assert.deepEqual(await story.passes(25, () => void story.clock), ["opened down shop/1"]);
});

test("one office cut off: a quiet signal after three intervals, and it turns loud when others see it too", async () => {
  const story = watching(three);
  const told: string[] = [];
  for (let round = 0; round < 4; round++) {
    for (const check of ["shop/1", "blog/1"])
      for (const vantage of ["tokyo", "osaka"]) told.push(...(await story.sees(vantage, check, "up")));
    told.push(...(await story.sees("office", "blog/1", "up")));
    told.push(...(await story.sees("office", "shop/1", "down")));
    told.push(...(await story.passes(14)));
  }
  assert.deepEqual(told, ["opened partial shop/1"]);
  assert.equal(story.heard[0]?.signal.severity, "info");
  assert.deepEqual(story.heard[0]?.signal.failingFrom, ["office"]);
  assert.equal(story.state("shop/1"), "ok");
  assert.deepEqual(await story.sees("tokyo", "shop/1", "down", "down", "down"), ["changed down shop/1"]);
  assert.equal(story.heard[1]?.signal.id, story.heard[0]?.signal.id);
  assert.equal(story.heard[1]?.signal.severity, "critical");
});

test("a quiet signal ends when its vantage sees the target again", async () => {
  const story = watching(three);
  for (let round = 0; round < 5; round++) {
    await story.sees("tokyo", "shop/1", "up");
    await story.sees("office", "blog/1", "up");
    await story.sees("office", "shop/1", "down");
    await story.passes(17);
  }
  assert.equal(story.heard.length, 1);
  assert.deepEqual(await story.sees("office", "shop/1", "up", "up", "up"), ["closed partial shop/1"]);
});

test("everything fails from one vantage while others see it: that vantage is blind and has no vote", async () => {
  const story = watching(three);
  for (const check of ["shop/1", "blog/1", "wiki/1"])
    for (const vantage of ["tokyo", "osaka", "office"]) await story.sees(vantage, check, "up");
  for (const check of ["shop/1", "blog/1", "wiki/1"]) await story.sees("office", check, "down", "down", "down");
  assert.deepEqual(await story.passes(1), ["opened blind vantage:office"]);
  assert.equal(story.heard[0]?.signal.severity, "info");
  // its attempts help nobody to an outage any more
  assert.deepEqual(await story.sees("tokyo", "shop/1", "down"), []);
  assert.deepEqual(await story.sees("tokyo", "shop/1", "up"), []);
  assert.equal(story.detector.checks()[0]?.cells[2]?.state, "unknown");
  assert.deepEqual(await story.sees("office", "blog/1", "up", "up"), []);
  assert.deepEqual(
    [...(await story.sees("office", "blog/1", "up")), ...(await story.passes(1))],
    ["closed blind vantage:office"],
  );
});

test("the own line is cut at a single vantage: one signal that we are blind, none that services are down", async () => {
  const site = watchedSite({ hosts: { w1: {}, w2: {} }, services: { shop: { on: "w1" }, mail: { on: "w2" } } });
  const story = watching(site);
  await story.sees("here", "shop/1", "up");
  await story.sees("here", "mail/1", "up", "down", "down");
  assert.deepEqual(story.says("here", "blind"), ["opened blind vantage:here"]);
  assert.deepEqual(await story.sees("here", "mail/1", "down", "down", "down"), []);
  assert.deepEqual(await story.sees("here", "shop/1", "down", "down", "down"), []);
  assert.deepEqual([story.state("shop/1"), story.state("mail/1")], ["unknown", "unknown"]);
  assert.deepEqual(await story.passes(600), []);
  assert.deepEqual(story.says("here", "ok"), ["closed blind vantage:here"]);
  assert.deepEqual(await story.sees("here", "mail/1", "down", "down"), []);
  assert.deepEqual(await story.sees("here", "mail/1", "up", "up"), []);
  assert.deepEqual([story.state("shop/1"), story.state("mail/1")], ["unknown", "ok"]);
});

test("while the hub's own line is cut the others cannot be heard: one signal, not one for each of them", async () => {
  const site = watchedSite({ vantages: { here: {}, office: {} }, hosts: { w1: {} }, services: { shop: { on: "w1" } } });
  const story = watching(site);
  for (const vantage of ["here", "office"]) await story.sees(vantage, "shop/1", "up");
  assert.deepEqual(story.says("here", "blind"), ["opened blind vantage:here"]);
  story.says("office", "silent");
  assert.deepEqual(await story.passes(900), []);
  assert.equal(story.state("shop/1"), "unknown");
  assert.deepEqual(story.says("here", "ok"), ["closed blind vantage:here"]);
  assert.deepEqual(await story.sees("office", "shop/1", "up"), []);
  assert.deepEqual(await story.passes(100), []);
});

test("an outage that is open stays open while we are blind", async () => {
  const story = watching(pop);
  await story.sees("here", "pop/1", "up", "down", "down", "down");
  story.says("here", "blind");
  assert.deepEqual(await story.passes(300), []);
  assert.equal(story.state("pop/1"), "unknown");
  story.says("here", "ok");
  assert.deepEqual(await story.sees("here", "pop/1", "up", "up", "up"), ["closed down pop/1"]);
});

test("no reading for three intervals is unknown, after three more the silent vantage is an alert", async () => {
  const story = watching(pop);
  await story.sees("here", "pop/1", "up");
  await story.passes(65);
  assert.equal(story.state("pop/1"), "ok");
  await story.passes(1);
  assert.equal(story.state("pop/1"), "unknown");
  assert.deepEqual(await story.passes(59), []);
  assert.deepEqual(await story.passes(1), ["opened blind vantage:here"]);
  assert.equal(story.heard[0]?.signal.facts["reason"], "silent");
  assert.deepEqual(await story.sees("here", "pop/1", "up"), ["closed blind vantage:here"]);
});

test("attempts that only say unknown never look healthy", async () => {
  const story = watching(pop);
  await story.sees("here", "pop/1", "unknown", "unknown");
  assert.equal(story.state("pop/1"), "unknown");
});

test("failures with a long hole between them are no row", async () => {
  const story = watching(pop);
  await story.sees("here", "pop/1", "up", "down", "down");
  await story.passes(70);
  assert.deepEqual(await story.sees("here", "pop/1", "down", "down"), []);
  assert.deepEqual(await story.sees("here", "pop/1", "down"), ["opened down pop/1"]);
});

test("an attempt that arrives late, or twice, is not counted", async () => {
  const story = watching(pop);
  await story.sees("here", "pop/1", "up", "down", "down");
  const nowMs = story.clock.monotonicMs();
  const late = attempt({ checkId: "pop/1", outcome: "down", monotonicMs: nowMs - 500 });
  const again = attempt({ checkId: "pop/1", outcome: "down", monotonicMs: nowMs });
  assert.deepEqual(story.hear(story.detector.take(late)), []);
  assert.deepEqual(story.hear(story.detector.take(again)), []);
  assert.deepEqual(await story.sees("here", "pop/1", "down"), ["opened down pop/1"]);
});

test("slow is a warning, and turning worse or better changes the same signal", async () => {
  const story = watching(pop);
  assert.deepEqual(await story.sees("here", "pop/1", "up", "degraded", "degraded", "degraded"), [
    "opened degraded pop/1",
  ]);
  assert.equal(story.heard[0]?.signal.severity, "warning");
  assert.equal(story.state("pop/1"), "warning");
  assert.deepEqual(await story.sees("here", "pop/1", "down", "down", "down"), ["changed down pop/1"]);
  assert.equal(story.heard[1]?.signal.severity, "critical");
  assert.deepEqual(await story.sees("here", "pop/1", "degraded", "degraded", "degraded"), ["changed degraded pop/1"]);
  assert.deepEqual(await story.sees("here", "pop/1", "up", "up", "up"), ["closed degraded pop/1"]);
  assert.equal(new Set(story.heard.map(({ signal }) => signal.id)).size, 1);
});

test("a service of low priority is a warning even when it is down", async () => {
  const story = watching(watchedSite({ services: { toy: { priority: 3 } } }));
  await story.sees("here", "toy/1", "down", "down", "down");
  assert.equal(story.heard[0]?.signal.severity, "warning");
});

test("mail comes and goes: after six flips one signal stays open until it has been calm for half an hour", async () => {
  const story = watching(pop);
  const cycle = async (): Promise<readonly string[]> => [
    ...(await story.sees("here", "pop/1", "down", "down", "down")),
    ...(await story.sees("here", "pop/1", "up", "up", "up")),
  ];
  await story.sees("here", "pop/1", "up");
  assert.deepEqual(await cycle(), ["opened down pop/1", "closed down pop/1"]);
  assert.deepEqual(await cycle(), ["opened down pop/1", "closed down pop/1"]);
  assert.deepEqual(await cycle(), ["opened down pop/1", "changed down pop/1"]);
  assert.equal(story.heard.at(-1)?.signal.facts["flapping"], true);
  assert.equal(story.heard.at(-1)?.signal.facts["flips"], 6);
  assert.equal(story.state("pop/1"), "warning");
  for (let round = 0; round < 4; round++) assert.deepEqual(await cycle(), []);
  const calm: string[] = [];
  for (let round = 0; round < 89; round++)
    calm.push(...(await story.sees("here", "pop/1", "up")), ...(await story.passes(19)));
  assert.deepEqual(calm, []);
  assert.deepEqual([...(await story.sees("here", "pop/1", "up")), ...(await story.passes(19))], ["closed down pop/1"]);
  assert.equal(story.state("pop/1"), "ok");
  assert.deepEqual(await cycle(), ["opened down pop/1", "closed down pop/1"]);
});

test("a flapping service that stays down is a plain outage after half an hour", async () => {
  const story = watching(pop);
  await story.sees("here", "pop/1", "up");
  for (let round = 0; round < 3; round++) await story.sees("here", "pop/1", "down", "down", "down", "up", "up", "up");
  await story.sees("here", "pop/1", "down", "down", "down");
  const told: string[] = [];
  for (let round = 0; round < 91; round++)
    told.push(...(await story.sees("here", "pop/1", "down")), ...(await story.passes(19)));
  assert.deepEqual(told, ["changed down pop/1"]);
  assert.equal(story.heard.at(-1)?.signal.facts["flapping"], false);
});

test("the wall clock is stepped by three hours either way: told once as an event, nothing else happens", async () => {
  for (const stepMs of [3 * 3_600_000, -3 * 3_600_000]) {
    const story = watching(pop);
    await story.sees("here", "pop/1", "up", "down", "down");
    story.clock.stepWall(stepMs);
    assert.deepEqual(story.hear(story.detector.tick()), ["opened clock-jumped vantage:here"]);
    assert.equal(story.heard[0]?.signal.facts["jumpedMs"], stepMs);
    assert.notEqual(story.heard[0]?.signal.closedAt, null);
    assert.deepEqual(await story.passes(3), []);
    assert.deepEqual(await story.sees("here", "pop/1", "down"), ["opened down pop/1"]);
    story.clock.stepWall(-stepMs);
    assert.deepEqual(story.hear(story.detector.tick()), ["opened clock-jumped vantage:here"]);
    assert.deepEqual(await story.sees("here", "pop/1", "up", "up", "up"), ["closed down pop/1"]);
  }
});

test("a signal open in the ledger is not opened again after a restart, and closes by confirmed recovery", async () => {
  const before = watching(pop);
  await before.sees("here", "pop/1", "up", "down", "down", "down");
  const open = before.heard[0]?.signal;
  assert.ok(open !== undefined);
  const after = watching(pop, [open]);
  assert.equal(after.state("pop/1"), "unknown");
  assert.deepEqual(await after.sees("here", "pop/1", "down", "down", "down", "down"), []);
  assert.equal(after.state("pop/1"), "down");
  assert.deepEqual(await after.sees("here", "pop/1", "up", "up"), []);
  assert.deepEqual(await after.sees("here", "pop/1", "up"), ["closed down pop/1"]);
  assert.equal(after.heard[0]?.signal.id, open.id);
});

test("a check that leaves the file takes its signal with it, what stays keeps its state", async () => {
  const both = watchedSite({ services: { pop: {}, imap: {} } });
  const one = watchedSite({ services: { pop: {} } });
  const story = watching(both);
  for (const id of ["pop/1", "imap/1"]) await story.sees("here", id, "up", "down", "down", "down");
  assert.deepEqual(story.hear(story.detector.reconfigure(one, siteGraph(one))), ["closed down imap/1"]);
  assert.equal(story.state("pop/1"), "down");
  const orphan = story.heard.find(({ signal }) => signal.checkId === "imap/1")?.signal;
  assert.ok(orphan !== undefined);
  const restarted = watching(one, [{ ...orphan, closedAt: null }]);
  assert.deepEqual(await restarted.passes(1), ["closed down imap/1"]);
});

test("an outage does not end because a witness falls silent", async () => {
  const story = watching(three);
  for (const vantage of ["tokyo", "osaka", "office"]) await story.sees(vantage, "shop/1", "up", "up", "up");
  await story.sees("tokyo", "shop/1", "down", "down");
  await story.sees("osaka", "shop/1", "down", "down");
  story.says("osaka", "silent");
  assert.deepEqual(await story.sees("office", "shop/1", "up", "up", "up"), []);
  assert.deepEqual(await story.sees("tokyo", "shop/1", "up", "up"), []);
  assert.deepEqual(await story.sees("tokyo", "shop/1", "up"), ["closed down shop/1"]);
});

test("what is tried at once tells a service from its host and from our own line", () => {
  const site = watchedSite({
    hosts: { w1: {}, w2: {}, w3: {}, w4: {} },
    services: {
      shop: { on: "w1", needs: ["db"], checks: 2 },
      ftp: { on: "w1" },
      db: { on: "w2" },
      blog: { on: "w3" },
      local: { target: "127.0.0.1:80" },
      wiki: { on: "w4" },
    },
  });
  const { detector } = watching(site);
  assert.deepEqual(detector.related("shop/1"), ["shop/2", "db/1", "ftp/1", "blog/1"]);
  assert.deepEqual(detector.related("unheard/1"), []);
});

test("ten thousand checks: a reading costs microseconds, healthy or failing", async () => {
  const services = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, index) => [`s${index}`, { on: `h${index % 300}`, checks: 2 }]),
  );
  const site = watchedSite({ vantages: { a: {}, b: {} }, services });
  const story = watching(site);
  const startedAt = performance.now();
  for (const outcome of ["up", "down", "down", "down", "up"] as const) {
    await story.clock.advance(1_000);
    const at = { atMs: story.clock.nowMs(), monotonicMs: story.clock.monotonicMs() };
    for (const check of site.checks)
      for (const vantage of ["a", "b"]) story.detector.take(attempt({ ...at, checkId: check.id, vantage, outcome }));
    story.detector.tick();
  }
  const perReadingUs = ((performance.now() - startedAt) * 1_000) / 100_000;
  assert.ok(perReadingUs < 100, `${perReadingUs.toFixed(1)} µs a reading`);
});
