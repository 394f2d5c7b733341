import assert from "node:assert/strict";
import { test } from "node:test";
import { clockRepair } from "../../hands/clock-repair.ts";
import type { AftercareInput, AftercareOutcome } from "../../kernel/model/aftercare.ts";
import { afterOf, inputOf, snapshotOf, without } from "../../../test/doubles/aftercare-world.ts";
import type { SnapshotSection } from "../../kernel/model/snapshot.ts";
import { aftercareChecks } from "./registry.ts";

const checks = new Map(aftercareChecks(clockRepair).map((check) => [check.id, check]));

function ask(id: string, input: AftercareInput): AftercareOutcome | null {
  const check = checks.get(id);
  assert.ok(check !== undefined, id);
  return check.appliesTo(input) ? check.compare(input) : null;
}

interface Row {
  readonly check: string;
  readonly section: SnapshotSection;
  readonly change: Parameters<typeof afterOf>[0];
  readonly result: AftercareOutcome["result"];
  readonly items?: readonly string[];
  readonly repair?: string | null;
}

const rows: readonly Row[] = [
  {
    check: "same-machine",
    section: "ident",
    change: { ident: { "machine-id": "ffff", "hostkey ssh-ed25519": "SHA256:zzz" } },
    result: "fail",
    items: ["machine-id: 0f3c → ffff", "hostkey ssh-ed25519: SHA256:abc → SHA256:zzz"],
  },
  { check: "same-machine", section: "ident", change: { ident: { "mac eth0": "52:54:00:bb:00:01" } }, result: "warn" },
  { check: "rebooted-as-expected", section: "ident", change: {}, result: "pass" },
  {
    check: "time-service",
    section: "clock",
    change: { units: { "file chrony.service": "disabled", "file chronyd.service": null } },
    result: "fail",
    repair: "clock",
  },
  {
    check: "time-service",
    section: "clock",
    change: { units: { "file systemd-timesyncd.service": "enabled" } },
    result: "warn",
  },
  {
    check: "timezone",
    section: "clock",
    change: { clock: { zone: "UTC", "zone-offset": "+0000" } },
    result: "fail",
    items: ["Asia/Tokyo → UTC"],
    repair: "set-zone",
  },
  {
    check: "units-running",
    section: "units",
    change: { units: { "unit nginx.service": "failed failed", "unit mariadb.service": "inactive dead" } },
    result: "fail",
    items: ["nginx.service", "mariadb.service"],
    repair: "start-units",
  },
  {
    check: "units-enabled",
    section: "units",
    change: { units: { "file nginx.service": "disabled" } },
    result: "fail",
    items: ["nginx.service"],
    repair: "enable-units",
  },
  {
    check: "units-enabled",
    section: "units",
    change: { units: { "file nginx.service": "masked" } },
    result: "fail",
    repair: null,
  },
  {
    check: "units-failed-new",
    section: "units",
    change: { units: { "unit quota.service": "failed failed" } },
    result: "fail",
    items: ["quota.service"],
  },
  {
    check: "ports",
    section: "ports",
    change: { ports: { "port tcp 0.0.0.0:80": "apache2" } },
    result: "fail",
    items: ["tcp 0.0.0.0:80 nginx → apache2"],
  },
  {
    check: "ports-new",
    section: "ports",
    change: { ports: { "port tcp 0.0.0.0:8080": "python3" } },
    result: "warn",
    items: ["tcp 0.0.0.0:8080 python3"],
  },
  {
    check: "mounts",
    section: "mounts",
    change: { mounts: { "mount /srv": null } },
    result: "fail",
    items: ["/srv -"],
    repair: "mount",
  },
  {
    check: "mounts",
    section: "mounts",
    change: { mounts: { "mount /": "/dev/vda1 ext4 ro" } },
    result: "fail",
    items: ["/ ro"],
    repair: null,
  },
  {
    check: "disk-space",
    section: "mounts",
    change: { mounts: { "use /": "95%" } },
    result: "warn",
    items: ["/ 40% → 95%"],
  },
  {
    check: "raid-and-smart",
    section: "mounts",
    change: { mounts: { "raid md0": "[2/1] [U_]" } },
    result: "fail",
    items: ["md0 [2/1] [U_]"],
  },
  {
    check: "swap",
    section: "mounts",
    change: { mounts: { "swap /dev/vda2": null } },
    result: "fail",
    repair: "swap-on",
  },
  { check: "kernel", section: "os", change: { os: { kernel: "6.1.0-9-amd64" } }, result: "warn" },
  { check: "packages", section: "pkgs", change: { pkgs: { "pkg nginx:amd64": "1.22.1-10" } }, result: "warn" },
  {
    check: "network",
    section: "net",
    change: { net: { "route default via 192.0.2.1 dev eth0": null } },
    result: "fail",
    items: ["- route default via 192.0.2.1 dev eth0"],
  },
  {
    check: "firewall",
    section: "fw",
    change: { fw: { "nft inet filter input: tcp dport { 22, 80 } accept": null } },
    result: "fail",
    repair: "restore-firewall",
  },
  {
    check: "name-resolution",
    section: "net",
    change: { net: { "file /etc/resolv.conf": "644 root 1700000001\nnameserver 198.51.100.1" } },
    result: "fail",
    items: ["- nameserver 192.0.2.53", "+ nameserver 198.51.100.1"],
  },
  {
    check: "cron-daemon",
    section: "cron",
    change: { cron: { "daemon cron": null, "started cron": null } },
    result: "fail",
    items: ["cron"],
    repair: "start-cron/cron",
  },
  {
    check: "cron-daemon",
    section: "cron",
    change: { cron: { "line /etc/cron.d/backup 15 3 * * * backup /usr/local/bin/nightly --all": null } },
    result: "warn",
  },
  {
    check: "logs-flow",
    section: "procs",
    change: { procs: { "proc root rsyslogd": null } },
    result: "fail",
    items: ["rsyslogd"],
    repair: "restart-log/rsyslogd",
  },
  {
    check: "containers",
    section: "svc",
    change: { svc: { "container app": null } },
    result: "fail",
    items: ["app"],
    repair: "start-containers",
  },
  {
    check: "licences-and-tokens",
    section: "net",
    change: { net: { "addr wg0 10.9.0.1/24": null } },
    result: "warn",
    items: ["wg0"],
  },
];

