import assert from "node:assert/strict";
import { test } from "node:test";
import { maskFields, maskSecrets, mayNeedTidying } from "./mask.ts";

const lines: readonly (readonly [string, string])[] = [
  ["GET /api?token=abc123&page=2 HTTP/1.1", "GET /api?token=***&page=2 HTTP/1.1"],
  ["Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", "Authorization: Bearer ***"],
  ["authorization: Basic dXNlcjpwYXNz", "authorization: Basic ***"],
  ['{"user":"a","password":"hunter2","n":1}', '{"user":"a","password":"***","n":1}'],
  ["connect postgres://app:s3cret@db1:5432/shop failed", "connect postgres://app:***@db1:5432/shop failed"],
  ["mysqldump --password hunter2 shop", "mysqldump --password *** shop"],
  ["db_password=hunter2; retry", "db_password=***; retry"],
  ["Set-Cookie: sid=abcdef; Path=/", "Set-Cookie: ***"],
  ["Failed password for root from 203.0.113.9 port 22 ssh2", "Failed password for root from 203.0.113.9 port 22 ssh2"],
  ["password check for user a: ok", "password check for user a: ok"],
  ["Accepted publickey for koboshi", "Accepted publickey for koboshi"],
  ["[error] upstream timed out (110: Connection timed out)", "[error] upstream timed out (110: Connection timed out)"],
];

test("what lets someone in is masked, what happened stays readable", () => {
  for (const [line, expected] of lines) assert.equal(maskSecrets(line), expected);
});

test("a field with a secret's name is masked, others are searched for secrets", () => {
  const fields = { password: "x", "http.cookie": "a=b", path: "/a?api_key=1", status: 200 };
  assert.deepEqual(maskFields(fields), { password: "***", "http.cookie": "***", path: "/a?api_key=***", status: 200 });
});

test("masking a hostile line takes no noticeable time", () => {
  const before = process.hrtime.bigint();
  maskSecrets(`token=${"=".repeat(50_000)}`);
  maskSecrets(`${"password".repeat(6_000)}:`);
  maskSecrets(`://${"a:".repeat(20_000)}@`);
  assert.ok(Number(process.hrtime.bigint() - before) < 2e9);
});

test("the quick look at a line's bytes passes over none that holds a secret or a control character", () => {
  const telling = [
    "Authorization: Bearer abcdefghijklmno",
    "x Basic dXNlcjpwYXNzd29yZA== auth",
    "PASSWORD=x",
    "pwd: x",
    "my_secret=x",
    "?Token=x",
    "api_key=x",
    "APIKEY=x",
    "access-key: a access_key=b",
    "sessionid=1",
    "Set-Cookie: a=b",
    "credentials='x'",
    "signature=0a",
    "https://me:you@example.jp/",
    "-----BEGIN RSA PRIVATE KEY-----",
    "\u001b[31mred",
    "a\u007fb",
    "a\rb",
  ];
  for (const line of telling) {
    assert.ok(mayNeedTidying(Buffer.from(line)), line);
    assert.ok(mayNeedTidying(Buffer.from(`項目 ${line.toUpperCase()} 終`)), line);
  }
  assert.equal(
    mayNeedTidying(Buffer.from('198.51.100.7 - - "GET /item/1?page=2 HTTP/1.1" 200\t5000 "Mozilla/5.0"')),
    false,
  );
});
