import assert from "node:assert/strict";
import { test } from "node:test";
import { readAnswers } from "./read-answers.ts";
import { loginsOf } from "./why-auth.ts";
import { changesOf } from "./why-changed.ts";
import { firewallOf } from "./why-fw.ts";
import { integrityOf } from "./why-integrity.ts";
import { kernelLinesOf } from "./why-kern.ts";
import { mailOf } from "./why-mail.ts";
import { drivesOf } from "./why-smart.ts";
import { unitTroublesOf } from "./why-units.ts";
import { pagingOf } from "./why-vmstat.ts";

const clock = { nowMs: Date.parse("2026-11-22T08:30:00Z"), timeZone: "UTC" };
const rows = (text: string): readonly string[] => text.split("\n");

test("what the kernel says is sorted by what it is about, and dated by how long the machine has been up", () => {
  const lines = kernelLinesOf(
    rows(`t 1000.00
k <6>[    0.000000] Command line: console=ttyS0 panic=1 nomce
k <3>[  900.100000] blk_update_request: I/O error, dev sda, sector 123456 op 0x0:(READ)
k <2>[  901.000000] EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2: comm nginx: reading directory lblock 0
k <2>[  901.000001] EXT4-fs (sda1): Remounting filesystem read-only
k <4>[  950.000000] nf_conntrack: nf_conntrack: table full, dropping packet
k <6>[  960.000000] TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.
k <3>[  970.000000] Out of memory: Killed process 812 (mysqld) total-vm:1kB
k <3>[  980.000000] INFO: task jbd2/sda1-8:211 blocked for more than 120 seconds.
k <6>[  990.000000] e1000e: eth0 NIC Link is Down
k <4>[  991.000000] something to be warned of
o <6>[  992.000000] nothing to mention
o <6>[  990.000000] e1000e: eth0 NIC Link is Down`),
    clock.nowMs,
  );
  assert.deepEqual(
    lines.map(({ topic, level }) => [topic, level]),
    [
      ["other", 4],
      ["link", 6],
      ["hang", 3],
      ["out-of-memory", 3],
      ["syn-flood", 6],
      ["connections-full", 4],
      ["read-only", 2],
      ["file-system", 2],
      ["disk-error", 3],
    ],
  );
  assert.equal(lines.at(-1)?.atMs, clock.nowMs - 99_900);
  const [journal] = kernelLinesOf(["j 1795336225.500000 web1 kernel: md/raid1:md0: Disk failure on sdb1"], clock.nowMs);
  assert.deepEqual([journal?.atMs, journal?.topic, journal?.level], [1_795_336_225_500, "disk-error", null]);
});

test("drives of every kind tell of themselves, and arrays of the disks they miss", () => {
  const { disks, raids, zfs } = drivesOf(
    rows(`m Personalities : [raid1]
m md0 : active raid1 sdb1[1](F) sda1[0]
m       1953382464 blocks super 1.2 [2/1] [U_]
m       [==>..................]  recovery = 12.6% (246/1953) finish=127.5min speed=33440K/sec
m md1 : active (auto-read-only) raid5 sdc1[0] sdd1[1] sde1[3]
m       100 blocks level 5, 512k chunk, algorithm 2 [3/3] [UUU]
m unused devices: <none>
disk sda
s SMART overall-health self-assessment test result: PASSED
s   5 Reallocated_Sector_Ct   0x0033   100   100   010    Pre-fail  Always       -       8
s 194 Temperature_Celsius     0x0022   064   052   000    Old_age   Always       -       36 (Min/Max 18/48)
s 197 Current_Pending_Sector  0x0012   100   100   000    Old_age   Always       -       2
s 198 Offline_Uncorrectable   0x0010   100   100   000    Old_age   Offline      -       0
s 177 Wear_Leveling_Count     0x0013   097   097   000    Pre-fail  Always       -       41
disk sdb
s SMART overall-health self-assessment test result: FAILED!
disk nvme0n1
s SMART overall-health self-assessment test result: PASSED
s Critical Warning:                   0x00
s Temperature:                        38 Celsius
s Percentage Used:                    3%
s Media and Data Integrity Errors:    0
disk sdc
s SMART Health Status: OK
z all pools are healthy`),
  );
  assert.deepEqual(disks, [
    { device: "sda", healthy: true, reallocated: 8, pending: 2, uncorrectable: 0, wornRatio: 0.03, celsius: 36 },
    {
      device: "sdb",
      healthy: false,
      reallocated: null,
      pending: null,
      uncorrectable: null,
      wornRatio: null,
      celsius: null,
    },
    {
      device: "nvme0n1",
      healthy: true,
      reallocated: null,
      pending: null,
      uncorrectable: 0,
      wornRatio: 0.03,
      celsius: 38,
    },
    {
      device: "sdc",
      healthy: true,
      reallocated: null,
      pending: null,
      uncorrectable: null,
      wornRatio: null,
      celsius: null,
    },
  ]);
  assert.deepEqual(raids, [
    { name: "md0", level: "raid1", wanted: 2, working: 1, failed: ["sdb1"], rebuiltRatio: 0.126 },
    { name: "md1", level: "raid5", wanted: 3, working: 3, failed: [], rebuiltRatio: null },
  ]);
  assert.equal(zfs, null);
});

