import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { siteWithPage } from "../../test/doubles/page-facts.ts";
import type { Check } from "../kernel/model/check.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Availability } from "../kernel/ports.ts";
import type { Ledger, SignalPhase } from "../storage/ledger/ledger.ts";
import type { CoverageStep, Telemetry } from "../storage/telemetry/telemetry.ts";
import { percent } from "../words/figures.ts";
import { createAvailability } from "./availability.ts";
import { recentDays } from "./availability-days.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** 2026-11-22T02:12+09:00 */
const nowMs = Date.UTC(2026, 10, 21, 17, 12);

function checkOf(service: string, everyMs = minuteMs): Check {
  const one = { id: `${service}/http`, service, kind: "http", name: "http", target: "x", everyMs, timeoutMs: 10_000 };
  return { ...one, attempts: 3, vantages: ["here"], namedVantages: [], spec: {} };
}

interface Given {
  readonly phases?: readonly Omit<SignalPhase, "signalId" | "subject">[];
  /** hours that somebody looked, by their beginning; all when left out */
  readonly hours?: (atMs: number) => boolean;
  readonly timeZone?: string;
  readonly checks?: readonly Check[];
}

interface Asked {
  read(days: number): Promise<Availability>;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly questions: { coverage: number; steps: number };
}

function reader({
  phases = [],
  hours = () => true,
  timeZone = "Asia/Tokyo",
  checks = [checkOf("shop")],
}: Given): Asked {
  const clock = createFakeClock(nowMs);
  const questions = { coverage: 0, steps: 0 };
  const site: Site = { ...siteWithPage(), timeZone, checks };
  const signals = phases.map((phase, index): SignalPhase => ({
    ...phase,
    signalId: `${index}`,
    subject: "service:shop",
  }));
  const ledger = { read: { signalPhases: async () => signals } } as unknown as Pick<Ledger, "read">;
  const coverage: Telemetry["read"]["coverage"] = async ({ checkIds, fromMs, toMs, stepMs }) => {
    const steps: CoverageStep[] = [];
    for (const checkId of checkIds)
      for (let atMs = fromMs; atMs < toMs; atMs += stepMs) if (hours(atMs)) steps.push({ checkId, atMs, sighted: 60 });
    questions.coverage += 1;
    questions.steps += steps.length;
    return steps;
  };
  const availability = createAvailability({
    ledger,
    telemetry: { read: { coverage } } as unknown as Pick<Telemetry, "read">,
    clock,
    site: () => site,
  });
  return {
    clock,
    questions,
    async read(days) {
      const [found] = await availability.read({ services: ["shop"], days });
      assert.ok(found !== undefined);
      return found;
    },
  };
}

function lengths(timeZone: string, atMs: number): number[] {
  return recentDays({ nowMs: atMs, timeZone, count: 3 }).map(({ fromMs, toMs }) => (toMs - fromMs) / hourMs);
}

test("a day is a day of the site's zone; the clocks change it to 23 and to 25 hours", () => {
  assert.deepEqual(lengths("Europe/Berlin", Date.UTC(2026, 2, 29, 12)), [24, 24, 23]);
  assert.deepEqual(lengths("Europe/Berlin", Date.UTC(2026, 9, 25, 12)), [24, 24, 25]);
  assert.deepEqual(lengths("Asia/Tokyo", nowMs), [24, 24, 24]);
  // the clocks go forward at midnight: the day begins at one
  assert.deepEqual(lengths("America/Santiago", Date.UTC(2026, 8, 6, 15)), [24, 24, 23]);
  const [, today] = recentDays({ nowMs, timeZone: "Asia/Tokyo", count: 2 });
  assert.deepEqual([today?.date, today?.fromMs], ["2026-11-22", Date.UTC(2026, 10, 21, 15)]);
});

test("the story of the README: stopped 1 h 31 min of 90 days is 99.93 %", async () => {
  const fromMs = nowMs - 10 * dayMs;
  const found = await reader({ phases: [{ kind: "down", fromMs, toMs: fromMs + 91 * minuteMs }] }).read(90);
  assert.deepEqual([found.downMs, found.outages, found.unknownMs], [91 * minuteMs, 1, 0]);
  assert.equal(percent(found.ratio ?? 0), "99.93 %");
  assert.equal(found.days.length, 90);
  assert.equal(found.days.filter(({ downMs }) => downMs > 0).length, 1);
  assert.equal(found.days.at(-1)?.lengthMs, 2 * hourMs + 12 * minuteMs);
});

