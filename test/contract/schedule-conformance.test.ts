import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { readMoment } from "../../src/readers/schedule/moment.ts";
import { readSchedule, runsBetween } from "../../src/readers/schedule/schedule.ts";
import { rfc3339 } from "../../src/words/format.ts";

// Recorded from the real programs: `oncalendar.jsonl` from systemd-analyze, `cron-runs.jsonl` from a cron daemon. KOBOSHI_DATA
// names a folder with larger recordings of the same form.
const folder = path.join(process.env["KOBOSHI_DATA"] ?? "test/fixtures", "schedule");

function rowsOf(name: string): readonly Record<string, unknown>[] {
  const file = [
    path.join(folder, name),
    path.join(process.env["KOBOSHI_DATA"] ?? "", "prevent", name),
    path.join("test/fixtures/schedule", name),
  ].find((one) => fs.existsSync(one));
  assert.ok(file !== undefined, `${name} is missing`);
  const lines = fs.readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function at(text: unknown): number {
  return readMoment(String(text).replace(/\.000Z$/, "Z"), "UTC") ?? assert.fail(String(text));
}

for (const { expression, after, next } of rowsOf("oncalendar.jsonl")) {
  test(`the timer ${String(expression)} elapses as systemd says after ${String(after)}`, () => {
    const schedule = readSchedule(String(expression), "UTC");
    assert.ok(schedule.ok);
    const wanted = next as string[];
    const found = runsBetween(schedule.value, at(after) + 1, at(wanted.at(-1)) + 1);
    assert.deepEqual(
      found.map((atMs) => rfc3339(atMs, "UTC")),
      wanted,
    );
  });
}

for (const row of rowsOf("cron-runs.jsonl").filter(({ jump }) => jump === undefined)) {
  test(`the daemon's own runs are those that are due: ${String(row["case"])}`, () => {
    const runs = row["runs"] as { job: string; hostClock: string }[];
    const wanted = runs.filter(({ job }) => job !== "reboot").map(({ job, hostClock }) => `${hostClock} ${job}`);
    const lines = String(row["crontab"]).split("\n");
    const due = lines.flatMap((line) => {
      const [, fields = "", job = ""] = /^((?:[\d*]\S* +){5})root (\S+)$/.exec(line) ?? [];
      const schedule = readSchedule(fields, String(row["tz"]));
      if (fields === "" || !schedule.ok) return [];
      const found = runsBetween(schedule.value, at(row["start"]), at(row["end"]));
      return found.map((atMs) => `${rfc3339(atMs, "UTC").slice(0, 16)}Z ${job}`);
    });
    assert.deepEqual(due.toSorted(), wanted.toSorted());
  });
}