test("units of systemd that failed, start again and again, or should run and do not", () => {
  const troubles = unitTroublesOf(
    rows(`y|Type=forking|Restart=no|Result=exit-code|NRestarts=0|ExecMainStatus=1|Id=nginx.service|LoadState=loaded|ActiveState=failed|SubState=failed|StateChangeTimestamp=Sun 2026-11-22 07:58:01 UTC|UnitFileState=enabled
y|Type=notify|Result=success|NRestarts=7|ExecMainStatus=0|Id=shop.service|LoadState=loaded|ActiveState=active|SubState=running|StateChangeTimestamp=Sun 2026-11-22 08:29:00 UTC|UnitFileState=enabled
y|Type=simple|Result=oom-kill|NRestarts=2|ExecMainStatus=9|Id=worker.service|LoadState=loaded|ActiveState=activating|SubState=auto-restart|UnitFileState=enabled
y|Type=dbus|Result=success|NRestarts=0|ExecMainStatus=0|Id=cups.service|LoadState=loaded|ActiveState=inactive|SubState=dead|StateChangeTimestamp=|UnitFileState=enabled
y|Type=oneshot|Result=success|NRestarts=0|ExecMainStatus=0|Id=once.service|LoadState=loaded|ActiveState=inactive|SubState=dead|UnitFileState=enabled
y|Type=simple|Result=success|Id=gone.service|LoadState=not-found|ActiveState=inactive|SubState=dead`),
    "UTC",
  );
  assert.deepEqual(troubles, {
    failed: [
      {
        name: "nginx.service",
        result: "exit-code",
        exitStatus: 1,
        restarts: 0,
        sinceAtMs: Date.parse("2026-11-22T07:58:01Z"),
      },
    ],
    restarted: [
      {
        name: "shop.service",
        result: null,
        exitStatus: 0,
        restarts: 7,
        sinceAtMs: Date.parse("2026-11-22T08:29:00Z"),
      },
      { name: "worker.service", result: "oom-kill", exitStatus: 9, restarts: 2, sinceAtMs: null },
    ],
    notRunning: [{ name: "cups.service", result: null, exitStatus: 0, restarts: 0, sinceAtMs: null }],
  });
});

test("of older systems what starts at boot, keeps a pid file and is gone has failed", () => {
  const troubles = unitTroublesOf(
    rows(`init httpd
init mysqld
init netfs
chk httpd 0:off 1:off 2:on 3:on 4:on 5:on 6:off
chk mysqld 0:off 1:off 2:on 3:on 4:on 5:on 6:off
daemon httpd
daemon mysqld
locks
lock httpd
name sshd
pid /var/run/httpd/httpd.pid 812 -`),
    "UTC",
  );
  assert.deepEqual(
    [troubles.failed.map(({ name }) => name), troubles.notRunning.map(({ name }) => name)],
    [["httpd"], ["mysqld"]],
  );
});

