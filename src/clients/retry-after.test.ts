import assert from "node:assert/strict";
import { test } from "node:test";
import { retryAfterMs } from "./retry-after.ts";

test("a wait in seconds is taken as it is", () => {
  assert.equal(retryAfterMs("120", undefined), 120_000);
  assert.equal(retryAfterMs(" 0 ", undefined), 0);
});

test("a wait until a date counts from the server's own date, whatever our clock says", () => {
  for (const atMs of [Date.UTC(2026, 1, 28, 23, 59, 58), Date.UTC(2028, 1, 29), Date.UTC(1999, 11, 31, 23, 59, 59)]) {
    const [now, until] = [new Date(atMs).toUTCString(), new Date(atMs + 90_061_000).toUTCString()];
    assert.equal(retryAfterMs(until, now), 90_061_000);
  }
});

test("a date in the past asks for no wait, and what cannot be read says nothing", () => {
  const now = new Date(Date.UTC(2026, 10, 22)).toUTCString();
  assert.equal(retryAfterMs(new Date(Date.UTC(2026, 10, 21)).toUTCString(), now), 0);
  assert.equal(retryAfterMs(now, undefined), null);
  assert.equal(retryAfterMs("soon", now), null);
  assert.equal(retryAfterMs("-5", now), null);
  assert.equal(retryAfterMs(undefined, now), null);
});
