import assert from "node:assert/strict";
import { test } from "node:test";
import { featuresOf, parseVersion } from "./version.ts";

test("what a restic can do follows from its version; anything else is not restic", () => {
  const old = parseVersion("restic 0.14.0 compiled with go1.19.8 on linux/amd64\n");
  assert.deepEqual(old, { text: "0.14.0", minor: 14, patch: 0 });
  assert.deepEqual([old && featuresOf(old).repairIndex, old && featuresOf(old).fullIds], [false, false]);
  const newer = parseVersion("restic 0.18.1 compiled with go1.24 on linux/arm64");
  assert.deepEqual([newer && featuresOf(newer).repairIndex, newer && featuresOf(newer).checkJson], [true, true]);
  const damaging = ["0.16.0", "0.16.3", "0.16.4"].map((text) => parseVersion(`restic ${text} compiled`));
  assert.deepEqual(
    damaging.map((version) => version && featuresOf(version).compressionMax),
    [false, false, true],
  );
  assert.equal(parseVersion("borg 1.2.4"), null);
});
