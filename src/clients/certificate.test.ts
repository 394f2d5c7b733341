import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseOpensslTimeMs } from "./certificate.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const day = (date: Date): string => String(date.getUTCDate()).padStart(2, " ");
const time = (date: Date): string => date.toISOString().slice(11, 19);

test("OpenSSL's times are read as the same moment", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date("1950-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }), (date) => {
      const text = `${months[date.getUTCMonth()]} ${day(date)} ${time(date)} ${date.getUTCFullYear()} GMT`;
      assert.equal(parseOpensslTimeMs(text), Math.floor(date.getTime() / 1_000) * 1_000, text);
    }),
  );
});

test("anything else is no time", () => {
  for (const text of ["", "2026-11-22", "anF 22 02:12:00 2026 GMT", "Nov 22 2026"])
    assert.ok(Number.isNaN(parseOpensslTimeMs(text)));
});
