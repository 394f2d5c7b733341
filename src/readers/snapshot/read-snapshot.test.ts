import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { snapshotSections, type HostSnapshot, type SnapshotSection } from "../../kernel/model/snapshot.ts";
import { readSnapshot, silentSnapshot } from "./read-snapshot.ts";

const takenAt = { atMs: 1_795_325_080_000, monotonicMs: 1, bootId: "here" };

function read(name: string, asked: readonly SnapshotSection[] = snapshotSections): HostSnapshot {
  const text = fs.readFileSync(new URL(`../../../test/fixtures/snapshot/${name}.txt`, import.meta.url), "utf8");
  return readSnapshot({ host: "web9", text, asked, takenAt });
}

test("a machine of the year 2011 is read by its old tools", () => {
  const { sections, unobserved, isComplete, uptimeSeconds, hostClockMs } = read("rhel6");
  assert.deepEqual([unobserved, isComplete, uptimeSeconds, hostClockMs], [{}, true, 8_640_000.14, 1_795_325_080_000]);
  assert.equal(sections.ident?.["mac eth0"], "00:50:56:aa:bb:cc");
  assert.match(sections.ident?.["hostkey ssh-rsa"] ?? "", /^SHA256:[\w+/]{43}$/);
  assert.deepEqual(
    [sections.os?.["release"], sections.os?.["init"], sections.os?.["kernel-installed 2.6.32-696.el6.x86_64"]],
    ["CentOS release 6.10 (Final)", "init", ""],
  );
  assert.deepEqual(
    [sections.clock?.["daemon ntpd"], sections.clock?.["synchronised"], sections.clock?.["source-count"]],
    ["running", "yes", "2"],
  );
  assert.match(sections.clock?.["file /etc/ntp.conf"] ?? "", /^644 root 1466553600\ndriftfile.*\n.*\n\nincludefile/);
});

test("its init scripts tell what starts, its processes what runs, and its old netstat what listens", () => {
  const { sections } = read("rhel6");
  assert.deepEqual(sections.units, {
    "default-target": "runlevel3",
    "file crond": "enabled",
    "file httpd": "enabled",
    "file ntpd": "disabled",
    runlevel: "3",
    "unit crond": "active",
    "unit httpd": "failed",
    "unit ntpd": "active",
  });
  assert.deepEqual(Object.keys(sections.procs ?? {}), [
    "proc 500 worker",
    "proc ntp ntp d",
    "proc root crond",
    "proc root init",
    "proc root sshd",
    "proc root supervisord",
  ]);
  assert.deepEqual(sections.ports, {
    "port tcp 0.0.0.0:22": "sshd",
    "port tcp [::]:80": "httpd",
    "port udp 192.0.2.9:123": "ntpd",
  });
});

test("what is mounted, addressed, filtered and installed there", () => {
  const { sections } = read("rhel6");
  assert.deepEqual(sections.mounts, {
    "fstab /": "/dev/mapper/vg-root ext4 defaults",
    "fstab /boot": "UUID=1 ext4 defaults",
    "fstab /mnt/nas": "//nas/share cifs username=web,password=***",
    "inodes /": "5%",
    "mount /": "/dev/mapper/vg-root ext4 rw",
    "mount /boot": "/dev/sda1 ext4 ro",
    "mount /srv/my data": "/dev/sdb1 ext3 nosuid,rw",
    "raid md0": "[2/2] [UU]",
    "swap /dev/mapper/vg-swap": "2097148",
    "use /": "100%",
    "use /dev/shm": "0%",
  });
  assert.deepEqual(Object.keys(sections.net ?? {}), [
    "addr eth0 192.0.2.9/24",
    "addr eth0 fe80::250:56ff:feaa:bbcc/64",
    "addr lo 127.0.0.1/8",
    "file /etc/resolv.conf",
    "link eth0",
    "route 192.0.2.0/24 dev eth0",
    "route default via 192.0.2.1 dev eth0",
    "sysctl net.ipv4.ip_forward",
  ]);
  assert.deepEqual(sections.fw, {
    "iptables filter -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT": "1",
    "iptables filter -A INPUT -p tcp -m tcp --dport 80 -j ACCEPT": "2",
    "policy iptables filter INPUT": "DROP",
  });
  assert.deepEqual(sections.pkgs, {
    "logged old-tool:noarch": "1.2-3.el6",
    "logged openssl:x86_64": "1.0.1e-58.el6_10",
    "pkg kernel:x86_64": "2.6.32-696.el6 2.6.32-754.el6",
    "pkg openssl:x86_64": "1.0.1e-58.el6_10",
  });
});

