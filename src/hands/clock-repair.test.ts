import assert from "node:assert/strict";
import { test } from "node:test";
import type { Repair } from "../kernel/model/aftercare.ts";
import type { HostSnapshot } from "../kernel/model/snapshot.ts";
import { clockRepair, type ClockRepairInput } from "./clock-repair.ts";

type Sections = HostSnapshot["sections"];

function snapshot(sections: Sections): HostSnapshot {
  const takenAt = { atMs: 0, monotonicMs: 0, bootId: "b" };
  const rest = { hostClockMs: 0, uptimeSeconds: 60, isComplete: true, unobserved: {} };
  return { host: "web1", takenAt, ...rest, sections: { ident: { virt: "kvm" }, ...sections } };
}

const rhel7 = {
  os: { "systemd-booted": "yes", release: "CentOS Linux release 7.9.2009 (Core)" },
  chronyUnits: {
    "unit chronyd.service": "inactive dead",
    "file chronyd.service": "disabled",
    "unit crond.service": "active running",
  },
};

function repairOf(after: Sections, change: Partial<ClockRepairInput> = {}): Repair {
  const given = { before: null, offsetSeconds: -10_800, stopCronFirst: false, stopUnits: [], ...change };
  const repair = clockRepair({ after: snapshot(after), ...given });
  return "refused" in repair ? assert.fail(repair.refused.en) : repair;
}

function refusal(after: Sections): string {
  const repair = clockRepair({
    before: null,
    after: snapshot(after),
    offsetSeconds: -60,
    stopCronFirst: false,
    stopUnits: [],
  });
  return "refused" in repair ? repair.refused.en : assert.fail("not refused");
}

function commands({ steps }: Repair): readonly string[] {
  return steps.map(({ id, command }) => `${id}: ${command.split("\n")[0]}`);
}

const deadChrony: Sections = {
  os: rhel7.os,
  units: rhel7.chronyUnits,
  clock: { "file /etc/chrony.conf": "644 root 1\nserver 192.0.2.1 iburst", "installed chronyd": "", rtc: "yes" },
  cron: { "daemon crond": "running" },
};

test("a dead chronyd of systemd: cron stops, one shot with its own configuration, start, enable, cron starts, verify, RTC", () => {
  const repair = repairOf(deadChrony, { stopCronFirst: true });
  assert.deepEqual(commands(repair), [
    "stop-cron: systemctl stop -- crond",
    "step: chronyd -q -t 20 -f /etc/chrony.conf",
    "start: systemctl reset-failed -- chronyd 2>/dev/null; systemctl start -- chronyd",
    "enable: systemctl enable -- chronyd && systemctl is-enabled -- chronyd && echo 'starts at boot'",
    "start-cron: systemctl reset-failed -- crond 2>/dev/null; systemctl start -- crond",
    "verify: chronyc waitsync 6 0.1 0 5 || exit 1",
    "rtc: hwclock --systohc",
  ]);
  const undo = Object.fromEntries(repair.steps.map((step) => [step.id, step.undo]));
  assert.equal(undo["enable"], "systemctl disable -- chronyd");
  assert.equal(undo["step"], null);
  assert.match(
    repair.warnings.map(({ en }) => en).join("\n"),
    /forward by 3 h\n.*cron is stopped[\s\S]*systemctl start -- crond/,
  );
});

test("a running chronyd is never stopped", () => {
  const after = {
    ...deadChrony,
    units: {
      "unit chrony.service": "active running",
      "file chrony.service": "enabled",
      "file chronyd.service": "alias",
    },
    clock: {
      "daemon chronyd": "running",
      "file /etc/chrony/chrony.conf": "644 root 1\npool 2.debian.pool.ntp.org iburst",
    },
  };
  const repair = repairOf(after);
  assert.deepEqual(
    repair.steps.map(({ id, expects }) => [id, expects]),
    [
      ["burst", "200 OK"],
      ["step", "200 OK"],
      ["enable", "starts at boot"],
      ["verify", null],
    ],
  );
  assert.equal(
    repair.steps.some(({ command }) => command.includes(" stop ")),
    false,
  );
  assert.equal(repair.steps.find(({ id }) => id === "enable")?.undo, null);
  assert.deepEqual(
    repairOf(after, { offsetSeconds: 0.4 }).steps.map(({ id }) => id),
    ["burst", "enable", "verify"],
  );
});

test("ntpd of init scripts: stop, wait until the port is free, set, start, enable; never stop again at the end", () => {
  const repair = repairOf({
    os: { release: "CentOS release 6.10 (Final)", init: "init" },
    units: { "unit ntpd": "active", "file ntpd": "enabled", "unit crond": "active" },
    clock: {
      "daemon ntpd": "running",
      "file /etc/ntp.conf": "644 root 1\nserver ntp.nict.jp iburst\nserver 127.127.1.0\nserver $(reboot)\nserver -x",
      rtc: "yes",
    },
  });
  assert.deepEqual(commands(repair), [
    "stop: service ntpd stop",
    "free-port: port() { awk '$2 ~ /:007B$/ { print $10 }' /proc/net/udp /proc/net/udp6 2>/dev/null; }",
    "step: ntpd -gq || ntpdate -b ntp.nict.jp",
    "start: service ntpd start",
    "enable: if command -v chkconfig >/dev/null; then chkconfig ntpd on; else update-rc.d ntpd defaults && update-rc.d ntpd enable; fi && ls /etc/rc[2345].d/S[0-9][0-9]ntpd && echo 'starts at boot'",
    "verify: i=0; until ntpq -pn | grep '^[*]'; do i=$((i+1)); [ $i -le 66 ] || { ntpq -pn; exit 1; }; sleep 5; done",
    "rtc: hwclock --systohc",
  ]);
  assert.deepEqual(repair.steps[0]?.okCodes, [0, 1, 5, 7]);
  assert.equal(
    repair.steps.some(({ command }) => /kill -(?:9|KILL)/.test(command)),
    false,
  );
});

