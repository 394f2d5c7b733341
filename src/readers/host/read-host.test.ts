import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { hostBounds, hostFindings } from "./findings.ts";
import { readHost } from "./read-host.ts";
import { unitState } from "./units.ts";

const nowMs = 1_795_325_080_500;
const fixture = (name: string): string => fs.readFileSync(`test/fixtures/host/${name}.txt`, "utf8");
const exchange = { sentAtMs: nowMs - 40, receivedAtMs: nowMs + 40, previous: null };
const rhel6 = readHost({ text: fixture("rhel6"), ...exchange });
const rhel7 = readHost({ text: fixture("rhel7"), ...exchange });

test("a kernel of 2.6.32 is read: banner dropped, old columns, memory estimated, tools without nanoseconds", () => {
  assert.deepEqual(rhel6.system, {
    os: "CentOS release 6.10 (Final)",
    kernel: "2.6.32-754.el6.x86_64",
    init: "sysv",
    uptimeSeconds: 8_640_000.12,
    virtualisation: "vmware",
  });
  assert.deepEqual(rhel6.memory, {
    totalBytes: 1_020_128 * 1_024,
    availableBytes: (101_000 + 50_000 + 400_000 - 20_000) * 1_024,
    availableIsEstimate: true,
  });
  assert.deepEqual(rhel6.load, { one: 0.42, five: 0.35, fifteen: 0.3, cores: 2 });
  // a date of whole seconds is half a second more in doubt
  assert.equal(rhel6.clock?.offsetSeconds, 0);
  assert.equal(rhel6.clock?.uncertaintySeconds, 0.54);
  assert.deepEqual(rhel6.identity?.macs, ["00:50:56:aa:bb:cc"]);
});

test("rates without an earlier look are not observed, and neither is what was not asked for", () => {
  assert.equal(rhel6.cpu, null);
  assert.equal(rhel6.unobserved["cpu"], "one-look");
  assert.equal(rhel6.cron, null);
  assert.equal(rhel6.unobserved["cron"], "not-asked");
});

test("disks: what is reserved for root does not count as free, a name with a blank, a file system without inodes", () => {
  const [root, boot, data] = rhel6.disks ?? [];
  assert.equal(root?.mount, "/");
  assert.equal(root?.type, "ext4");
  assert.equal(root?.freeRatio.toFixed(4), (313_264 / (16_900_000 + 313_264)).toFixed(4));
  assert.equal(boot?.readOnly, true);
  assert.equal(boot?.meantWritable, true);
  assert.equal(data?.mount, "/srv/my data");
  assert.equal(data?.inodesFreeRatio, null);
});

test("SysV services: locks, pid files and run levels say what runs and what starts at boot", () => {
  const { states, failed } = rhel6.units ?? { states: {}, failed: [] };
  assert.deepEqual(states["crond"], { active: "active", enabled: true });
  assert.deepEqual(states["httpd"], { active: "failed", enabled: true });
  assert.deepEqual(states["ntpd"], { active: "inactive", enabled: false });
  assert.deepEqual(states["sshd"], { active: "active", enabled: false });
  assert.deepEqual(failed, ["httpd"]);
});

test("ntpd that answers and is not in the process list is not running, whatever it says", () => {
  assert.deepEqual(rhel6.clock?.service, {
    name: "ntpd",
    running: false,
    enabled: false,
    synchronised: false,
    ownOffsetSeconds: 0.00125,
    source: "192.0.2.123",
  });
});

test("netstat of net-tools: v6 wildcard, no program without root", () => {
  assert.deepEqual(rhel6.listeners, [
    { protocol: "tcp", address: "0.0.0.0", port: 22, program: null },
    { protocol: "tcp", address: "::", port: 80, program: "httpd" },
    { protocol: "udp", address: "127.0.0.1", port: 123, program: null },
  ]);
});

test("a kill of an old kernel is counted once, at the log's local time", () => {
  assert.equal(rhel6.oomKills?.length, 1);
  assert.equal(rhel6.oomKills?.[0]?.process, "java");
  assert.equal(rhel6.oomKills?.[0]?.atMs, Date.parse("2026-11-22T13:40:01+09:00"));
});

test("processes: a name with blanks and brackets, zombies, owners", () => {
  assert.equal(rhel6.processes?.zombies, 1);
  assert.ok(rhel6.processes?.top.some(({ name, user }) => name === "php (old) x" && user === "apache"));
});

