import assert from "node:assert/strict";
import { test } from "node:test";
import { cronOf } from "./cron.ts";
import { disksOf } from "./disks.ts";
import { judgeDue } from "./due.ts";
import { listenersOf } from "./listeners.ts";
import { certificateMoment, logMoment, systemdMoment, zoneName } from "./log-time.ts";
import { memoryOf } from "./machine.ts";
import { maskSecrets } from "./mask.ts";
import { daemonsWord } from "./time-service.ts";
import { spanMs } from "./timers.ts";
import { unitsOf } from "./units.ts";
import { updatesOf } from "./upkeep.ts";
import { readSchedule } from "../schedule/schedule.ts";

const nowMs = Date.parse("2026-11-22T14:24:40+09:00");
const clock = { nowMs, timeZone: "Asia/Tokyo" };

test("log times: the year is the latest that fits, a little ahead is not last year", () => {
  assert.equal(logMoment("Nov 22 03:15:01 web CRON", clock), Date.parse("2026-11-22T03:15:01+09:00"));
  assert.equal(logMoment("Nov 22 15:15:01 web CRON", clock), Date.parse("2026-11-22T15:15:01+09:00"));
  assert.equal(logMoment("Dec  1 03:15:01 web CRON", clock), Date.parse("2025-12-01T03:15:01+09:00"));
  assert.equal(logMoment("2026-11-22T03:15:01.123456+00:00 web CRON", clock), Date.parse("2026-11-22T03:15:01Z"));
  assert.equal(logMoment("-- No entries --", clock), null);
});

test("moments of systemctl and openssl", () => {
  assert.equal(systemdMoment("Sun 2026-11-22 06:00:00 JST", "Asia/Tokyo"), Date.parse("2026-11-22T06:00:00+09:00"));
  assert.equal(systemdMoment("Sun 2026-11-22 06:00:00 UTC", "Asia/Tokyo"), Date.parse("2026-11-22T06:00:00Z"));
  assert.equal(systemdMoment("n/a", "UTC"), null);
  assert.equal(certificateMoment("Feb 29 09:00:00 2028 GMT"), Date.parse("2028-02-29T09:00:00Z"));
  assert.equal(spanMs("1h 30min"), 5_400_000);
  assert.equal(zoneName([null, "Mars/Base"], 9 * 3_600_000), "Etc/GMT-9");
  assert.equal(zoneName(["Asia/Tokyo"], 0), "Asia/Tokyo");
});

test("what ext4 refuses to write to after an error is read-only, though it is still mounted rw", () => {
  const [data, root] = disksOf([
    "m /dev/sdb1 /srv ext4 rw,relatime,errors=remount-ro,emergency_ro 0 0",
    "m /dev/sda1 / ext4 rw,relatime,errors=remount-ro 0 0",
    "fstab /dev/sdb1 /srv ext4 defaults 0 2",
    "k /dev/sdb1 14097 15 13755 1% /srv",
    "k /dev/sda1 14097 15 13755 1% /",
  ]);
  assert.deepEqual([data?.mount, data?.readOnly, data?.meantWritable], ["/srv", true, true]);
  assert.equal(root?.readOnly, false);
});

const nightly = readSchedule("15 3 * * *", "Asia/Tokyo");
const quick = readSchedule("*/5 * * * *", "Asia/Tokyo");

function verdict(facts: Partial<Parameters<typeof judgeDue>[0]>): string {
  const schedules = nightly.ok ? [nightly.value] : [];
  return judgeDue({
    schedules,
    nowMs,
    lastRunAtMs: null,
    wantedSinceMs: null,
    delayMs: 0,
    covers: () => true,
    ...facts,
  }).verdict;
}

test("a run is proven, missed, unproven or not due", () => {
  assert.equal(verdict({ lastRunAtMs: Date.parse("2026-11-22T03:15:01+09:00") }), "ran");
  assert.equal(verdict({ lastRunAtMs: Date.parse("2026-11-21T03:15:01+09:00") }), "missed");
  assert.equal(verdict({ covers: () => false }), "unproven");
  assert.equal(verdict({ wantedSinceMs: Date.parse("2026-11-22T09:00:00+09:00") }), "not-due");
});

test("a run due just now is not missed yet", () => {
  const justDue = Date.parse("2026-11-22T03:20:00+09:00");
  const yesterday = Date.parse("2026-11-21T03:15:02+09:00");
  assert.equal(verdict({ nowMs: justDue, lastRunAtMs: yesterday }), "ran");
  assert.equal(verdict({ nowMs: Date.parse("2026-11-22T03:26:00+09:00"), lastRunAtMs: yesterday }), "missed");
  const schedules = quick.ok ? [quick.value] : [];
  assert.equal(verdict({ schedules, lastRunAtMs: nowMs - 6 * 60_000 }), "ran");
  assert.equal(verdict({ schedules, lastRunAtMs: nowMs - 40 * 60_000 }), "missed");
});

const crontab = ["f 644 root 1700000000 /etc/crontab", "|15 3 * * * root /usr/sbin/a \\% b%input"];
const logged = (text: string): readonly string[] => [
  "log /var/log/syslog",
  "first Nov 20 00:00:00 web x",
  "last Nov 22 14:00:00 web x",
  ...(text === "" ? [] : [`run ${text}`]),
];

test("the command in the log ends at the first percent sign", () => {
  const [job] = cronOf(
    [...crontab, ...logged("Nov 22 03:15:01 web CRON[5]: (root) CMD (/usr/sbin/a % b)")],
    clock,
    null,
  );
  assert.equal(job?.verdict, "ran");
  assert.equal(job?.runSeenIn, "log");
});

