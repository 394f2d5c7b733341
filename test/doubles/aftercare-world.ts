import type {
  AftercareInput,
  BackupAfter,
  ClockReading,
  JobOccurrence,
  JobsVerdict,
  OutsideView,
} from "../../src/kernel/model/aftercare.ts";
import type { Stamp } from "../../src/kernel/clock.ts";
import { snapshotSections, type HostSnapshot, type SnapshotSection } from "../../src/kernel/model/snapshot.ts";
import type { CheckStatus, StateWord } from "../../src/kernel/model/status.ts";
import { noCourse, type Window } from "../../src/kernel/model/window.ts";

/** The night of the story: work from 2:00 to 5:00 JST, back at 4:30. */
export const nightMs = Date.UTC(2026, 10, 25, 17, 0, 0);
export const minuteMs = 60_000;
export const backMs = nightMs + 150 * minuteMs;
export const nowMs = backMs + 2 * minuteMs;

export function at(atMs: number): Stamp {
  return { atMs, monotonicMs: atMs - nightMs + 1_000_000, bootId: "boot-1" };
}

type Sections = Readonly<Record<SnapshotSection, Readonly<Record<string, string>>>>;

/** A small web server with mail, as its normal form looks. */
export const healthy: Sections = {
  ident: {
    "machine-id": "0f3c",
    "boot-id": "b1",
    "dmi-uuid": "d-1",
    hostname: "web1",
    virt: "kvm",
    "mac eth0": "52:54:00:aa:00:01",
    "hostkey ssh-ed25519": "SHA256:abc",
  },
  os: {
    kernel: "6.1.0-13-amd64",
    init: "systemd",
    "systemd-booted": "yes",
    cmdline: "BOOT_IMAGE=/vmlinuz-6.1.0-13 root=/dev/vda1 ro quiet",
    "kernel-installed 6.1.0-13-amd64": "",
  },
  clock: {
    zone: "Asia/Tokyo",
    "zone-offset": "+0900",
    "daemon chronyd": "running",
    "installed chronyd": "",
    synchronised: "yes",
    "source-count": "4",
    "file /etc/chrony/chrony.conf": "644 root 1700000000\npool ntp.example.jp iburst\nmakestep 1 3",
  },
  units: {
    "unit nginx.service": "active running",
    "file nginx.service": "enabled",
    "unit mariadb.service": "active running",
    "file mariadb.service": "enabled",
    "unit chrony.service": "active running",
    "file chrony.service": "enabled",
    "file chronyd.service": "alias",
    "unit cron.service": "active running",
    "file cron.service": "enabled",
    "unit ssh.service": "active running",
    "file ssh.service": "enabled",
    "unit rsyslog.service": "active running",
    "file rsyslog.service": "enabled",
    "unit nftables.service": "active exited",
    "file nftables.service": "enabled",
    "unit logrotate.timer": "active waiting",
    "unit logrotate.service": "inactive dead",
    "default-target": "multi-user.target",
  },
  procs: {
    "proc root nginx": "",
    "proc _chrony chronyd": "",
    "proc root rsyslogd": "",
    "proc root systemd-journal": "",
  },
  ports: {
    "port tcp 0.0.0.0:80": "nginx",
    "port tcp 0.0.0.0:22": "sshd",
    "port udp 127.0.0.1:323": "chronyd",
    "port tcp 127.0.0.1:3306": "mariadbd",
  },
  mounts: {
    "mount /": "/dev/vda1 ext4 rw",
    "mount /srv": "/dev/vdb1 ext4 nosuid,rw",
    "fstab /": "UUID=1 ext4 errors=remount-ro",
    "fstab /srv": "UUID=2 ext4 defaults",
    "swap /dev/vda2": "1048572",
    "use /": "40%",
    "use /srv": "55%",
    "inodes /": "10%",
    "raid md0": "[2/2] [UU]",
  },
  net: {
    "link eth0": "up mtu 1500",
    "addr eth0 192.0.2.10/24": "global",
    "route default via 192.0.2.1 dev eth0": "",
    "file /etc/resolv.conf": "644 root 1700000000\nnameserver 192.0.2.53",
    "addr wg0 10.9.0.1/24": "global",
  },
  fw: { "nft inet filter input: tcp dport { 22, 80 } accept": "1", "policy iptables filter INPUT": "DROP" },
  pkgs: { "pkg nginx:amd64": "1.22.1-9" },
  cron: {
    "daemon cron": "running",
    "started cron": "10.00",
    "file /etc/cron.d/backup":
      "644 root 1700000000\nPATH=/usr/local/bin:/usr/bin:/bin\n15 3 * * * backup /usr/local/bin/nightly --all",
    "line /etc/cron.d/backup 15 3 * * * backup /usr/local/bin/nightly --all": "",
    "part daily logrotate": "755",
  },
  certs: { "cert /etc/nginx/site.pem": "SHA256:AB until Feb 1 2027" },
  users: { "user root": "0 0 /root /bin/bash" },
  svc: { "mail-queue": "0", "container app": "registry.example.jp/app:1" },
};

type Changes = Readonly<Partial<Record<SnapshotSection, Readonly<Record<string, string | null>>>>>;

export function snapshotOf(
  changes: Changes = {},
  { takenAtMs = nightMs - 10 * minuteMs, offsetSeconds = 0, uptimeSeconds = 864_000 } = {},
): HostSnapshot {
  const sections = Object.fromEntries(
    snapshotSections.map((name) => [
      name,
      Object.fromEntries(
        Object.entries({ ...healthy[name], ...changes[name] }).filter(
          (pair): pair is [string, string] => pair[1] !== null,
        ),
      ),
    ]),
  );
  return {
    host: "web1",
    takenAt: at(takenAtMs),
    hostClockMs: takenAtMs + offsetSeconds * 1_000,
    uptimeSeconds,
    isComplete: true,
    unobserved: {},
    sections,
  };
}

