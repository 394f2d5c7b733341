import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { cronLogScript, readCronLog } from "../../src/prevent/jobs/cron-log.ts";
import { readMoment } from "../../src/readers/schedule/moment.ts";

/** Logs of a machine of its own: `/var/log` of a mount namespace. */
const logs = `
mount --make-rprivate /
mount -t tmpfs tmpfs /var/log
cd /var/log
printf '%s\\n' 'Nov 25 06:25:01 web CRON[11]: (root) CMD (old)' 'Nov 25 23:59:01 web x: end' > syslog.1
printf '%s\\n' 'Nov 26 00:00:01 web x: begin' 'Nov 26 03:15:01 web CRON[12]: (root) CMD (backup --password=abc  all)' \\
  'Nov 26 03:15:01 web CRON[13]: (web) CMD (poll)' 'Nov 26 03:15:02 web CRON[13]: (web) CMD (poll)' \\
  'Nov 26 03:16:01 web CRON[14]: (web) CMD (poll)' 'Nov 26 04:00:00 web x: end' > syslog
printf 'cut off\\nNov 20 00:00:01 web CROND[15]: (root) CMD (rhel)\\nNov 21 00:00:01 web x: end\\n' > cron
`;

function at(text: string): number {
  return readMoment(text, "Asia/Tokyo") ?? assert.fail(text);
}

for (const shell of ["dash", "bash", "busybox sh"]) {
  test(`every start in a host's logs is read, under ${shell}`, () => {
    const { stdout, status } = spawnSync("unshare", ["-m", "sh", "-c", `${logs}\nexec ${shell} -s`], {
      input: cronLogScript,
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.equal(status, 0);
    const clock = { nowMs: at("2026-11-26 05:00"), timeZone: "Asia/Tokyo" };
    const log = readCronLog(stdout.split("\n"), clock, true);
    assert.deepEqual(
      log.runs.map(({ hostMs, user, command }) => [hostMs, user, command]),
      [
        [at("2026-11-20 00:00:01"), "root", "rhel"],
        [at("2026-11-25 06:25:01"), "root", "old"],
        [at("2026-11-26 03:15:01"), "root", "backup --password=*** all"],
        [at("2026-11-26 03:15:01"), "web", "poll"],
        [at("2026-11-26 03:16:01"), "web", "poll"],
      ],
    );
    assert.deepEqual(
      ["2026-11-20 12:00", "2026-11-25 12:00", "2026-11-26 02:00", "2026-11-26 04:30", "2026-11-22 12:00"].map((text) =>
        log.covers(at(text)),
      ),
      [true, true, true, false, false],
    );
  });
}

test("a log into which cron writes nothing tells of no time, unless no daemon runs", () => {
  const lines = ["log /var/log/syslog", "first 2026-11-26T00:00:01Z x", "last 2026-11-26T05:00:00Z x"];
  const clock = { nowMs: 1_795_669_200_000, timeZone: "UTC" };
  assert.equal(readCronLog(lines, clock, true).covers(at("2026-11-26 12:00")), false);
  assert.equal(readCronLog(lines, clock, false).covers(at("2026-11-26 12:00")), true);
});
