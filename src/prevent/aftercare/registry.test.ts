import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { clockRepair } from "../../hands/clock-repair.ts";
import { aftercareTitle } from "../../words/aftercare.ts";
import { aftercareChecks, mayWaive } from "./registry.ts";

const checks = aftercareChecks(clockRepair);
const ids = checks.map(({ id }) => id);

test("every check file is registered, and named after its check", () => {
  const files = fs.readdirSync(path.join(import.meta.dirname, "checks")).filter((name) => !name.endsWith(".test.ts"));
  assert.deepEqual(ids.map((id) => `${id}.ts`).toSorted(), files.toSorted());
  assert.equal(checks.length, 35);
});

test("a check stands behind everything that has to pass first", () => {
  for (const [nth, { id, after }] of checks.entries()) {
    for (const first of after) {
      const at = ids.indexOf(first);
      assert.ok(at !== -1 && at < nth, `${id} stands before ${first}, or ${first} does not exist`);
    }
  }
});

test("every check has its words in both languages", () => {
  for (const id of ids) for (const lang of ["ja", "en"] as const) assert.notEqual(aftercareTitle(id, lang), "");
});

test("only a clock that is known to be wrong cannot be signed for", () => {
  for (const { id, isWaivable } of checks) assert.equal(mayWaive({ check: id, result: "fail" }), isWaivable, id);
  assert.equal(mayWaive({ check: "clock-offset", result: "unobserved" }), true);
});
