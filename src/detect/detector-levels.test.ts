import assert from "node:assert/strict";
import { test } from "node:test";
import { pop, watching } from "../../test/doubles/detector-story.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";

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
