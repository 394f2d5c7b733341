import assert from "node:assert/strict";
import { test } from "node:test";
import { calendarText, type CalendarEntry } from "./ical.ts";

const entry: CalendarEntry = {
  uid: "window-12@koboshi.example.jp",
  sequence: 0,
  changedAtMs: Date.UTC(2026, 10, 22, 3, 4, 5),
  startMs: Date.UTC(2026, 10, 25, 17),
  endMs: Date.UTC(2026, 10, 25, 20),
  title: "さくらVPS; 定期, メンテナンス \\ 2回目",
  description: "一行目\n二行目",
  isCancelled: false,
  url: "https://koboshi.example.jp/windows/12",
};

function unfolded(text: string): readonly string[] {
  return text.replaceAll("\r\n ", "").split("\r\n");
}

test("a window is one event with times of UTC, its text escaped", () => {
  const lines = unfolded(calendarText("オムニ商会", [entry]));
  for (const line of [
    "UID:window-12@koboshi.example.jp",
    "DTSTAMP:20261122T030405Z",
    "SEQUENCE:0",
    "DTSTART:20261125T170000Z",
    "DTEND:20261125T200000Z",
    "SUMMARY:さくらVPS\\; 定期\\, メンテナンス \\\\ 2回目",
    "DESCRIPTION:一行目\\n二行目",
    "STATUS:CONFIRMED",
  ]) {
    assert.ok(lines.includes(line), line);
  }
  assert.deepEqual([lines[0], lines.at(-2), lines.at(-1)], ["BEGIN:VCALENDAR", "END:VCALENDAR", ""]);
});

test("moved it keeps its identity with a higher number, and cancelled it says so", () => {
  const lines = unfolded(calendarText("", [{ ...entry, sequence: 2, isCancelled: true }]));
  assert.ok(lines.includes("UID:window-12@koboshi.example.jp"));
  assert.ok(lines.includes("SEQUENCE:2") && lines.includes("STATUS:CANCELLED"));
});

test("no line has more than 75 octets, no character is cut, and no foreign text makes a line of its own", () => {
  const title = `${"保守".repeat(60)}🔧\r\nSTATUS:CANCELLED\u0000`;
  const text = calendarText("名前", [{ ...entry, title }]);
  for (const line of text.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75, line);
  const lines = unfolded(text);
  assert.ok(lines.includes(`SUMMARY:${"保守".repeat(60)}🔧\\nSTATUS:CANCELLED`));
  assert.equal(lines.filter((line) => line.startsWith("STATUS")).length, 1);
});
