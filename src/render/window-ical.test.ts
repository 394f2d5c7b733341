import assert from "node:assert/strict";
import { test } from "node:test";
import { windowOf } from "../../test/doubles/no-windows.ts";
import { windowCalendar } from "./window-ical.ts";

const site = { name: "オムニ商会", url: "https://koboshi.example.jp", services: new Map(), people: new Map() };
const place = { site, lang: "ja", hasLinks: true } as const;

test("one event for each window, in UTC, known again by its UID when it is moved or called off", () => {
  const text = windowCalendar([windowOf(), windowOf({ id: 7, version: 3, state: "cancelled" })], place);
  assert.match(text, /UID:window-1@koboshi\.example\.jp\r\n[^]*?SEQUENCE:0\r\nDTSTART:20261125T170000Z\r\n/);
  assert.match(text, /UID:window-7@koboshi\.example\.jp\r\n[^]*SEQUENCE:3\r\n[^]*STATUS:CANCELLED\r\n/);
  assert.match(text, /URL:https:\/\/koboshi\.example\.jp\/calendar\/1\r\n/);
});

test("for readers who cannot open it no event leads to its page, and a site without an address has a calendar too", () => {
  assert.ok(!windowCalendar([windowOf()], { ...place, hasLinks: false }).includes("URL:"));
  assert.match(
    windowCalendar([windowOf()], { ...place, site: { ...site, url: null } }),
    /UID:window-1@koboshi\.invalid/,
  );
});
