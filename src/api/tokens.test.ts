import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { createRateLimit } from "./rate-limit.ts";
import { readCookie } from "./sessions.ts";
import { cliTokenFile, createStartToken, sameText, sha256, writeCliToken } from "./tokens.ts";

test("a start token is good once", () => {
  const start = createStartToken(createFakeClock());
  const token = start.issue();
  assert.ok(token.length >= 26); // 128 bits and more in base 32
  assert.equal(start.redeem("wrong"), false);
  assert.equal(start.redeem(token), true);
  assert.equal(start.redeem(token), false);
});

test("a start token is good for 15 minutes, whatever the wall clock does", async () => {
  const clock = createFakeClock();
  const start = createStartToken(clock);
  const early = start.issue();
  clock.stepWall(3 * 3_600_000);
  await clock.advance(14 * 60_000);
  assert.equal(start.redeem(early), true);
  const late = start.issue();
  clock.stepWall(-3 * 3_600_000);
  await clock.advance(15 * 60_000);
  assert.equal(start.redeem(late), false);
});

test("a new start token voids the one before", () => {
  const start = createStartToken(createFakeClock());
  const before = start.issue();
  const now = start.issue();
  assert.equal(start.redeem(before), false);
  assert.equal(start.redeem(now), true);
});

test("the command line's token is for its owner alone, new at every start, never half-written", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-cli-token-"));
  try {
    await writeCliToken(folder);
    const hash = await writeCliToken(folder);
    const file = path.join(folder, cliTokenFile);
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    assert.equal(sha256(fs.readFileSync(file, "utf8").trim()), hash);
    assert.deepEqual(fs.readdirSync(folder), [cliTokenFile]);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

test("texts are compared whole", () => {
  assert.ok(sameText("abc", "abc") && !sameText("abc", "abd") && !sameText("abc", "ab") && !sameText("", "a"));
});

test("too many failures close the door for the window, for that key alone", async () => {
  const clock = createFakeClock();
  const limit = createRateLimit(clock, { tries: 3, windowMs: 60_000 });
  for (let tries = 0; tries < 3; tries++) {
    assert.equal(limit.isSpent("a"), false);
    limit.fail("a");
  }
  assert.equal(limit.isSpent("a"), true);
  assert.equal(limit.isSpent("b"), false);
  await clock.advance(60_000);
  assert.equal(limit.isSpent("a"), false);
});

test("a cookie is found by its whole name", () => {
  const header = "xkoboshi=1; koboshi=2 ; other=a=b";
  assert.equal(readCookie(header, "koboshi"), "2");
  assert.equal(readCookie(header, "other"), "a=b");
  assert.equal(readCookie(header, "kob"), undefined);
  assert.equal(readCookie(undefined, "koboshi"), undefined);
});
