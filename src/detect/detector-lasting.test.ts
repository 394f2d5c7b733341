import assert from "node:assert/strict";
import { test } from "node:test";
import { siteGraph } from "../kernel/graph.ts";
import { pop, watching } from "../../test/doubles/detector-story.ts";
import { attempt, watchedSite } from "../../test/doubles/watched-site.ts";

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
  const before = process.cpuUsage();
  for (const outcome of ["up", "down", "down", "down", "up"] as const) {
    await story.clock.advance(1_000);
    const at = { atMs: story.clock.nowMs(), monotonicMs: story.clock.monotonicMs() };
    for (const check of site.checks)
      for (const vantage of ["a", "b"]) story.detector.take(attempt({ ...at, checkId: check.id, vantage, outcome }));
    story.detector.tick();
  }
  const { user, system } = process.cpuUsage(before);
  const perReadingUs = (user + system) / 100_000;
  assert.ok(perReadingUs < 100, `${perReadingUs.toFixed(1)} µs a reading`);
});
