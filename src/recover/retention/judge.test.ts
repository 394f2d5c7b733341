import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommitRecord } from "../../kernel/model/backup.ts";
import { recordAt } from "../../../test/doubles/recover-plan.ts";
import { explainRetention } from "../../words/recovery-retention.ts";
import { usualCount } from "./history.ts";
import { inventoryOf } from "./inventory.ts";
import { planRetention, refusalsOf, type Grounds } from "./judge.ts";
import type { ListedSnapshot } from "./keeper.ts";
import { rulesOf } from "./rules.ts";

const [minuteMs, dayMs] = [60_000, 86_400_000];
const nowMs = Date.parse("2026-11-22T04:00:00Z");
const rules = rulesOf({ hourly: 0, daily: 7, weekly: 0, monthly: 0, yearly: 0 });

function listed(id: string, atMs: number, tags: readonly string[]): ListedSnapshot {
  return { id, time: new Date(atMs).toISOString(), host: "web1", tags, paths: [] };
}

function labels(set: string, part: string): string[] {
  return ["koboshi", "plan=shop-data", `set=${set}`, `part=${part}`];
}

interface Stored {
  readonly set: string;
  readonly atMs: number;
  readonly record?: Partial<CommitRecord>;
}

/** A repository with these sets, each of a commit and the files it names, and with other snapshots. */
function grounds(
  stored: readonly Stored[],
  change: Partial<Grounds> & { readonly others?: readonly ListedSnapshot[] } = {},
): Grounds {
  const records = new Map(
    stored.map(({ set, atMs, record }) => [`commit-${set}`, recordAt(set, atMs, { parts: [], ...record })]),
  );
  const own = stored.flatMap(({ set, atMs }) => [
    listed(`files-${set}`, atMs, labels(set, "files")),
    listed(`commit-${set}`, atMs, labels(set, "commit")),
  ]);
  const snapshots = [...own, ...(change.others ?? [])];
  const inventory = inventoryOf("shop-data", snapshots, records);
  const plan = planRetention(inventory, rules, nowMs);
  const dryRun = plan.going.flatMap(({ commits }) => commits);
  return {
    inventory,
    plan,
    snapshots,
    dryRun,
    loseAtMostMs: null,
    usual: 1,
    isConfirmed: false,
    pinned: new Set(),
    nowMs,
    ...change,
  };
}

const daily = (count: number): readonly Stored[] =>
  Array.from({ length: count }, (_, day) => ({ set: `day-${day}`, atMs: nowMs - 40 * minuteMs - day * dayMs }));
const reasons = (of: Grounds): readonly string[] => refusalsOf(of).map(({ reason }) => reason);

test("one set a day goes, and nothing speaks against it", () => {
  const of = grounds(daily(8));
  assert.deepEqual(
    of.plan.going.map(({ set }) => set),
    ["day-7"],
  );
  assert.deepEqual(reasons(of), []);
});

test("thirty forged sets just after the newest would push out today's good one, and are too many", () => {
  const forged = Array.from({ length: 30 }, (_, index) => ({
    set: `x-${index}`,
    atMs: nowMs - 39 * minuteMs + index * minuteMs,
  }));
  const of = grounds([...daily(8), ...forged]);
  assert.ok(of.plan.going.some(({ set }) => set === "day-0"));
  assert.deepEqual(reasons(of), ["too-many"]);
});

test("times that do not agree with the records, or with the chain of the records, are refused", () => {
  const moved = daily(5).map((one) =>
    one.set === "day-3" ? { ...one, record: { finishedAt: "2020-01-01T00:00:00.000Z" } } : one,
  );
  assert.deepEqual(reasons(grounds(moved)), ["out-of-order"]);
  const chained = daily(5).map((one) => (one.set === "day-3" ? { ...one, record: { previousSet: "day-1" } } : one));
  assert.deepEqual(reasons(grounds(chained)), ["out-of-order"]);
});

test("each of the other reasons alone is enough", () => {
  assert.deepEqual(reasons(grounds(daily(8), { loseAtMostMs: 30 * minuteMs })), ["stale"]);
  assert.deepEqual(reasons(grounds(daily(8), { others: [listed("other", nowMs + dayMs, [])] })), ["future"]);
  assert.deepEqual(reasons(grounds(daily(8), { dryRun: [] })), ["differs"]);
  assert.deepEqual(reasons(grounds(daily(8), { dryRun: ["commit-day-7", "commit-day-1"] })), ["differs"]);
  assert.deepEqual(reasons(grounds(daily(8), { pinned: new Set(["day-7"]) })), ["pinned"]);
  const torn = [listed("torn", nowMs - dayMs, ["koboshi", "plan=shop-data", "set=t", "part=commit"])];
  assert.deepEqual(reasons(grounds(daily(8), { others: torn })), ["differs"]);
});

test("parts nobody committed go after two days, never parts that a kept set took over, nor those of a torn commit", () => {
  const others = [
    listed("old", nowMs - 3 * dayMs, labels("gone", "dump")),
    listed("young", nowMs - dayMs, labels("now", "dump")),
    listed("reused", nowMs - 3 * dayMs, labels("cut", "dump")),
    listed("torn", nowMs - 3 * dayMs, ["koboshi", "plan=shop-data", "set=t", "part=commit"]),
    listed("of-torn", nowMs - 3 * dayMs, labels("t", "dump")),
  ];
  const part = { part: "dump", snapshot: "reused", bytes: 1, files: 1, sha256: null, of: null, missing: [] } as const;
  const stored = daily(3).map((one) => (one.set === "day-2" ? { ...one, record: { parts: [part] } } : one));
  assert.deepEqual(grounds(stored, { others }).plan.orphans, ["old"]);
});

test("what is usual follows from what went before, and grows with the days since", () => {
  const entry = (day: number, removed: number) => ({
    at: { atMs: nowMs - day * dayMs, monotonicMs: 0, bootId: "x" },
    state: "done" as const,
    removed,
    reasons: [],
    by: null,
  });
  assert.equal(usualCount([], nowMs), null);
  assert.equal(usualCount([entry(1, 1), entry(2, 1), entry(3, 40)], nowMs), 1);
  assert.equal(usualCount([entry(5, 1), entry(6, 1), entry(7, 40)], nowMs), 5);
});

test("what stays and goes is explained in both languages", () => {
  const of = grounds(daily(8), { pinned: new Set(["day-7"]) });
  for (const lang of ["ja", "en"] as const) {
    const lines = explainRetention(
      { rules, sets: of.plan.sets, refusals: refusalsOf(of) },
      { lang, timeZone: "Asia/Tokyo" },
    );
    assert.equal(lines.length, 10);
    assert.doesNotMatch(lines.join("\n"), /undefined|NaN/);
  }
});
