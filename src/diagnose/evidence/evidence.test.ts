import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { bundleIds } from "../../kernel/model/diagnosis.ts";
import { evidenceKinds } from "./index.ts";

const files = fs
  .readdirSync("src/diagnose/evidence")
  .filter((name) => /^(?:vp|hs|ap|db|ml|bm|ch|pv|bk|mo)-[a-z]+\.ts$/.test(name));

test("every evidence file is registered, and named after its id", () => {
  const named = [...evidenceKinds.keys()].map((id) => `${id.replace(".", "-")}.ts`);
  assert.deepEqual(named.toSorted(), files.toSorted());
});

for (const [id, kind] of evidenceKinds) {
  test(`${id}: its states have words in both languages, and a chance each while nothing is broken`, () => {
    assert.ok(kind.states.length >= 2);
    assert.deepEqual(Object.keys(kind.stateWords), [...kind.states]);
    assert.equal(kind.leak.length, kind.states.length - 1);
    assert.ok(kind.leak.every((chance) => chance > 0) && kind.leak.reduce((a, b) => a + b, 0) < 0.5);
    for (const words of [kind.title, ...Object.values(kind.stateWords)]) {
      assert.ok(words.en.length > 1 && words.ja.length > 1);
    }
    assert.ok(bundleIds.includes(kind.bundle));
    assert.ok(kind.timeoutSeconds >= 1 && kind.timeoutSeconds <= 10);
  });
}
