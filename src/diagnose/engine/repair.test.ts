import assert from "node:assert/strict";
import { test } from "node:test";
import { causeOf } from "../../../test/doubles/diagnosis-catalogue.ts";
import type { Catalogue, Cause, Judgement, RepairAction } from "../model.ts";
import { expectedMinutes, repairSteps } from "./repair.ts";

const stakes = { causes: ["data-deleted"], atLeast: 0.1 };
const actions = new Map(
  (
    [
      ["undo-change", 0.5, []],
      ["restart-service", 5, [stakes]],
      ["limit-load", 3, []],
    ] as const
  ).map(([id, costMinutes, forbiddenWhen]): [string, RepairAction] => [
    id,
    { id, title: { ja: id, en: id }, costMinutes, risk: "none", touchesOurs: true, forbiddenWhen },
  ]),
);

function cause(id: string, mendedBy: Record<string, number>, at: Cause["at"] = "service"): Cause {
  return causeOf(id, { at, weight: 1, lines: [], mendedBy });
}

const catalogue: Catalogue = {
  causes: new Map(
    [
      cause("service-hang", { "restart-service": 1 }),
      cause("cpu-saturation", { "limit-load": 1 }),
      cause("config-change-error", { "undo-change": 1 }),
      cause("data-deleted", {}),
      cause("provider-outage", {}, "provider"),
    ].map((one) => [one.id, one]),
  ),
  evidence: new Map(),
  version: "",
};

function judged(causes: Readonly<Record<string, number>>, noneProbability = 0): Judgement {
  const ranked = Object.entries(causes).map(([id, probability]) => ({
    cause: { id, component: "service:web" } as const,
    probability,
  }));
  return { explanations: [], causes: ranked, noneProbability, parts: [], unexplained: [] };
}

test("what is cheap and likely enough comes before what is likeliest", () => {
  const steps = repairSteps(
    judged({ "service-hang": 0.6, "cpu-saturation": 0.25, "config-change-error": 0.15 }),
    catalogue,
    actions,
  );
  assert.deepEqual(
    steps.map(({ action }) => action),
    ["undo-change", "restart-service", "limit-load"],
  );
  assert.equal(expectedMinutes(steps).toFixed(2), "5.50");
  const [undo, restart, limit] = steps;
  assert.ok(undo !== undefined && restart !== undefined && limit !== undefined);
  assert.equal(expectedMinutes([restart, undo, limit]).toFixed(2), "5.95");
});

test("a restart is not advised while data may be at stake", () => {
  const steps = repairSteps(judged({ "service-hang": 0.7, "data-deleted": 0.1 }), catalogue, actions);
  assert.deepEqual(steps, []);
});

test("while the provider stands first, nothing is done to our own machines", () => {
  assert.deepEqual(repairSteps(judged({ "provider-outage": 0.6, "service-hang": 0.3 }), catalogue, actions), []);
});

test("nothing is mended when most likely nothing is broken", () => {
  assert.deepEqual(repairSteps(judged({ "service-hang": 0.3 }, 0.6), catalogue, actions), []);
});
