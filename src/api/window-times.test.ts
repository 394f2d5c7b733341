import assert from "node:assert/strict";
import { test } from "node:test";
import { KoboshiError } from "../kernel/errors.ts";
import { readTarget } from "./window-targets.ts";
import { readEnd, readStart } from "./window-times.ts";

const timeZone = "Asia/Tokyo";
const at = (text: string): number => Date.parse(text);
const nowMs = at("2026-11-25T21:30:00+09:00");

test("a start is a moment, or the next time the clocks show it", () => {
  assert.equal(readStart("2026-11-26T02:00", { timeZone, nowMs }), at("2026-11-26T02:00:00+09:00"));
  assert.equal(readStart("2026-11-26T02:00Z", { timeZone, nowMs }), at("2026-11-26T02:00:00Z"));
  assert.equal(readStart("22:00", { timeZone, nowMs }), at("2026-11-25T22:00:00+09:00"));
  assert.equal(readStart(" 2:00 ", { timeZone, nowMs }), at("2026-11-26T02:00:00+09:00"));
  assert.equal(readStart("24:00", { timeZone, nowMs }), at("2026-11-26T00:00:00+09:00"));
});

test("an end is a moment, the first such time after the start, or a length", () => {
  const startMs = at("2026-11-25T22:00:00+09:00");
  assert.equal(readEnd("05:00", { timeZone, startMs }), at("2026-11-26T05:00:00+09:00"));
  assert.equal(readEnd("22:00", { timeZone, startMs }), at("2026-11-26T22:00:00+09:00"), "not the start itself");
  assert.equal(readEnd("+90m", { timeZone, startMs }), startMs + 90 * 60_000);
  assert.equal(readEnd("2026-11-25 23:00", { timeZone, startMs }), at("2026-11-25T23:00:00+09:00"));
});

test("a time that the zone skips is when its clocks are put forward; of one lived twice the first counts", () => {
  const berlin = "Europe/Berlin";
  const spring = at("2026-03-28T20:00:00Z");
  assert.equal(readStart("02:30", { timeZone: berlin, nowMs: spring }), at("2026-03-29T01:00:00Z"));
  const autumn = at("2026-10-24T20:00:00Z");
  assert.equal(readStart("02:30", { timeZone: berlin, nowMs: autumn }), at("2026-10-25T00:30:00Z"));
  assert.equal(readEnd("05:00", { timeZone: berlin, startMs: at("2026-10-24T23:00:00Z") }), at("2026-10-25T04:00:00Z"));
});

test("what is no time is refused with what would be", () => {
  for (const written of ["tomorrow", "25:00", "24:30", "2:60", "", "2026-13-01T00:00", "+3"]) {
    assert.throws(
      () => readEnd(written, { timeZone, startMs: nowMs }),
      (thrown) =>
        thrown instanceof KoboshiError && thrown.code === "KB1001" && /\+3h/.test(String(thrown.facts["what"])),
      written,
    );
  }
  assert.throws(() => readStart("+3h", { timeZone, nowMs }), KoboshiError);
});

test("a target needs its kind only where a name is two things", () => {
  const site = {
    hosts: named("web1", "shop"),
    services: named("shop", "mail"),
    places: named("sakura"),
    providers: named(),
  };
  assert.equal(readTarget(" web1 ", site), "host:web1");
  assert.equal(readTarget("mail", site), "service:mail");
  assert.equal(readTarget("sakura", site), "place:sakura");
  assert.equal(readTarget("host:not-there", site), "host:not-there", "whether there is one is for the desk");
  const refused = (written: string, code: string): void =>
    assert.throws(
      () => readTarget(written, site),
      (thrown) => thrown instanceof KoboshiError && thrown.code === code,
      written,
    );
  refused("shop", "KB1001");
  refused("nowhere", "KB1002");
  refused("server:web1", "KB1001");
});

/** Only the names count. */
function named(...keys: readonly string[]): Map<string, never> {
  return new Map(keys.map((key) => [key, undefined as never]));
}