test("what is scheduled there, who may log in, and no secret of it", () => {
  const { sections } = read("rhel6");
  assert.deepEqual(sections.cron, {
    "at 3": "2026-11-23 01:00 a root",
    "daemon crond": "running",
    "file /etc/crontab": "644 root 1466553600\nSHELL=/bin/bash\n# For details see man 4 crontabs",
    "file /var/spool/cron/root": "600 root 1466553700\n0 3 * * * mysqldump -u root -p*** shop > /backup/shop.sql\n",
    "line /etc/crontab SHELL=/bin/bash": "",
    "line /var/spool/cron/root 0 3 * * * mysqldump -u root -p*** shop > /backup/shop.sql": "",
    "part daily logrotate": "755",
    "stamp /var/spool/anacron/cron.daily": "1795300000 20261122",
    "started crond": "123.45",
  });
  assert.equal(
    sections.certs?.["cert /etc/pki/tls/certs/localhost.crt"],
    "SHA256:AB:CD:EF until Feb  1 00:00:00 2027 GMT",
  );
  assert.deepEqual(Object.keys(sections.users ?? {}), [
    "group wheel",
    "keys root",
    "login taro 192.0.2.77 Sun Nov 22 10:00:01 2026",
    "user root",
  ]);
  assert.deepEqual(sections.svc, { "mail-queue": "10+", "module nf_conntrack": "" });
  assert.doesNotMatch(JSON.stringify(sections), /hunter2|S3cret/);
});

test("systemd's units are as they are meant to be, whatever runs just now", () => {
  const { sections } = read("rhel7");
  assert.deepEqual(sections.units, {
    "default-target": "multi-user.target",
    "file chronyd.service": "disabled",
    "file httpd.service": "enabled",
    "file systemd-fsck@.service": "static",
    "unit auditd.service": "active running",
    "unit chronyd.service": "active running",
    "unit dbus.socket": "active running",
    "unit httpd.service": "failed failed",
    "unit logrotate.service": "inactive dead",
    "unit logrotate.timer": "active waiting",
    "unit multi-user.target": "active active",
    "unit systemd-hostnamed.service": "inactive dead",
    "unit worker.service": "activating auto-restart",
  });
  assert.deepEqual(
    [sections.clock?.["zone"], sections.clock?.["synchronised"], sections.clock?.["file /etc/chrony.conf"]],
    ["Asia/Tokyo", "yes", "640 root 1466553600"],
  );
  assert.deepEqual(Object.keys(sections.net ?? {}), [
    "addr ens192 192.0.2.10/24",
    "link ens192",
    "route default via 192.0.2.1 dev ens192 proto dhcp metric 100",
    "route6 default via fe80::1 dev ens192 proto ra metric 100",
    "rule 0: from all lookup local",
  ]);
  assert.deepEqual(Object.keys(sections.fw ?? {}), [
    "nft inet filter input: tcp dport 22 counter accept",
    "nft inet filter input: type filter hook input priority filter; policy drop;",
    "nft inet filter set banned: type ipv4_addr",
  ]);
});

test("a part without its end, one that was not asked for and one that needs more rights are unobserved, never empty", () => {
  const { sections, unobserved, isComplete } = read("rhel7", ["units", "ports", "cron", "mounts"]);
  assert.equal(isComplete, false);
  assert.deepEqual(
    [unobserved.ports, unobserved.mounts, unobserved.cron, unobserved.net, unobserved.units],
    ["cut-off", "cut-off", "needs-root", "not-asked", undefined],
  );
  assert.deepEqual(Object.keys(sections), ["units", "cron"]);
  assert.deepEqual(sections.cron?.["next logrotate.timer"], "Mon 2026-11-23 00:00:00 JST");
  assert.equal(
    sections.cron?.["timer logrotate.timer"],
    "Unit=logrotate.service TimersCalendar={ OnCalendar=*-*-* 00:00:00 } Persistent=yes ActiveState=active",
  );
});

test("a host that says nothing is one in which nothing was seen", () => {
  const silent = silentSnapshot("web9", "auth-refused", takenAt);
  assert.deepEqual([silent.isComplete, silent.sections, silent.unobserved.fw], [false, {}, "auth-refused"]);
  const foreign = readSnapshot({ host: "web9", text: "bash: sh: not found", asked: ["os"], takenAt });
  assert.deepEqual([foreign.hostClockMs, foreign.unobserved.os, foreign.isComplete], [null, "cut-off", false]);
});

test("an installed copy that knows no snapshots says so for every part", () => {
  const text = "@@koboshi-host 1 1795325080 +0900 JST\n@@end 1795325081\n";
  const { unobserved, isComplete } = readSnapshot({ host: "web9", text, asked: ["os", "fw"], takenAt });
  assert.deepEqual([isComplete, unobserved.os, unobserved.fw], [false, "not-in-script", "not-in-script"]);
});