for (const { check, section, change, result, items, repair } of rows) {
  test(`${check}: ${JSON.stringify(change)} is ${result}`, () => {
    const found = ask(check, inputOf({ after: afterOf(change) }));
    assert.equal(found?.result, result, JSON.stringify(found));
    if (items !== undefined) assert.deepEqual(found?.items, items);
    if (repair !== undefined) assert.equal(found?.repairs[0]?.id ?? null, repair);
  });

  test(`${check} passes when nothing is other, and never when ${section} was not seen (${JSON.stringify(change)})`, () => {
    assert.equal(ask(check, inputOf())?.result, "pass");
    for (const input of [
      inputOf({ after: without(afterOf(), section) }),
      inputOf({ before: without(snapshotOf(), section) }),
      inputOf({ before: null }),
    ]) {
      const found = ask(check, input);
      const isOfNow =
        ["time-service", "units-failed-new", "raid-and-smart"].includes(check) &&
        input.after?.unobserved[section] === undefined;
      if (!isOfNow) assert.equal(found?.result, "unobserved", JSON.stringify(found));
    }
  });
}

test("a host that only is seen from outside is asked nothing of its inside", () => {
  const input = inputOf({ before: null, after: null });
  for (const { check } of rows.filter(({ check: id }) => id !== "name-resolution"))
    assert.equal(ask(check, input), null, check);
});

function partly(change: Parameters<typeof afterOf>[0]): AftercareInput["after"] {
  return { ...afterOf(change), unobserved: { fw: "needs-root" } };
}

test("a part that was seen in part tells differences, and never that there are none", () => {
  assert.equal(ask("firewall", inputOf({ after: partly({}) }))?.result, "unobserved");
  assert.equal(
    ask("firewall", inputOf({ after: partly({ fw: { "policy iptables filter INPUT": "ACCEPT" } }) }))?.result,
    "fail",
  );
});

test("a firewall that does not exist is not asked for", () => {
  const none = { fw: "not-installed" };
  const input = inputOf({
    before: { ...without(snapshotOf(), "fw"), unobserved: none },
    after: { ...without(afterOf(), "fw"), unobserved: none },
  });
  assert.equal(ask("firewall", input), null);
});

test("a time service that has no source yet is still starting, for some minutes", () => {
  const change = { clock: { synchronised: "no" } };
  assert.equal(ask("time-service", inputOf({ after: afterOf(change) }))?.result, "unobserved");
  const later = { ...afterOf(change), uptimeSeconds: 3_600 };
  assert.equal(ask("time-service", inputOf({ after: later }))?.facts["problem"], "no-source");
});

test("a package that the log tells of is as it should be", () => {
  const told = { "pkg nginx:amd64": "1.22.1-10", "logged nginx:amd64": "1.22.1-10" };
  assert.equal(ask("packages", inputOf({ after: afterOf({ pkgs: told }) }))?.result, "pass");
});

test("a service that waits behind its socket runs", () => {
  const units = { "unit ssh.service": "inactive dead", "unit ssh.socket": "active listening" };
  assert.equal(ask("units-running", inputOf({ after: afterOf({ units }) }))?.result, "pass");
});
