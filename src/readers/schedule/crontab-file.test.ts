import assert from "node:assert/strict";
import { test } from "node:test";
import { readDueFile, type CrontabForm } from "./crontab-file.ts";

const user: CrontabForm = { system: false, timeZone: "UTC", daemon: "debian" };

test("a user's crontab gives its jobs by line; settings, comments and @reboot are none", () => {
  const text = "# m h dom mon dow command\nMAILTO=root\n\n15 3 * * * /usr/bin/backup\n@reboot /bin/x\n@daily /bin/y\n";
  const { lines, findings } = readDueFile(text, user);
  assert.deepEqual(
    lines.map(({ line, schedule }) => [line, schedule.expression]),
    [
      [4, "15 3 * * *"],
      [6, "@daily"],
    ],
  );
  assert.deepEqual(findings, []);
});

test("a system crontab has a column more: a line without it never runs", () => {
  const { lines, findings } = readDueFile("15 3 * * * root /x\n15 4 * * * /x\n", { ...user, system: true });
  assert.deepEqual(
    lines.map(({ line }) => line),
    [1],
  );
  assert.deepEqual(findings, [{ line: 2, code: "no-command" }]);
});

test("CRON_TZ moves the lines below it under cronie, and is told to be ignored under Debian's cron", () => {
  const text = "0 1 * * * /a\nCRON_TZ=Asia/Tokyo\n0 1 * * * /b\n";
  assert.deepEqual(readDueFile(text, user).findings, [{ line: 2, code: "zone-ignored" }]);
  const { lines } = readDueFile(text, { ...user, daemon: "cronie" });
  assert.deepEqual(
    lines.map(({ schedule }) => schedule.timeZone),
    ["UTC", "Asia/Tokyo"],
  );
});

test("a line that cannot be read, and a last one without its end, never run and are told", () => {
  const { lines, findings } = readDueFile("61 * * * * /x\n1 * * * * /y", user);
  assert.deepEqual(lines, []);
  assert.deepEqual(findings, [
    { line: 1, code: "not-read", problem: { part: "minute", written: "61" } },
    { line: 2, code: "no-line-end" },
  ]);
});

test("a timer unit gives its calendars; an empty one takes back those before it", () => {
  const unit =
    "[Unit]\nDescription=x\n\n[Timer]\nOnCalendar=daily\nOnCalendar=\nOnCalendar=Mon *-*-* 03:15\nPersistent=true\n";
  const { lines } = readDueFile(unit, user);
  assert.deepEqual(
    lines.map(({ line, schedule }) => [line, schedule.kind, schedule.expression]),
    [[7, "calendar", "Mon *-*-* 03:15"]],
  );
  assert.equal(readDueFile("Mon..Fri 03:15\nhourly\n", user).lines.length, 2);
});

test("foreign bytes are bad lines, never an error", () => {
  const { lines } = readDueFile(`\u0000\u001b[31m\n${"9".repeat(100_000)}\n* * * * * x\n`, user);
  assert.deepEqual(
    lines.map(({ line }) => line),
    [3],
  );
});