test("ntpsec and timesyncd are called by their own names", () => {
  const ntpsec = repairOf({
    os: { "systemd-booted": "yes", os: "Debian GNU/Linux 12 (bookworm)" },
    units: { "unit ntpsec.service": "active running", "file ntpsec.service": "enabled", "file ntp.service": "alias" },
    clock: { "daemon ntpd": "running", "file /etc/ntpsec/ntp.conf": "644 root 1\npool 0.debian.pool.ntp.org iburst" },
  });
  assert.equal(ntpsec.steps[0]?.command, "systemctl stop -- ntpsec");
  const timesyncd = repairOf({
    os: { "systemd-booted": "yes", os: "Ubuntu 22.04.4 LTS" },
    units: { "unit systemd-timesyncd.service": "inactive dead", "file systemd-timesyncd.service": "disabled" },
    clock: { "installed systemd-timesyncd": "" },
  });
  assert.deepEqual(commands(timesyncd), [
    "step: systemctl restart -- systemd-timesyncd",
    "enable: timedatectl set-ntp true && systemctl is-enabled -- systemd-timesyncd && echo 'starts at boot'",
    "verify: i=0; until timedatectl | grep -i 'synchronized: yes'; do i=$((i+1)); [ $i -le 30 ] || { timedatectl; exit 1; }; sleep 2; done",
  ]);
});

test("another daemon that holds UDP 123 is stopped by its own init system before a dead chronyd is asked", () => {
  const repair = repairOf({
    ...deadChrony,
    units: { ...rhel7.chronyUnits, "file chronyd.service": "enabled", "unit ntpd.service": "active running" },
    clock: { ...deadChrony.clock, "daemon ntpd": "running" },
    ports: { "port udp 0.0.0.0:123": "ntpd" },
  });
  // two daemons: the one that runs is the one to mend
  assert.equal(repair.steps[0]?.command, "systemctl stop -- ntpd");
  const before = snapshot({ clock: { "daemon chronyd": "running" } });
  const meant = repairOf(
    {
      ...deadChrony,
      units: { ...rhel7.chronyUnits, "unit ntpd.service": "failed failed" },
      ports: { "port udp 0.0.0.0:123": "ntpd" },
    },
    { before },
  );
  assert.deepEqual(
    meant.steps.map(({ id }) => id),
    ["stop-holder", "free-port", "step", "start", "enable", "verify", "rtc"],
  );
});

test("going back by more than 5 s, services that cannot bear it are stopped around the step, the last stopped first started", () => {
  const stopUnits = ["dovecot.service", "postgresql@15-main.service"];
  const back = repairOf(deadChrony, { offsetSeconds: 3_600, stopUnits, stopCronFirst: true });
  assert.deepEqual(
    back.steps.map(({ id }) => id),
    [
      "stop-dovecot.service",
      "stop-postgresql@15-main.service",
      "stop-cron",
      "step",
      "start",
      "enable",
      "start-cron",
      "start-postgresql@15-main.service",
      "start-dovecot.service",
      "verify",
      "rtc",
    ],
  );
  assert.equal(repairOf(deadChrony, { stopUnits }).steps.length, 5);
  assert.equal(repairOf(deadChrony, { offsetSeconds: 4, stopUnits }).steps.length, 5);
  const odd = clockRepair({
    before: null,
    after: snapshot(deadChrony),
    offsetSeconds: 60,
    stopCronFirst: false,
    stopUnits: ["x.service; reboot"],
  });
  assert.ok("refused" in odd);
});

test("below a second nothing jumps, and cron is left alone", () => {
  const repair = repairOf(deadChrony, { offsetSeconds: -0.9, stopCronFirst: true });
  assert.deepEqual(
    repair.steps.map(({ id }) => id),
    ["start", "enable", "verify", "rtc"],
  );
  assert.deepEqual(repair.warnings, []);
});

test("it is refused in a container, without a daemon, for one it does not know, and for a host nobody looked into", () => {
  assert.match(refusal({ ...deadChrony, ident: { virt: "lxc" } }), /parent/);
  assert.match(
    refusal({ os: rhel7.os, units: { "unit crond.service": "active running" }, clock: {} }),
    /Install chrony/,
  );
  assert.match(refusal({ ...deadChrony, clock: { "daemon openntpd": "running" } }), /openntpd/);
  const openNtpd = { units: { "unit openntpd.service": "active running" }, clock: { "daemon ntpd": "running" } };
  assert.match(refusal({ ...deadChrony, ...openNtpd }), /openntpd/);
  assert.match(refusal({ units: rhel7.chronyUnits }), /not be looked into/);
});

test("no name that came from a host stands in a command unquoted", () => {
  const evil = "$(touch /tmp/x)`id`;'\"";
  const repair = repairOf({
    os: { ...rhel7.os, os: evil, init: evil },
    units: { ...rhel7.chronyUnits, [`unit ${evil}.service`]: "active running", "unit chronyd.service": evil },
    clock: {
      [`daemon ${evil}`]: "running",
      "installed chronyd": evil,
      [`file /etc/${evil}`]: evil,
      "file /etc/chrony.conf": `644\nserver ${evil}`,
    },
    ports: { "port udp 0.0.0.0:123": evil },
    cron: { [`daemon ${evil}`]: "running" },
  });
  for (const { command, undo } of repair.steps) assert.doesNotMatch(`${command}${undo ?? ""}`, /touch|\bid\b/);
});
