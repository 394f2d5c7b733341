import assert from "node:assert/strict";
import { test } from "node:test";
import { pop, three, watching } from "../../test/doubles/detector-story.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";

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
