import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoredSnapshot } from "../../storage/ledger/nouns/snapshots.ts";
import { outlived } from "./retention.ts";

const hourMs = 3_600_000;
const nowMs = 1_000 * hourMs;

type Kind = "full" | "quick" | "cut-off";

function stored(id: number, ageHours: number, kind: Kind): StoredSnapshot {
  const isComplete = kind !== "cut-off";
  const takenAt = { atMs: nowMs - ageHours * hourMs, monotonicMs: 0, bootId: "here" };
  const unobserved = kind !== "quick" ? {} : { pkgs: "not-asked" };
  return { id, head: { host: "web1", takenAt, hostClockMs: null, uptimeSeconds: null, isComplete, unobserved } };
}

const all = [
  stored(9, 1, "quick"),
  stored(8, 20, "full"),
  stored(7, 60, "quick"),
  stored(6, 70, "full"),
  stored(5, 800, "quick"),
  stored(4, 801, "cut-off"),
  stored(3, 802, "full"),
  stored(2, 900, "full"),
];

test("quick ones go after two days, whole ones after the days that are kept", () => {
  assert.deepEqual(outlived(all, { nowMs, keptDays: 30, windowStartsMs: [] }), [7, 5, 4, 3, 2]);
});

test("what was there before a window that is not over stays: the newest complete and the newest whole", () => {
  const windowStartsMs = [nowMs - 799 * hourMs];
  assert.deepEqual(outlived(all, { nowMs, keptDays: 30, windowStartsMs }), [7, 4, 2]);
});

test("the newest whole one stays however old it is", () => {
  assert.deepEqual(outlived(all.slice(6), { nowMs, keptDays: 30, windowStartsMs: [] }), [2]);
});
