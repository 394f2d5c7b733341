import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { readCronFields } from "../../src/readers/schedule/crontab-fields.ts";
import type { ClockPiece } from "../../src/readers/schedule/daemon/course.ts";
import { simulateCron } from "../../src/readers/schedule/daemon/cron-loop.ts";
import type { CronJob } from "../../src/readers/schedule/daemon/cron-table.ts";
import { readMoment } from "../../src/readers/schedule/moment.ts";
import { rfc3339 } from "../../src/words/format.ts";

// Recorded from real daemons in a mount namespace of their own, under a clock that ran faster and was stepped. KOBOSHI_DATA
// names a folder with larger recordings of the same form.
const files = [
  path.join(process.env["KOBOSHI_DATA"] ?? "", "prevent", "cron-runs.jsonl"),
  path.join("test/fixtures/cron-daemon", "recorded-runs.jsonl"),
];

interface Recording {
  readonly case: string;
  readonly daemon: string;
  readonly tz: string;
  readonly start: string;
  readonly end: string;
  readonly crontab: string;
  readonly jump?: { readonly at: string; readonly seconds: number };
  readonly runs: readonly { readonly job: string; readonly elapsedMinute: number; readonly hostClock: string }[];
}

function recordings(): readonly Recording[] {
  const file = files.find((one) => fs.existsSync(one));
  assert.ok(file !== undefined, "the recordings are missing");
  const lines = fs.readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Recording);
}

function at(text: string): number {
  return readMoment(text.replace(/\.\d+Z$/, "Z"), "UTC") ?? assert.fail(text);
}

function jobsOf(crontab: string): readonly CronJob[] {
  return crontab.split("\n").flatMap((line): CronJob[] => {
    const [, times = "", id = ""] = /^(@reboot|(?:[\d*]\S* +){5})\s*root (\S+)$/.exec(line) ?? [];
    if (id === "") return [];
    if (times === "@reboot") return [{ id, fields: null, timeZone: null, delayMs: 0 }];
    const fields = readCronFields(times);
    assert.ok(fields.ok, line);
    return [{ id, fields: fields.value, timeZone: null, delayMs: 0 }];
  });
}

for (const recorded of recordings()) {
  test(`the simulated daemon starts what the real one started: ${recorded.daemon}, ${recorded.case}`, () => {
    // the recording begins with the start of the daemon; its clock is the true one until it is stepped
    const startMs = at(recorded.start);
    const { jump } = recorded;
    const steps: ClockPiece[] = jump === undefined ? [] : [{ fromMs: at(jump.at), offsetMs: jump.seconds * 1_000 }];
    const clock = [{ fromMs: 0, offsetMs: 0 }, ...steps];
    const offsetAt = (atMs: number): number => clock.findLast(({ fromMs }) => fromMs <= atMs)?.offsetMs ?? 0;
    const toMs = at(recorded.end);
    const runs = simulateCron({
      jobs: jobsOf(recorded.crontab),
      clock,
      up: [{ fromMs: startMs, toMs }],
      fromMs: startMs - 1,
      toMs,
      flavour: "debian-cron",
      zone: recorded.tz,
    });
    assert.deepEqual(
      runs
        .map(({ id, atMs }) => {
          const hostClock = `${rfc3339(atMs + offsetAt(atMs), "UTC").slice(0, 16)}Z`;
          // the daemon's log shows minutes, so the recording counts from the beginning of the minute
          const elapsed = Math.floor((at(hostClock.replace("Z", ":00Z")) - offsetAt(atMs) - startMs) / 60_000);
          return `${Math.max(0, elapsed)} ${hostClock} ${id}`;
        })
        .toSorted(),
      recorded.runs.map(({ job, elapsedMinute, hostClock }) => `${elapsedMinute} ${hostClock} ${job}`).toSorted(),
    );
  });
}
