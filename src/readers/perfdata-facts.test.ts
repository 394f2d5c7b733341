import assert from "node:assert/strict";
import { test } from "node:test";
import { perfMetrics } from "./perfdata-facts.ts";

test("values in facts become measurements with their units; what is not known is no measurement", () => {
  const facts = {
    exitCode: 0,
    "perf./var": 5,
    "perf.a=b": 0.5,
    "perf.users": 3,
    "perf.lost": null,
    perfUnits: ["/var=B", "a=b=s"],
  };
  assert.deepEqual(perfMetrics(facts), [
    { label: "/var", unit: "B", value: 5 },
    { label: "a=b", unit: "s", value: 0.5 },
    { label: "users", unit: "", value: 3 },
  ]);
  assert.deepEqual(perfMetrics({}), []);
});
