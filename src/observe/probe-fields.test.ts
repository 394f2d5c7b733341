import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../kernel/secret.ts";
import { HttpExpectation } from "./http-expectation.ts";
import { hostField, hostOrPortField, textOrSecretField, writeHostPort } from "./probe-fields.ts";

test("a host may leave its port to the protocol, in every way an address is written", () => {
  const written = [
    "mail.test",
    "mail.test:587",
    "10.0.0.1",
    "10.0.0.1:26",
    "::1",
    "[::1]",
    "[::1]:2525",
    " mail.test ",
  ];
  const read = written.map((text) => writeHostPort(hostOrPortField(25).parse(text)));
  assert.deepEqual(read, [
    "mail.test:25",
    "mail.test:587",
    "10.0.0.1:25",
    "10.0.0.1:26",
    "[::1]:25",
    "[::1]:25",
    "[::1]:2525",
    "mail.test:25",
  ]);
  for (const text of ["", "a b", "mail:99999", "mail:x", "user@mail", "https://mail"]) {
    const issue = hostOrPortField(25).safeParse(text).error?.issues[0];
    assert.deepEqual(
      issue?.code === "custom" ? issue.params : issue,
      { finding: "bad-address", form: "www.example.jp:25" },
      text,
    );
  }
  assert.deepEqual(
    ["a.test", "[::1]", "::1"].map((text) => hostField().parse(text)),
    ["a.test", "::1", "::1"],
  );
  assert.ok(!hostField().safeParse("a.test:80").success);
});

test("a header may be written out or name a secret", () => {
  assert.equal(textOrSecretField().parse("text/html"), "text/html");
  const secret = textOrSecretField().parse("${env:TOKEN}");
  assert.ok(secret instanceof Secret && secret.source === "env TOKEN");
});

test("a pattern that is none is refused with an example", () => {
  const issue = HttpExpectation.safeParse({ matches: "(" }).error?.issues[0];
  assert.ok(issue?.code === "custom" && issue.params?.["finding"] === "bad-pattern");
  assert.ok(!HttpExpectation.safeParse({ status: "6xx" }).success);
  assert.ok(HttpExpectation.safeParse({ status: ["2xx", 404] }).success);
});