test("rules that throw away, with the ports and sources they name, and who is kept out", () => {
  const fw = firewallOf(
    rows(`w default via 192.0.2.1 dev eth0
hash iptables-save 01ba4719c80b6fe9
iptables-save :INPUT DROP [12:3456]
iptables-save -A INPUT -s 203.0.113.0/24 -p tcp -m multiport --dports 80,443 -j REJECT --reject-with icmp-port-unreachable
banned iptables-save f2b-sshd 192.0.2.9/32
banned nft inet f2b @banned 192.0.2.1 2001:db8::/64
jail sshd 3
jail postfix`),
  );
  assert.deepEqual(fw.banned, [
    { where: "iptables f2b-sshd", addresses: ["192.0.2.9/32"] },
    { where: "nft inet f2b @banned", addresses: ["192.0.2.1", "2001:db8::/64"] },
  ]);
  assert.deepEqual(
    fw.blocks.map(({ where, ports, sources }) => [where, ports, sources]),
    [
      ["iptables INPUT", [], []],
      ["iptables INPUT", ["80", "443"], ["203.0.113.0/24"]],
    ],
  );
  const shut = firewallOf(
    rows(`nft inet guard input type filter hook input priority filter; policy drop;
pass nft inet guard input tcp dport { 22, 80 } accept
pass iptables-save -A INPUT -i lo -j ACCEPT`),
  );
  assert.deepEqual(
    shut.passes?.map(({ where, ports }) => [where, ports]),
    [
      ["nft inet guard input", ["22", "80"]],
      ["iptables INPUT", []],
    ],
  );
  assert.deepEqual(fw.jails, [
    { name: "sshd", banned: 3 },
    { name: "postfix", banned: null },
  ]);
  assert.deepEqual([fw.hasDefaultRoute, fw.hashes], [true, { "iptables-save": "01ba4719c80b6fe9" }]);
});

test("mails that wait, why and whose; who is logged in; whose box is full", () => {
  const mail = mailOf(
    rows(`queue active 3
queue deferred 812
oldest 1795304680
reason 500 host mx.example.net[192.0.2.9] said: 421 4.7.0 try again later
sender 700 shop@example.jp
who 12 31
quota 97 taro STORAGE 993280 1024000`),
  );
  assert.deepEqual(mail.queues, { active: 3, deferred: 812 });
  assert.equal(mail.oldestAtMs, 1_795_304_680_000);
  assert.equal(mail.reasons[0]?.count, 500);
  assert.deepEqual(mail.sessions, { users: 12, connections: 31 });
  assert.deepEqual(mail.quotas, [{ user: "taro", usedRatio: 0.97 }]);
  assert.deepEqual(mailOf(["queue none 0"]).queues, {});
  assert.equal(mailOf(["who 1 1"]).queues, null);
});

