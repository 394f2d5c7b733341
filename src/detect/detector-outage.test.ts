import assert from "node:assert/strict";
import { test } from "node:test";
import { pop, three, watching } from "../../test/doubles/detector-story.ts";
import { attempt } from "../../test/doubles/watched-site.ts";

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
