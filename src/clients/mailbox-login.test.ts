import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../kernel/secret.ts";
import { encryptionFor, withoutLogin } from "./mailbox-login.ts";

test("a password never crosses a network in clear unless the check says so", () => {
  const away = { host: "mail.example.jp", isImplicit: false, starttls: undefined, hasLogin: true };
  assert.equal(encryptionFor(away), "starttls");
  assert.equal(encryptionFor({ ...away, starttls: false }), "none");
  assert.equal(encryptionFor({ ...away, hasLogin: false }), "none");
  assert.equal(encryptionFor({ ...away, isImplicit: true }), "implicit");
  for (const host of ["localhost", "127.0.0.1", "::1"]) assert.equal(encryptionFor({ ...away, host }), "none");
  assert.equal(encryptionFor({ ...away, host: "127.0.0.1", starttls: true }), "starttls");
});

test("what a server echoes of a login is hidden in every shape", () => {
  const login = { user: "probe", password: new Secret("hunter2", "test") };
  const plain = Buffer.from("\0probe\0hunter2").toString("base64");
  const told = withoutLogin(`-ERR unknown: PASS hunter2 ${plain} ${Buffer.from("hunter2").toString("base64")}`, login);
  assert.equal(told, "-ERR unknown: PASS *** *** ***");
  assert.equal(withoutLogin("-ERR", null), "-ERR");
});
