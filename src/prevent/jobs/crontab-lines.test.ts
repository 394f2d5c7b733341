import assert from "node:assert/strict";
import { test } from "node:test";
import { readCrontab, type CronFile } from "./crontab-lines.ts";

function file(text: string, over: Partial<CronFile> = {}): CronFile {
  return { path: "/etc/cron.d/jobs", mode: "644", owner: "root", changedAtMs: null, text, ...over };
}

test("what a line starts, for whom and as the log writes it", () => {
  const text =
    "# x\nPATH=/bin\n15 3 * * *  web  /bin/send --password=abc a\\%b%input\n@reboot root /bin/warm\n@daily root /y\n";
  const { lines, remarks } = readCrontab(file(text), "debian-cron");
  assert.deepEqual(
    lines.map(({ where, user, command, times, fields }) => [where, user, command, times, fields === null]),
    [
      ["/etc/cron.d/jobs:3", "web", "/bin/send --password=*** a%b", "15 3 * * *", false],
      ["/etc/cron.d/jobs:4", "root", "/bin/warm", "@reboot", true],
      ["/etc/cron.d/jobs:5", "root", "/y", "@daily", false],
    ],
  );
  assert.deepEqual(remarks, []);
  assert.ok(!lines.some(({ line }) => line.includes("abc")));
});

test("a user's own crontab has no column of the user", () => {
  const own = file("15 3 * * * /bin/a b\n", { path: "/var/spool/cron/crontabs/web", mode: "600", owner: "web" });
  const [line] = readCrontab(own, "debian-cron").lines;
  assert.deepEqual([line?.where, line?.user, line?.command], ["crontab of web:1", "web", "/bin/a b"]);
});

test("cronie follows zones, delays and silent lines of its own, and leaves out bad lines alone", () => {
  const text = "RANDOM_DELAY=6\n15 3 * * * root /a\nCRON_TZ=UTC\n-15 3 * * * root /b\n61 * * * * root /c\n";
  const { lines, remarks } = readCrontab(file(text), "cronie");
  assert.deepEqual(
    lines.map(({ command, timeZone, delayMs, isSilent }) => [command, timeZone, delayMs, isSilent]),
    [
      ["/a", null, 360_000, false],
      ["/b", "UTC", 360_000, true],
    ],
  );
  assert.deepEqual(remarks, ["line-not-read /etc/cron.d/jobs:5"]);
});

test("one bad line is enough for Debian's cron to pass over the file, a range that runs backward is not", () => {
  const refused = readCrontab(file("15 3 * * * root /a\n61 * * * * root /c\n"), "debian-cron");
  assert.deepEqual(
    [refused.lines.length, refused.remarks],
    [0, ["line-not-read /etc/cron.d/jobs:2", "file-refused /etc/cron.d/jobs"]],
  );
  assert.equal(readCrontab(file("15 3 * * * root /a\n5-1 * * * * root /c\n"), "debian-cron").lines.length, 1);
});

test("names with a dot are Debian's trouble alone", () => {
  const dotted = file("15 3 * * * root /a\n", { path: "/etc/cron.d/a.sh" });
  assert.equal(readCrontab(dotted, "cronie").lines.length, 1);
  assert.deepEqual(readCrontab(dotted, "debian-cron"), { lines: [], remarks: ["dotted-name /etc/cron.d/a.sh"] });
});

test("foreign bytes are no jobs and no error", () => {
  const text = `\u0000\u001b[31m\n${"9 ".repeat(50_000)}\n`;
  assert.deepEqual(readCrontab(file(text), "cronie").lines, []);
  assert.deepEqual(readCrontab(file(text), "debian-cron").lines, []);
});
