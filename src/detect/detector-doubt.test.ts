import assert from "node:assert/strict";
import { test } from "node:test";
import { watching } from "../../test/doubles/detector-story.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";

const full = watchedSite({
  hosts: { web1: {}, web2: {} },
  services: { mail: { on: "web1" }, shop: { on: "web1" }, db: { on: "web1" }, blog: { on: "web2" } },
});

async function allWell(): Promise<ReturnType<typeof watching>> {
  const story = watching(full);
  for (const id of ["mail/1", "shop/1", "db/1", "blog/1"]) await story.sees("here", id, "up");
  return story;
}

test("services of one host take turns in failing: none is told as recovered while the next one begins to fail", async () => {
  const story = await allWell();
  assert.deepEqual(await story.sees("here", "mail/1", "down", "down", "down"), ["opened down mail/1"]);
  await story.sees("here", "shop/1", "degraded");
  assert.deepEqual(await story.sees("here", "mail/1", "up", "up", "up"), []);
  assert.equal(story.state("mail/1"), "down");
  assert.deepEqual(await story.sees("here", "shop/1", "degraded", "degraded"), ["opened degraded shop/1"]);
  assert.deepEqual(await story.passes(1), ["closed down mail/1"]);
  await story.sees("here", "db/1", "degraded");
  assert.deepEqual(await story.sees("here", "shop/1", "up", "up", "up"), []);
  assert.deepEqual(await story.sees("here", "db/1", "up"), []);
  assert.deepEqual(await story.passes(1), ["closed degraded shop/1"]);
});

test("a neighbour that never comes to a decision keeps a recovery back for a minute at the most", async () => {
  const story = await allWell();
  await story.sees("here", "mail/1", "down", "down", "down");
  await story.sees("here", "mail/1", "up", "up");
  const told: string[] = [];
  for (let round = 0; round < 20; round++)
    told.push(
      ...(await story.sees("here", "shop/1", "up", "down", "down")),
      ...(await story.sees("here", "mail/1", "up")),
    );
  assert.deepEqual(told, ["closed down mail/1"]);
});

test("what fails elsewhere, or has failed for long from one place alone, keeps no recovery back", async () => {
  const story = await allWell();
  await story.sees("here", "mail/1", "down", "down", "down");
  await story.sees("here", "blog/1", "down");
  assert.deepEqual(await story.sees("here", "mail/1", "up", "up", "up"), ["closed down mail/1"]);
  const two = watching(
    watchedSite({
      vantages: { tokyo: {}, osaka: {} },
      hosts: { web1: {} },
      services: { shop: { on: "web1" }, mail: { on: "web1" } },
    }),
  );
  for (const id of ["shop/1", "mail/1"]) for (const vantage of ["tokyo", "osaka"]) await two.sees(vantage, id, "up");
  for (let round = 0; round < 6; round++) {
    await two.sees("osaka", "mail/1", "down");
    await two.sees("tokyo", "mail/1", "up");
    await two.sees("tokyo", "shop/1", "up");
    await two.passes(12);
  }
  for (const vantage of ["tokyo", "osaka"]) await two.sees(vantage, "shop/1", "down", "down");
  const told: string[] = [];
  for (const vantage of ["tokyo", "osaka"]) told.push(...(await two.sees(vantage, "shop/1", "up", "up", "up")));
  assert.deepEqual(told.at(-1), "closed down shop/1");
});
