import assert from "node:assert/strict";
import { test } from "node:test";
import { seenAs } from "../../../test/doubles/diagnosis-seen.ts";
import { partGraph } from "../../../test/doubles/diagnosis-town.ts";
import type { ConfirmedCase } from "../../kernel/model/diagnosis.ts";
import { loadCatalogue } from "../catalogue/load.ts";
import { evidenceKinds } from "../evidence/index.ts";
import { fitTemperature, leastToFit, type Fit } from "./calibrate.ts";

const graph = partGraph([
  ["host:web1", "host", ""],
  ["service:app", "app", "host:web1"],
]);
const loaded = loadCatalogue({ evidence: evidenceKinds, userFolder: null });
/** that look like a full disk */
const full = ["hs.disk host:web1 full", "vp.http service:app c500 a", "hs.ssh host:web1 ok"].map((one) => seenAs(one));

function caseOf(cause: string, component: ConfirmedCase["cause"]["component"] = "host:web1"): ConfirmedCase {
  const at = { atMs: 0, monotonicMs: 0, bootId: "b" };
  return { incidentId: 1, cause: { id: cause, component }, seen: full, at, actor: "token:cli", trust: 1, note: "" };
}

async function fitted(cases: readonly ConfirmedCase[]): Promise<Fit | null> {
  assert.ok(loaded.ok);
  return fitTemperature(cases, { catalogue: loaded.value, graph, breathe: () => Promise.resolve() });
}

function many(count: number, cause: string): readonly ConfirmedCase[] {
  return Array.from({ length: count }, () => caseOf(cause));
}

test("where what looks so is so, evidence counts in full; where it misleads, less", async () => {
  const right = await fitted(many(leastToFit, "disk-full"));
  const wrong = await fitted([...many(leastToFit / 2, "disk-full"), ...many(leastToFit / 2, "disk-failure")]);
  assert.deepEqual(right, { temperature: 0.8, cases: leastToFit });
  assert.deepEqual(wrong, { temperature: 2, cases: leastToFit });
});

test("few cases, or cases of parts that are gone, fit nothing", async () => {
  assert.equal(await fitted(many(leastToFit - 1, "disk-full")), null);
  const gone = Array.from({ length: leastToFit }, () => caseOf("disk-full", "host:old"));
  assert.equal(await fitted(gone), null);
});
