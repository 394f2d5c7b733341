import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Secret } from "../../kernel/secret.ts";
import { holdsSecret, readSpec, writeSpec } from "./spec-text.ts";

test("a spec comes back as it was, by way of JSON", () => {
  const spec = {
    host: "a",
    port: 5,
    missing: undefined,
    none: null,
    pattern: /ok\n/iu,
    url: new URL("https://example.jp/x?y=1"),
    set: new Set([1, "b"]),
    map: new Map([["k", [1, 2]]]),
    list: [{ deep: [true] }],
    $koboshi: "a key of the same name",
  };
  assert.deepEqual(readSpec(JSON.parse(JSON.stringify(writeSpec(spec)))), spec);
});

test("any plain value comes back as it was", () => {
  const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("__proto__"));
  fc.assert(
    fc.property(plain, (value) =>
      assert.deepEqual(readSpec(JSON.parse(JSON.stringify(writeSpec(value)))), JSON.parse(JSON.stringify(value))),
    ),
  );
});

test("a secret is found wherever it hides, travels opened, and arrives closed", () => {
  const secret = new Secret("word", "env X");
  for (const spec of [{ a: [{ b: secret }] }, new Map([["a", secret]]), new Set([secret])])
    assert.ok(holdsSecret(spec));
  assert.ok(!holdsSecret({ a: "word" }));
  const back = readSpec(JSON.parse(JSON.stringify(writeSpec({ password: secret })))) as { password: Secret };
  assert.equal(back.password.reveal(), "word");
  assert.equal(JSON.stringify(back), '{"password":"***"}');
});

test("a mark of a later version is not guessed at", () => {
  assert.throws(() => readSpec({ a: { $koboshi: "matrix" } }), TypeError);
});
