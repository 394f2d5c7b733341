import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { attempt, watchedSite } from "../../../test/doubles/watched-site.ts";
import type { Check } from "../../kernel/model/check.ts";
import { createHttpDates } from "./http-dates.ts";
import { createHubTime } from "./hub-time.ts";
import { lookedAtClock } from "./judge.ts";

const site = watchedSite({ hosts: { web1: {} }, services: { shop: { on: "web1" }, mail: { on: "web1" } } });
const checks: readonly Check[] = site.checks.map((check) => ({
  ...check,
  kind: check.service === "shop" ? "http" : "tcp",
}));

test("a web server's Date tells its host's clock, from the hub's own attempts or from a vantage whose clock is known", () => {
  const clock = createFakeClock();
  const dates = createHttpDates({ clock, vantageOffsetMs: (name) => (name === "office" ? 2_000 : null) });
  dates.use({ ...site, checks });
  const seen = (over: Partial<Parameters<typeof dates.clockIn>[0]>) =>
    dates.clockIn(attempt({ outcome: "up", checkId: "shop/1", facts: { dateOffsetSeconds: -10_800 }, ...over }));
  assert.deepEqual([seen({}), seen({})], [null, null], "one late answer says nothing");
  assert.equal(seen({})?.host, "web1");
  assert.equal(seen({})?.clock.offsetSeconds, -10_800);
  assert.equal(seen({ vantage: "office" })?.clock.offsetSeconds, -10_798);
  assert.equal(seen({ facts: { dateOffsetSeconds: 0 } })?.clock.offsetSeconds, 0, "nearest to being right");
  assert.equal(seen({ vantage: "elsewhere" }), null);
  assert.equal(seen({ checkId: "mail/1" }), null);
  assert.equal(seen({ facts: {} }), null);
});

test("three hours off is critical, two seconds a warning, what could be the header's rounding nothing", () => {
  const { clock } = { clock: createFakeClock() };
  const at = { atMs: clock.nowMs(), monotonicMs: 0, bootId: "" };
  const judged = (offsetSeconds: number) =>
    lookedAtClock({ offsetSeconds, uncertaintySeconds: 1.2, source: "http", at }, null).found.map(
      ({ severity, facts }) => [severity, facts["source"]],
    );
  assert.deepEqual(judged(-10_800), [["critical", "http"]]);
  assert.deepEqual(judged(2.5), [["warning", "http"]]);
  assert.deepEqual(judged(2), []);
});

test("when the hub's own clock is stepped, no host is called wrong for it, and a wrong one stays wrong", () => {
  const clock = createFakeClock();
  const hubTime = createHubTime(clock);
  assert.equal(hubTime.believe(-10_800), -10_800);
  clock.stepWall(10_800_000);
  assert.equal(hubTime.believe(-10_800), 0, "the host stands where it stood");
  assert.equal(hubTime.believe(0), 0, "the step was right, and the host had been right");
  assert.equal(hubTime.believe(3_600), 3_600, "wrong by both clocks");
});