test("a log that tells of no run at all proves nothing, unless no daemon is running", () => {
  assert.equal(cronOf([...crontab, ...logged("")], clock, new Set(["cron"]))[0]?.verdict, "unproven");
  assert.equal(cronOf([...crontab, ...logged("")], clock, new Set(["init"]))[0]?.verdict, "missed");
  const other = logged("Nov 22 04:00:01 web CRON[5]: (root) CMD (other)");
  assert.equal(cronOf([...crontab, ...other], clock, new Set(["cron"]))[0]?.verdict, "missed");
});

test("Debian passes over a name with a dot in /etc/cron.d, cronie does not", () => {
  const lines = ["f 644 root 1700000000 /etc/cron.d/my.job", "|15 3 * * * root /usr/sbin/a"];
  assert.equal(cronOf(lines, clock, new Set(["cron"])).length, 0);
  assert.equal(cronOf(lines, clock, new Set(["crond"])).length, 1);
});

test("the kernel's own tables, when neither ss nor netstat is there", () => {
  const lines = [
    "tcp   sl  local_address rem_address   st",
    "tcp    0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0",
    "tcp    1: 0100007F:0017 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0",
    "tcp6    0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 1",
    "tcp6    1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 1",
    "udp  10: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0",
  ];
  assert.deepEqual(
    listenersOf(lines).map(({ protocol, address, port }) => `${protocol} ${address} ${port}`),
    ["tcp 127.0.0.1 22", "tcp :: 80", "tcp ::1 81", "udp 0.0.0.0 68"],
  );
});

test("timedatectl of RHEL 7 and timesync-status of newer systems", () => {
  assert.deepEqual(daemonsWord(["timedatectl NTP enabled: yes", "timedatectl NTP synchronized: no"]), {
    synchronised: false,
    ownOffsetSeconds: null,
    source: null,
    doubtSeconds: null,
  });
  const newer = [
    "timedatectl System clock synchronized: yes",
    "timesync Server: 192.0.2.7 (ntp.example.jp)",
    "timesync Offset: +1.500ms",
  ];
  assert.deepEqual(daemonsWord(newer), {
    synchronised: true,
    ownOffsetSeconds: -0.0015,
    source: "ntp.example.jp",
    doubtSeconds: null,
  });
});

const row = (reference: string, leap: string): string =>
  `chrony ${reference},,10,0.0,0.000000001,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,${leap}`;

test("chrony that follows itself, and one that has lost its sources", () => {
  assert.equal(daemonsWord([row("7F7F0101", "Normal")])?.synchronised, false);
  assert.equal(daemonsWord([row("00000000", "Not synchronised")])?.synchronised, false);
  assert.equal(daemonsWord([row("C0000201", "Normal"), "source ^,?,192.0.2.1,0,6,0,1,0,0,0"])?.synchronised, false);
});

test("Debian without systemd: a pid file of its daemon, a process by its name, and one that is gone", () => {
  const lines = [
    "rc /etc/rc2.d/S01chrony",
    "init chrony",
    "init cron",
    "init nginx",
    "init procps",
    "daemon chrony",
    "daemon cron",
    "daemon nginx",
    "pid /run/chrony/chronyd.pid 12 +",
    "pid /run/nginx.pid 13 -",
  ];
  const { states } = unitsOf(lines, new Set(["chronyd"]));
  assert.deepEqual(states["chrony"], { active: "active", enabled: true });
  assert.equal(states["cron"]?.active, "inactive");
  assert.equal(states["nginx"]?.active, "failed");
  assert.equal(states["procps"]?.active, "other");
  assert.equal(
    unitsOf(["upstart ssh start/running, process 812", "upstart tty (x) stop/waiting"], null).states["ssh"]?.active,
    "active",
  );
});

test("apt's simulation: security updates by their origin", () => {
  const lines = [
    "apt",
    "i base-files [12.4] (12.5 Debian:12.15/oldstable [amd64])",
    "i libgcrypt20 [1.10] (1.11 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []",
  ];
  assert.deepEqual(updatesOf(lines), { pending: 2, security: 1, rebootRequired: null });
  assert.equal(updatesOf([]), null);
});

test("a kernel that says MemAvailable is believed", () => {
  const { memory } = memoryOf(["MemTotal: 100 kB", "MemAvailable: 40 kB", "MemFree: 10 kB"]);
  assert.deepEqual(memory, { totalBytes: 102_400, availableBytes: 40_960, availableIsEstimate: false });
});

const planted: readonly string[] = [
  "curl -u admin:s3cr3tX https://example.jp/",
  "mysqldump -u root -ps3cr3tX shop",
  "PGPASSWORD=s3cr3tX pg_dump shop",
  "restic --password-command x -r rest:https://u:s3cr3tX@example.jp/",
  "wget --header='Authorization: Bearer s3cr3tX' https://example.jp",
  "curl https://hc.example.jp/ping/s3cr3tXs-3cr3-tXs3-cr3t-Xs3cr3tXs3cr",
  "API_TOKEN=s3cr3tX /usr/local/bin/job",
  "backup --password s3cr3tX --to /srv",
  "sshpass -p s3cr3tX ssh host",
  'curl -H "X-Api-Key: s3cr3tX" https://example.jp',
];

test("secrets of command lines are masked, the rest stays", () => {
  for (const line of planted) {
    const masked = maskSecrets(line);
    assert.ok(!masked.includes("s3cr3tX"), masked);
    assert.ok(masked.includes("***"));
  }
  for (const plain of ["rsync -a /srv backup:/srv", "find /tmp -mtime +3 -delete", "/usr/bin/pass-the-day --mode fast"])
    assert.equal(maskSecrets(plain), plain);
});