test("two checks that fail together stop the service once; a signal that turned worse counts by its parts", async () => {
  const at = nowMs - 3 * dayMs;
  const found = await reader({
    phases: [
      { kind: "down", fromMs: at, toMs: at + hourMs },
      { kind: "down", fromMs: at + 30 * minuteMs, toMs: at + 2 * hourMs },
      { kind: "degraded", fromMs: at + hourMs, toMs: at + 3 * hourMs },
      { kind: "partial", fromMs: at - hourMs, toMs: at },
    ],
  }).read(7);
  assert.deepEqual([found.downMs, found.outages], [2 * hourMs, 1]);
  assert.equal(
    found.days.reduce((sum, day) => sum + day.degradedMs, 0),
    hourMs,
  );
});

test("an outage that lasts counts up to now, over midnight in both days", async () => {
  const found = await reader({ phases: [{ kind: "down", fromMs: nowMs - 4 * hourMs, toMs: null }] }).read(2);
  assert.deepEqual(
    found.days.map(({ downMs }) => downMs / minuteMs),
    [108, 132],
  );
});

test("time nobody looked is neither up nor down; nothing watched is no number at all", async () => {
  const since = nowMs - 2 * dayMs;
  const found = await reader({ hours: (atMs) => atMs >= since }).read(90);
  assert.ok(found.unknownMs > 87 * dayMs && found.unknownMs < 88 * dayMs);
  assert.equal(found.ratio, 1);
  const never = await reader({ hours: () => false }).read(90);
  assert.deepEqual([never.ratio, never.downMs], [null, 0]);
  assert.equal((await reader({ checks: [] }).read(7)).ratio, null);
});

test("a check that looks every six hours leaves no gaps between its looks", async () => {
  const hours = (atMs: number): boolean => Math.floor(atMs / hourMs) % 6 === 0;
  const found = await reader({ hours, checks: [checkOf("shop", 6 * hourMs)] }).read(30);
  assert.ok(found.unknownMs < 6 * hourMs);
  assert.ok((await reader({ hours }).read(30)).unknownMs > 20 * dayMs, "one that looks every minute does");
});

test("days long over are asked for once; within half a minute nothing is asked at all", async () => {
  const asked = reader({});
  await asked.read(90);
  const first = { ...asked.questions };
  await asked.clock.advance(10_000);
  await asked.read(90);
  assert.deepEqual(asked.questions, first);
  await asked.clock.advance(30_000);
  await asked.read(90);
  assert.ok(asked.questions.steps - first.steps <= 24 * 4, "only the last days are read again");
});

const spans = fc.array(
  fc.record({
    kind: fc.constantFrom("down" as const, "degraded" as const),
    agoMs: fc.integer({ min: 0, max: 95 * dayMs }),
    lengthMs: fc.integer({ min: 1, max: 3 * dayMs }),
    lasts: fc.boolean(),
  }),
  { maxLength: 12 },
);

test("bars, sums and ratio always agree, and no day with a stop stands beside 100 %", () =>
  fc.assert(
    fc.asyncProperty(
      spans,
      fc.integer({ min: 1, max: 120 }),
      fc.constantFrom("Asia/Tokyo", "Europe/Berlin", "America/Santiago", "UTC"),
      async (given, looked, timeZone) => {
        const phases = given.map(({ kind, agoMs, lengthMs, lasts }) => {
          const fromMs = nowMs - agoMs;
          return { kind, fromMs, toMs: lasts ? null : Math.min(nowMs, fromMs + lengthMs) };
        });
        const hours = (atMs: number): boolean => Math.floor(atMs / hourMs) % looked !== 0;
        const found = await reader({ phases, hours, timeZone }).read(90);
        const sum = (key: "downMs" | "unknownMs" | "lengthMs"): number =>
          found.days.reduce((total, day) => total + day[key], 0);
        assert.equal(sum("downMs"), found.downMs);
        assert.equal(sum("unknownMs"), found.unknownMs);
        for (const day of found.days) {
          assert.ok(day.downMs >= 0 && day.degradedMs >= 0 && day.unknownMs >= 0);
          assert.ok(day.downMs + day.degradedMs + day.unknownMs <= day.lengthMs, JSON.stringify(day));
        }
        const red = found.days.some(({ downMs }) => downMs > 0);
        assert.equal(red, found.downMs > 0);
        assert.equal(red, found.outages > 0);
        if (red) assert.notEqual(percent(found.ratio ?? 0), "100 %");
        if (found.ratio !== null) assert.ok(found.ratio >= 0 && found.ratio <= 1);
        assert.equal(found.ratio === null, sum("lengthMs") === sum("unknownMs"));
      },
    ),
    { numRuns: 60 },
  ));