test("two samples of one look make rates; steal and the one busy process show", () => {
  const { cores, ...shares } = rhel7.cpu ?? {};
  assert.deepEqual(shares, { userRatio: 0.2, systemRatio: 0.1, ioWaitRatio: 0, stealRatio: 0.1, idleRatio: 0.6 });
  assert.equal(cores?.length, 1);
  assert.deepEqual(rhel7.io, [
    { device: "vda", busyRatio: 0.5, awaitMs: 2, readBytesPerSecond: 2_048_000, writeBytesPerSecond: 0 },
  ]);
  const eth0 = { name: "eth0", receivedBytesPerSecond: 2_000, sentBytesPerSecond: 1_000, errors: 1, drops: 0 };
  assert.deepEqual(rhel7.network, [eth0]);
  const { top = [], uninterruptible } = rhel7.processes ?? {};
  assert.deepEqual(top[0], { pid: 900, user: "?", name: "httpd", cpuRatio: 0.5, memoryBytes: 819_200 });
  assert.equal(uninterruptible, 1);
});

test("chrony's word is not believed over the measurement: Normal, and three hours behind by its own fifth field", () => {
  assert.equal(rhel7.clock?.offsetSeconds, 0);
  assert.equal(rhel7.clock?.service.ownOffsetSeconds, -10_800);
  assert.deepEqual(
    { ...rhel7.clock?.service, ownOffsetSeconds: null },
    { name: "chronyd", running: true, enabled: false, synchronised: true, ownOffsetSeconds: null, source: "192.0.2.1" },
  );
  const own = readHost({ text: fixture("rhel7"), ...exchange, isThisMachine: true });
  assert.equal(own.clock?.offsetSeconds, -10_800);
  assert.equal(own.clock?.uncertaintySeconds, 0.0008);
});

test("systemd units: by short name, unknown ones left out, never started ones inactive", () => {
  assert.deepEqual(rhel7.units?.failed, ["httpd.service"]);
  const units = rhel7.units ?? { failed: [], states: {} };
  assert.deepEqual(unitState(units, "httpd"), { active: "failed", enabled: true });
  assert.deepEqual(unitState(units, "postfix.service"), { active: "inactive", enabled: null });
  assert.deepEqual(unitState(units, "mariadb"), { active: "inactive", enabled: false });
  assert.equal(unitState(units, "ip6tables"), null);
  assert.deepEqual(unitState(units, "logrotate.timer"), { active: "active", enabled: null });
});

test("ss of RHEL 7 knows the program", () => {
  assert.deepEqual(
    rhel7.listeners?.map(({ address, port, program }) => `${address} ${port} ${program}`),
    [":: 22 sshd", ":: 80 httpd", "127.0.0.1 323 chronyd"],
  );
});

test("every job has a verdict, and none ran without proof", () => {
  const verdicts = Object.fromEntries((rhel7.cron ?? []).map(({ where, verdict }) => [where, verdict]));
  assert.deepEqual(verdicts, {
    "/etc/crontab:6": "missed",
    "/etc/crontab:7": "ran",
    "/etc/crontab:8": "ran",
    "crontab of web:1": "missed",
    "crontab of web:2": "not-due",
    "crontab of web:3": "not-due",
    "crontab of web:4": "not-due",
    "/etc/anacrontab:2": "ran",
    "/etc/anacrontab:3": "missed",
    "timer:logrotate.timer": "ran",
    "timer:fstrim.timer": "missed",
    "timer:clean.timer": "ran",
  });
  const backup = rhel7.cron?.find(({ where }) => where === "/etc/crontab:6");
  assert.equal(backup?.lastDueAtMs, Date.parse("2026-11-22T03:15:00+09:00"));
  assert.equal(backup?.lastRunAtMs, Date.parse("2026-11-21T03:15:02+09:00"));
  assert.equal(backup?.nextDueAtMs, Date.parse("2026-11-23T03:15:00+09:00"));
  assert.equal(backup?.user, "backup");
  // the log shows the password to whoever may read it; the reading does not
  assert.match(backup?.line ?? "", /--password=\*\*\*/);
  assert.ok(!JSON.stringify(rhel7).includes("hunter2"));
});

test("certificates and updates", () => {
  assert.deepEqual(rhel7.certificates?.[0], {
    path: "/etc/pki/tls/certs/shop.crt",
    notAfterMs: Date.parse("2026-12-01T09:00:00Z"),
    sha256: "aabb01",
  });
  assert.equal(rhel7.unobserved["certificates.part"], "needs-root");
  assert.deepEqual(rhel7.updates, { pending: 2, security: 1, rebootRequired: true });
});

