import assert from "node:assert/strict";
import { test } from "node:test";
import { snapshotSections, type HostSnapshot, type SnapshotSection } from "../../kernel/model/snapshot.ts";
import { compareSnapshots } from "./diff.ts";

type Found = Readonly<Partial<Record<SnapshotSection, Readonly<Record<string, string>>>>>;

function snapshot(found: Found, unobserved: HostSnapshot["unobserved"] = {}): HostSnapshot {
  const takenAt = { atMs: 0, monotonicMs: 0, bootId: "here" };
  const notAsked = snapshotSections.filter((name) => found[name] === undefined && unobserved[name] === undefined);
  return {
    host: "web1",
    takenAt,
    hostClockMs: 0,
    uptimeSeconds: 1,
    isComplete: true,
    unobserved: { ...Object.fromEntries(notAsked.map((name) => [name, "not-asked"])), ...unobserved },
    sections: found,
  };
}

const never = (): boolean => false;

function told(before: Found, after: Found, isNoise: (key: string) => boolean = never): readonly string[] {
  return compareSnapshots(snapshot(before), snapshot(after), isNoise).map(
    (one) => `${one.class} ${one.section} ${one.key}`,
  );
}

const cases: readonly (readonly [string, SnapshotSection, string, string | null, string | null, string | null])[] = [
  ["a unit that ran is dead", "units", "unit nginx.service", "active running", "inactive dead", "alarm"],
  ["a unit that ran failed", "units", "unit nginx.service", "active running", "failed failed", "alarm"],
  ["a unit that ran is not there", "units", "unit nginx.service", "active running", null, "alarm"],
  ["a unit that did not run failed", "units", "unit x.service", "inactive dead", "failed failed", "matters"],
  ["a unit runs that did not", "units", "unit x.service", "inactive dead", "active running", "info"],
  ["a unit no longer starts at boot", "units", "file nginx.service", "enabled", "disabled", "matters"],
  ["a unit file that is not enabled came", "units", "file x.service", null, "static", "info"],
  ["a door is closed", "ports", "port tcp 0.0.0.0:80", "nginx", null, "alarm"],
  ["another program is behind a door", "ports", "port tcp 0.0.0.0:80", "nginx", "apache2", "matters"],
  ["the program behind a door does not show", "ports", "port tcp 0.0.0.0:80", "nginx", "-", null],
  ["a new door", "ports", "port tcp 0.0.0.0:8080", null, "java", "matters"],
  ["a mount is gone", "mounts", "mount /srv", "/dev/sdb1 ext4 rw", null, "alarm"],
  [
    "a mount is no longer writable",
    "mounts",
    "mount /srv",
    "/dev/sdb1 ext4 nosuid,rw",
    "/dev/sdb1 ext4 nosuid,ro",
    "alarm",
  ],
  ["a mount is writable again", "mounts", "mount /srv", "/dev/sdb1 ext4 ro", "/dev/sdb1 ext4 rw", "matters"],
  ["a disk is a little fuller", "mounts", "use /", "45%", "55%", null],
  ["a disk is much fuller", "mounts", "use /", "45%", "60%", "matters"],
  ["an array lost a disk", "mounts", "raid md0", "[2/2] [UU]", "[2/1] [U_]", "alarm"],
  ["the time daemon is gone", "clock", "daemon chronyd", "running", null, "alarm"],
  ["the cron daemon is gone", "cron", "daemon crond", "running", null, "alarm"],
  ["cron was started anew", "cron", "started crond", "12.50", "90000.10", "info"],
  ["a timer fired", "cron", "last logrotate.timer", "Sun", "Mon", null],
  ["anacron ran", "cron", "stamp /var/spool/anacron/cron.daily", "1 20261121", "2 20261122", null],
  ["another machine answers", "ident", "machine-id", "a", "b", "alarm"],
  ["another name", "ident", "hostname", "web1", "localhost", "alarm"],
  ["another host key", "ident", "hostkey ssh-rsa", "SHA256:a", "SHA256:b", "alarm"],
  ["a further host key", "ident", "hostkey ssh-ed25519", null, "SHA256:b", "matters"],
  ["started anew", "ident", "boot-id", "a", "b", "info"],
  ["another kernel", "os", "kernel", "6.1.0-1", "6.1.0-2", "info"],
  ["a kernel was installed", "os", "kernel-installed 6.1.0-2", null, "", null],
  ["a route is gone", "net", "route default via 192.0.2.1 dev eth0", "", null, "matters"],
  ["a rule of the firewall is gone", "fw", "iptables filter -A INPUT -j DROP", "1", null, "matters"],
  ["a certificate was replaced", "certs", "cert /etc/x.pem", "SHA256:A until x", "SHA256:B until y", "matters"],
  ["someone logged in", "users", "login taro 192.0.2.7 Sun", null, "", "info"],
  ["an old login is no longer listed", "users", "login taro 192.0.2.7 Sun", "", null, null],
  ["the mail queue moves", "svc", "mail-queue", "0", "10+", null],
  ["a file was only touched", "net", "file /etc/hosts", "644 root 1\ntext", "644 root 2\ntext", null],
  ["a file has another text", "net", "file /etc/hosts", "644 root 1\ntext", "644 root 2\nother", "matters"],
  ["a file has other rights", "net", "file /etc/hosts", "644 root 1\ntext", "666 root 1\ntext", "matters"],
];

