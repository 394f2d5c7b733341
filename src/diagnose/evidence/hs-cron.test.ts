import assert from "node:assert/strict";
import { test } from "node:test";
import { readingOf } from "../../../test/doubles/host-readings.ts";
import { answersWith } from "../../../test/doubles/no-inside.ts";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import { hsCron } from "./hs-cron.ts";

const nowMs = 1_800_000_000_000;

function seen(change: Partial<HostReading> | null): unknown {
  const window = { fromMs: nowMs - 900_000, startedAtMs: nowMs - 300_000, nowMs, aheadMs: 0 };
  const reading = change === null ? null : readingOf(nowMs, change);
  const found = hsCron.read({ inside: { ...window, answers: answersWith({}), reading, usual: null }, jobs: [] });
  return typeof found === "string" ? found : [found.state, found.value, found.facts["detail"]];
}

const cronIs = (active: "active" | "inactive" | "failed"): HostReading["units"] => ({
  failed: [],
  states: { cron: { active, enabled: true } },
});
const timer = {
  where: "timer:logrotate.timer",
  line: "daily",
  user: null,
  lastDueAtMs: null,
  nextDueAtMs: null,
  lastRunAtMs: null,
  runSeenIn: null,
  verdict: "not-due",
} as const;

test("a run that was due and is nowhere to be seen is missed", () => {
  assert.deepEqual(seen({}), ["missed", 60, "/etc/crontab:12"]);
});

test("where the scheduler stands still, all is late before the first run is missed", () => {
  const line = { ...timer, where: "/etc/crontab:12" };
  assert.deepEqual(seen({ cron: [line], units: cronIs("failed") }), ["late", 0, "cron"]);
  assert.deepEqual(seen({ cron: [line], units: cronIs("inactive") }), ["late", 0, "cron"]);
  assert.deepEqual(seen({ cron: [line], units: cronIs("active") }), ["ok", 0, undefined]);
});

test("a quick look reads no tables, and a stopped scheduler counts all the same", () => {
  assert.deepEqual(seen({ cron: null, units: cronIs("failed") }), ["late", 0, "cron"]);
  assert.equal(seen({ cron: null, units: cronIs("active") }), "not-configured");
});

test("a scheduler with nothing to start may stand still, and one nobody looked at is not said to run", () => {
  assert.deepEqual(seen({ cron: [timer], units: cronIs("inactive") }), ["ok", 0, undefined]);
  assert.equal(seen(null), "not-configured");
});
