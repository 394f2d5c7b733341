import assert from "node:assert/strict";
import { scryptSync } from "node:crypto";
import { test } from "node:test";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { checkPassword, hashPassword, judgePassword } from "./passwords.ts";
import { createBackoff } from "./rate-limit.ts";

test("a password's hash carries its cost and a salt of its own, and checks it alone", async () => {
  const [one, two] = [await hashPassword("long enough, surely"), await hashPassword("long enough, surely")];
  assert.match(one, /^scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
  assert.notEqual(one, two);
  assert.deepEqual(await checkPassword("long enough, surely", one), { right: true, outdated: false });
  assert.deepEqual(await checkPassword("long enough, surelY", one), { right: false, outdated: false });
});

test("nobody's password is never right, and is checked all the same", async () => {
  assert.deepEqual(await checkPassword("anything at all", null), { right: false, outdated: false });
});

test("a hash made with less work is right, and told apart", async () => {
  const salt = Buffer.from("0123456789abcdef");
  const hash = scryptSync("long enough, surely", salt, 32, { N: 2 ** 14, r: 8, p: 1 });
  const stored = `scrypt$ln=14,r=8,p=1$${salt.toString("base64url")}$${hash.toString("base64url")}`;
  assert.deepEqual(await checkPassword("long enough, surely", stored), { right: true, outdated: true });
});

test("the same characters typed on another keyboard are the same password", async () => {
  const stored = await hashPassword("ﾊﾟｽﾜｰﾄﾞﾊﾅｶﾞｲ１２３");
  assert.equal((await checkPassword("パスワードハナガイ123", stored)).right, true);
});

const names = ["yamada", "山田", "オムニ商会", "koboshi"];
const judged = (password: string): string => {
  const result = judgePassword(password, names);
  return result.ok ? "ok" : String(result.error.facts["why"]);
};

test("passwords are judged by length and by what is tried first, not by kinds of characters", () => {
  const expected: Readonly<Record<string, string>> = {
    九文字しかないのです: "ok",
    "123456789": "short",
    "": "short",
    "correct horse battery staple": "ok",
    correcthorsebatterystaple: "common",
    Password1234: "common",
    "passw0rd123!!": "common",
    qwertyuiop: "simple",
    "0123456789": "simple",
    "9876543210": "simple",
    abcdefghijkl: "simple",
    aaaaaaaaaaaaaa: "simple",
    abababababab: "simple",
    "1q2w3e4r5t": "common",
    "yamada2026!": "named",
    "Koboshi-2026-11": "named",
    オムニ商会123456: "named",
    "yamada likes his garden": "ok",
    "iroha nihoheto": "ok",
  };
  for (const [password, why] of Object.entries(expected)) assert.equal(judged(password), why, password);
  assert.equal(judged("長い".repeat(101)), "long");
  assert.equal(judged("いろはにほへとちりぬるを".repeat(8)), "ok");
});

test("a wait doubles with each failure, ends at its longest, and is forgotten after hours", async () => {
  const clock = createFakeClock();
  const backoff = createBackoff(clock, { free: 2, firstMs: 1_000, longestMs: 10_000 });
  const waits: number[] = [];
  for (let failures = 0; failures < 8; failures++) {
    backoff.fail("a");
    waits.push(backoff.waitMs("a"));
  }
  assert.deepEqual(waits, [0, 0, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  assert.equal(backoff.waitMs("b"), 0);
  await clock.advance(10_000);
  assert.equal(backoff.waitMs("a"), 0);
  backoff.forgive("a");
  backoff.fail("a");
  assert.equal(backoff.waitMs("a"), 10_000, "one right try takes one failure back, not all");
  await clock.advance(3 * 3_600_000);
  backoff.fail("a");
  assert.equal(backoff.waitMs("a"), 0);
});

test("a flood of keys is forgotten oldest first", () => {
  const backoff = createBackoff(createFakeClock(), { free: 0, firstMs: 60_000, longestMs: 60_000 });
  backoff.fail("first");
  for (let key = 0; key < 10_000; key++) backoff.fail(`key ${key}`);
  assert.equal(backoff.waitMs("first"), 0);
  assert.equal(backoff.waitMs("key 9999"), 60_000);
});