for (const [name, section, key, before, after, expected] of cases) {
  test(`${name}: ${expected ?? "of no account"}`, () => {
    const of = (value: string | null): Found => ({ [section]: value === null ? {} : { [key]: value } });
    assert.deepEqual(told(of(before), of(after)), expected === null ? [] : [`${expected} ${section} ${key}`]);
  });
}

test("a line of a crontab is told once, as that line; a remark in it is worth little", () => {
  const path = "file /var/spool/cron/root";
  const line = "line /var/spool/cron/root 5 4 * * * backup";
  assert.deepEqual(told({ cron: { [path]: "600 root 1\n" } }, { cron: { [path]: "600 root 2\n5 4 …", [line]: "" } }), [
    `matters cron ${line}`,
  ]);
  assert.deepEqual(told({ cron: {} }, { cron: { [path]: "600 root 2\n5 4 …", [line]: "" } }), [`matters cron ${line}`]);
  assert.deepEqual(told({ cron: { [path]: "600 root 1\n# a" } }, { cron: { [path]: "600 root 2\n# b" } }), [
    `info cron ${path}`,
  ]);
  assert.deepEqual(told({ cron: { [path]: "600 root 1\n# a" } }, { cron: { [path]: "666 root 2\n# a" } }), [
    `matters cron ${path}`,
  ]);
});

test("a package that changed is of little account when the package log tells of it", () => {
  const before = { "pkg openssl:amd64": "3.0.1", "pkg nano:amd64": "7", "pkg old:noarch": "1:2-3" };
  const after = {
    "pkg openssl:amd64": "3.0.2",
    "pkg nano:amd64": "8",
    "logged openssl:amd64": "3.0.2",
    "logged old:*": "*",
  };
  assert.deepEqual(told({ pkgs: before }, { pkgs: after }), [
    "matters pkgs pkg nano:amd64",
    "info pkgs pkg old:noarch",
    "info pkgs pkg openssl:amd64",
  ]);
});

test("what was learnt is called noise and comes last; what alarms or was not seen never is", () => {
  const before = { ports: { "port tcp 0.0.0.0:80": "nginx" }, net: { "route a": "" } };
  const after = { ports: { "port tcp 0.0.0.0:81": "nginx" }, net: { "route b": "" } };
  assert.deepEqual(
    told(before, after, () => true),
    ["alarm ports port tcp 0.0.0.0:80", "noise ports port tcp 0.0.0.0:81", "noise net route a", "noise net route b"],
  );
});

test("a part that one side lacks is one difference that says why; with other rights it is not compared", () => {
  const seen = snapshot({ fw: { "policy iptables filter INPUT": "DROP" }, os: { kernel: "6" } });
  const blind = snapshot({ fw: {}, os: { kernel: "6" } }, { fw: "needs-root" });
  assert.deepEqual(compareSnapshots(seen, blind, never), [
    { section: "fw", key: "fw", before: null, after: "needs-root", class: "unobserved" },
  ]);
  const quick = snapshot({ os: { kernel: "6" } });
  assert.deepEqual(compareSnapshots(seen, quick, never), [
    { section: "fw", key: "fw", before: null, after: "not-asked", class: "unobserved" },
  ]);
  assert.deepEqual(compareSnapshots(quick, quick, never), []);
});