test("who came in and from where, in the machine's own time; what changed; what is not as it was shipped", () => {
  const logins = loginsOf(
    rows(`a Nov 22 08:01:02 web1 sshd[811]: Accepted publickey for root from 198.51.100.7 port 50022 ssh2: ED25519 SHA256:x
a 2026-11-22T08:20:00.000001+00:00 web1 sshd-session[99]: Accepted password for shop from 2001:db8::7 port 4 ssh2
failed 41
by 40 203.0.113.9`),
    clock,
  );
  assert.deepEqual(
    logins.accepted.map(({ atMs, user, from, method }) => [atMs, user, from, method]),
    [
      [Date.parse("2026-11-22T08:20:00Z"), "shop", "2001:db8::7", "password"],
      [Date.parse("2026-11-22T08:01:02Z"), "root", "198.51.100.7", "publickey"],
    ],
  );
  assert.deepEqual([logins.failures, logins.failuresBy], [41, [{ from: "203.0.113.9", count: 40 }]]);
  const changes = changesOf(
    rows(`c 1795335697 /etc/nginx/nginx.conf
dpkg 2026-11-22 08:21:33 upgrade nginx:amd64 1.22.1-9 1.22.1-9+deb12u1
rpm Nov 22 08:25:00 Updated: httpd-2.4.6-99.el7.x86_64`),
    clock,
  );
  assert.equal(changes.files[0]?.path, "/etc/nginx/nginx.conf");
  assert.deepEqual(
    changes.packages.map(({ text }) => text),
    ["Updated: httpd-2.4.6-99.el7.x86_64", "upgrade nginx:amd64 1.22.1-9 1.22.1-9+deb12u1"],
  );
  const { differing } = integrityOf(
    rows(`checked openssh-server
v ??5?????? c /etc/ssh/sshd_config
v ??5??????   /usr/sbin/sshd
v S.5....T.  c /etc/httpd/conf/httpd.conf
v missing     /usr/lib/openssh/sftp-server`),
  );
  assert.deepEqual(
    differing.map(({ kind, change }) => [kind, change]),
    [
      ["config", "content"],
      ["program", "content"],
      ["config", "content"],
      ["program", "missing"],
    ],
  );
});

test("a counter of a kernel that lacks it is not zero, and one that was set back is no negative rate", () => {
  const old = pagingOf(
    rows("a t 10.00\na pswpin 5\na pswpout 5\na pgmajfault 9\nb t 11.00\nb pswpin 15\nb pswpout 5\nb pgmajfault 4"),
  );
  assert.deepEqual(old, {
    swapInPagesPerSecond: 10,
    swapOutPagesPerSecond: 0,
    majorFaultsPerSecond: 4,
    allocationStallsPerSecond: null,
    oomKills: null,
    oomKillsNow: null,
    running: null,
    cpu: null,
  });
  assert.equal(pagingOf(["a t 10.00", "a pswpin 5"]), null);
});

/** One sample of the section, all but the processors the same. */
function counters(tag: string, cpu: string): string {
  return [`t ${tag === "a" ? 10 : 11}.00`, "pswpin 5", "pswpout 5", "pgmajfault 9", cpu]
    .map((row) => `${tag} ${row}`)
    .join("\n");
}

test("what the processors did in the second looked at: busy, stolen, waiting for disks", () => {
  const text = [counters("a", "cpu  100 0 50 1000 20 0 0 5 0 0"), counters("b", "cpu  160 10 60 1040 60 0 0 45 0 0")];
  const { cpu } = pagingOf(rows(text.join("\n"))) ?? {};
  assert.deepEqual(cpu, { busyRatio: 0.6, stealRatio: 0.2, ioWaitRatio: 0.2 });
});

test("foreign text is read without harm: nothing, noise, and secrets that are masked in the evidence", () => {
  for (const text of ["", "This account is not available.\n", "@@koboshi-host 1 x\n", "@@\n".repeat(10_000)]) {
    const answers = readAnswers({ text, sentAtMs: 1, receivedAtMs: 2 });
    assert.equal(answers.limits, null);
    assert.ok(answers.unobserved["limits"] !== undefined);
  }
  const text = `@@koboshi-host 1 1795336225.8 +0000 UTC
@@why
uid 0
@@/why 1.00 1.00
@@whyprocs
noise \u0000 \u001B[31m
@@/whyprocs 1.00 1.00
@@whydb
my ERROR 1045 (28000): Access denied for user 'x' password=hunter2-secret
@@/whydb 1.00 1.00
@@whymail
! not-installed
@@/whymail 1.00 1.00
@@end 1795336227
`;
  const answers = readAnswers({ text, sentAtMs: 1_000, receivedAtMs: 1_040 });
  assert.equal(answers.firstWordMs, 40);
  assert.equal(answers.unobserved["procs"], "not-read");
  assert.equal(answers.unobserved["mail"], "not-installed");
  assert.equal(answers.unobserved["web"], "not-asked");
  assert.equal(answers.db?.[0]?.state, "denied");
  assert.ok(answers.raw.db?.includes("password=***") === true, answers.raw.db);
});