/** The same host two minutes after its start. */
export function afterOf(changes: Changes = {}, offsetSeconds = 0): HostSnapshot {
  const ident = { "boot-id": "b2", ...changes.ident };
  const cron = { "started cron": "11.20", ...changes.cron };
  return snapshotOf({ ...changes, ident, cron }, { takenAtMs: nowMs, offsetSeconds, uptimeSeconds: 120 });
}

/** One part is missing, with why. */
export function without(snapshot: HostSnapshot, name: SnapshotSection, why = "cut-off"): HostSnapshot {
  const { [name]: _, ...sections } = snapshot.sections;
  return { ...snapshot, isComplete: false, unobserved: { ...snapshot.unobserved, [name]: why }, sections };
}

export function windowOf(changes: Partial<Window> = {}): Window {
  return {
    id: 7,
    version: 1,
    state: "verifying",
    origin: "notice",
    reference: null,
    title: "VPS maintenance",
    startMs: nightMs,
    endMs: nightMs + 180 * minuteMs,
    timeZone: "Asia/Tokyo",
    targets: ["host:web1"],
    hosts: ["web1"],
    services: ["shop"],
    alternate: null,
    isPublic: false,
    checksWanted: [],
    course: {
      ...noCourse,
      startedAt: at(nightMs + 3 * minuteMs),
      backAt: at(backMs),
      isEarly: true,
      wentDown: ["web1"],
      rebooted: ["web1"],
    },
    heldSignals: 3,
    createdAt: at(nightMs - 86_400_000),
    createdBy: "person:aiko",
    closedAt: null,
    signature: null,
    ...changes,
  };
}

export function checkOf(
  id: string,
  kind: string,
  { state = "ok", facts = {} }: { state?: StateWord; facts?: Readonly<Record<string, number>> } = {},
): CheckStatus {
  const outcome = state === "ok" ? "up" : state === "down" ? "down" : "unknown";
  return {
    id,
    service: "shop",
    kind,
    name: id,
    target: `${id}.example.jp`,
    everyMs: 60_000,
    state,
    since: at(nightMs),
    confirming: false,
    cells: ["hub", "tokyo"].map((vantage) => ({
      vantage,
      state,
      stale: false,
      last: {
        checkId: id,
        vantage,
        attempt: 1,
        atMs: nowMs,
        monotonicMs: 1,
        outcome,
        layer: null,
        timings: { totalMs: 5 },
        address: null,
        facts,
        error: null,
      },
    })),
  };
}

export const page = { status: 200, title: "Shop", textHash: "h1", textBytes: 4_000 };

export function readingOf(offsetSeconds: number, uncertaintySeconds = 0.1, atMs = nowMs): ClockReading {
  return { offsetSeconds, uncertaintySeconds, at: at(atMs) };
}

export function viewOf(changes: Partial<OutsideView> = {}): OutsideView {
  return {
    at: at(nowMs),
    checks: [
      checkOf("ping", "icmp"),
      checkOf("top", "http"),
      checkOf("db", "mysql"),
      checkOf("mx", "smtp"),
      checkOf("zone", "dns"),
      checkOf("cert", "tls"),
    ],
    pages: { top: page },
    certificates: { cert: "0A:01" },
    clock: readingOf(0.02),
    isHubClockSure: true,
    ...changes,
  };
}

export const nightly: JobOccurrence = {
  where: "/etc/cron.d/backup:2",
  line: "15 3 * * * backup /usr/local/bin/nightly --all",
  user: "backup",
  dueAtMs: nightMs + 75 * minuteMs,
  outcome: "missed",
  ranAtMs: null,
  evidence: "log",
  isSafeTwice: null,
  risks: [],
};

export function jobsOf(occurrences: readonly JobOccurrence[] = [], changes: Partial<JobsVerdict> = {}): JobsVerdict {
  return { host: "web1", fromMs: nightMs, toMs: nowMs, occurrences, often: [], atStep: [], remarks: [], ...changes };
}

export const backupDue: BackupAfter = {
  plan: "shop-data",
  dueAtMs: nightMs + 75 * minuteMs,
  newestAtMs: nightMs + 76 * minuteMs,
  isLocked: false,
};

export function inputOf(changes: Partial<AftercareInput> = {}): AftercareInput {
  return {
    host: "web1",
    window: windowOf(),
    before: snapshotOf(),
    after: afterOf(),
    outsideBefore: viewOf({ at: at(nightMs - 10 * minuteMs) }),
    outsideAfter: viewOf(),
    clockSinceSet: null,
    jobs: jobsOf([{ ...nightly, outcome: "ran", ranAtMs: nightly.dueAtMs }]),
    backups: [backupDue],
    recovery: null,
    blindSpots: [],
    ...changes,
  };
}

/** What the story leaves: the clock three hours behind, its service dead, the night's job and backup not done. */
export const storyInput: AftercareInput = inputOf({
  after: afterOf(
    {
      clock: { "daemon chronyd": null, synchronised: null, "source-count": null },
      units: {
        "unit chrony.service": "inactive dead",
        "file chrony.service": "disabled",
        "file chronyd.service": null,
      },
      procs: { "proc _chrony chronyd": null },
      ports: { "port udp 127.0.0.1:323": null },
    },
    -10_800,
  ),
  outsideAfter: viewOf({ clock: readingOf(-10_800, 0.4) }),
  jobs: jobsOf([nightly]),
  backups: [{ ...backupDue, newestAtMs: nightMs - 86_400_000 }],
});
