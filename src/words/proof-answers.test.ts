import assert from "node:assert/strict";
import { test } from "node:test";
import { afterText, answerText } from "./proof-answers.ts";

test("an answer that is understood is told in the reader's words, with what was said", () => {
  assert.equal(answerText("no-keys", "en"), "the place has no access_key and secret_key");
  assert.equal(answerText("403 SignatureDoesNotMatch", "ja"), "secret_key が違います(403 SignatureDoesNotMatch)");
  assert.match(
    answerText("curl 60 SSL certificate problem: self-signed certificate", "en"),
    /^its certificate is not /,
  );
  for (const other of ["403 AccessDenied forbidden by object lock", "204", "curl 700"])
    assert.equal(answerText(other, "en"), other);
});

test("what could not be written did not change, and a canary that its maintainer deleted is no loss", () => {
  assert.equal(afterText("write", false, "en"), "not written");
  assert.equal(afterText("control", false, "en"), "gone");
  assert.equal(afterText("delete", false, "en"), "changed");
  assert.equal(afterText("a later way", true, "ja"), "中身はそのまま");
});
