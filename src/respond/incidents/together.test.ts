import assert from "node:assert/strict";
import { test } from "node:test";
import type { FoldedIncident } from "../../kernel/ports.ts";
import type { StoredSignal } from "../../storage/ledger/ledger.ts";
import { keptTogether } from "./together.ts";

const now = { atMs: 0, monotonicMs: 0, bootId: "boot" };

function fold(
  incidentId: number | null,
  signalIds: readonly string[],
  given: Partial<FoldedIncident> = {},
): FoldedIncident {
  return {
    incidentId,
    signalIds,
    subject: `service:${signalIds[0] ?? ""}`,
    services: signalIds,
    affected: [],
    severity: "warning",
    quiet: false,
    flapping: false,
    startedAt: now,
    detectedAt: now,
    ...given,
  };
}

/** Which incident each signal is in already. */
function placed(homes: Readonly<Record<string, number | null>>): ReadonlyMap<string, StoredSignal> {
  return new Map(Object.entries(homes).map(([id, incidentId]) => [id, { id, incidentId } as StoredSignal]));
}

test("a piece that came apart from an incident stays in it, with all it holds", () => {
  const folds = [fold(7, ["a"]), fold(null, ["b", "c"], { severity: "critical", quiet: true })];
  const [whole, ...more] = keptTogether(folds, placed({ a: 7, b: 7, c: 7 }));
  assert.deepEqual(more, []);
  assert.deepEqual(
    [whole?.incidentId, whole?.signalIds, whole?.services, whole?.severity, whole?.quiet],
    [7, ["a", "b", "c"], ["a", "b", "c"], "critical", false],
  );
});

test("what is new, of two incidents, or of one that is over, stands by itself", () => {
  const folds = [fold(7, ["a"]), fold(8, ["d"]), fold(null, ["new"]), fold(null, ["b", "e"]), fold(null, ["old"])];
  const kept = keptTogether(folds, placed({ a: 7, b: 7, d: 8, e: 8, new: null, old: 3 }));
  assert.deepEqual(
    kept.map(({ incidentId, signalIds }) => [incidentId, signalIds]),
    [
      [7, ["a"]],
      [8, ["d"]],
      [null, ["new"]],
      [null, ["b", "e"]],
      [null, ["old"]],
    ],
  );
});