test("findings: worst first, each with its kind and what it is about", () => {
  const kinds = (reading: typeof rhel6): readonly string[] =>
    hostFindings(reading, hostBounds(null)).map(({ kind, item, severity }) =>
      `${severity} ${kind} ${item ?? ""}`.trim(),
    );
  assert.deepEqual(kinds(rhel6), [
    "critical disk-full /",
    "critical disk-read-only /boot",
    "warning swap-full",
    "warning time-service",
    "warning unit-failed httpd",
    "warning oom-kill",
  ]);
  assert.deepEqual(kinds(rhel7), [
    "warning time-service",
    "warning unit-failed httpd.service",
    "warning job-missed /etc/crontab:6",
    "warning job-missed crontab of web:1",
    "warning job-missed /etc/anacrontab:3",
    "warning job-missed timer:fstrim.timer",
    "warning certificate-ends /etc/pki/tls/certs/shop.crt",
  ]);
});

test("a host three hours off is critical, and its daemon's content is told with it", () => {
  const late = readHost({
    text: fixture("rhel7"),
    sentAtMs: nowMs + 10_800_000,
    receivedAtMs: nowMs + 10_800_080,
    previous: null,
  });
  const [worst] = hostFindings(late, hostBounds(null));
  assert.equal(worst?.kind, "clock-off");
  assert.equal(worst?.severity, "critical");
  assert.equal(worst?.facts["synchronised"], true);
  assert.equal(Math.round(Number(worst?.facts["offsetSeconds"])), -10_800);
});

test("a clock is not called wrong while the doubt is as large as the offset", () => {
  const slow = readHost({ text: fixture("rhel7"), sentAtMs: nowMs, receivedAtMs: nowMs + 8_000, previous: null });
  assert.equal(slow.clock?.offsetSeconds, -4);
  assert.equal(
    hostFindings(slow, hostBounds(null)).some(({ kind }) => kind === "clock-off"),
    false,
  );
});

test("the bounds of the configuration decide, and a unit that must run is looked for", () => {
  const watch = {
    diskRatio: null,
    inodesRatio: null,
    memoryRatio: 0.3,
    swapRatio: null,
    loadPerCore: 0.05,
    clockMs: null,
  };
  const found = hostFindings(rhel7, hostBounds({ ...watch, units: ["chronyd", "postfix", "mysqld"] }));
  const stopped = found.filter(({ kind }) => kind === "unit-stopped");
  assert.deepEqual(
    stopped.map(({ item, facts }) => `${item} ${String(facts["active"])}`),
    ["postfix inactive", "mysqld missing"],
  );
  assert.ok(found.some(({ kind }) => kind === "load-high"));
});

test("whatever is cut off or garbled is unobserved, and never throws", () => {
  const text = fixture("rhel7");
  for (let length = 0; length < text.length; length += 97) {
    const reading = readHost({ text: text.slice(0, length), ...exchange });
    for (const [part, value] of Object.entries(reading))
      if (value === null) assert.ok((reading.unobserved[part] ?? "") !== "", `${part} at ${length}`);
  }
  const half = readHost({ text: text.slice(0, text.indexOf("@@/cron")), ...exchange });
  assert.equal(half.cron, null);
  assert.equal(half.unobserved["cron"], "cut-off");
  assert.equal(half.unobserved["updates"], "cut-off");
  const swapped = text.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(digit.charCodeAt(0) + 0x10));
  for (const garbage of ["", "\0\0@@@", "HTTP/1.1 400 Bad Request\r\n", swapped, text.replaceAll("\n", "\r\n")])
    assert.ok(readHost({ text: garbage, ...exchange }).takenAtMs > 0);
  assert.equal(readHost({ text: "This account is not available.\n", ...exchange }).unobserved["load"], "not-a-look");
});

test("of a part seen twice the first counts, and foreign text cannot close it", () => {
  const text = fixture("rhel7").replace(
    "@@end",
    "@@memory\nMemTotal: 1 kB\n@@/memory 1 2\n@@memory\nMemTotal: 2 kB\n@@/memory 1 2\n@@end",
  );
  assert.equal(readHost({ text, ...exchange }).memory?.totalBytes, 1_024);
  const planted = fixture("rhel7").replace("|MAILTO=root", "|@@/cron 1 2\n|@@end 1");
  assert.equal(readHost({ text: planted, ...exchange }).cron?.length, 12);
});
