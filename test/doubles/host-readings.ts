import type { HostReading } from "../../src/kernel/model/host-reading.ts";
import type { HostDesk, HostStatus } from "../../src/kernel/ports-hosts.ts";
import { noHosts } from "./no-hosts.ts";

const gib = 1_024 ** 3;

/** A small machine in good health, as one look finds it. */
export function readingOf(atMs: number, change: Partial<HostReading> = {}): HostReading {
  return {
    takenAtMs: atMs,
    unobserved: { "listeners.part": "needs-root" },
    identity: { hostname: "web1", machineId: "m1", bootId: "b1", dmiUuid: null, macs: [] },
    system: {
      os: "Debian GNU/Linux 12 (bookworm)",
      kernel: "6.1.0",
      init: "systemd",
      uptimeSeconds: 90_000,
      virtualisation: "kvm",
    },
    load: { one: 0.4, five: 0.3, fifteen: 0.2, cores: 4 },
    cpu: { userRatio: 0.1, systemRatio: 0.02, ioWaitRatio: 0.03, stealRatio: 0, idleRatio: 0.85, cores: [] },
    memory: { totalBytes: 4 * gib, availableBytes: 2 * gib, availableIsEstimate: false },
    swap: { totalBytes: gib, freeBytes: gib },
    disks: [
      {
        mount: "/var",
        device: "/dev/vda2",
        type: "ext4",
        sizeBytes: 100 * gib,
        freeBytes: 3 * gib,
        freeRatio: 0.03,
        inodesFreeRatio: 0.8,
        readOnly: false,
      },
    ],
    io: [{ device: "vda", busyRatio: 0.2, awaitMs: 2, readBytesPerSecond: 1_000, writeBytesPerSecond: 2_000 }],
    network: [{ name: "eth0", receivedBytesPerSecond: 1_000, sentBytesPerSecond: 500, errors: 0, drops: 0 }],
    clock: {
      offsetSeconds: 0.012,
      uncertaintySeconds: 0.02,
      zone: "Asia/Tokyo",
      service: {
        name: "chronyd",
        running: true,
        enabled: true,
        synchronised: true,
        ownOffsetSeconds: 0,
        source: "192.0.2.1",
      },
    },
    units: { failed: ["<b>evil</b>.service"], states: {} },
    processes: {
      total: 120,
      zombies: 0,
      uninterruptible: 0,
      top: [{ pid: 1, user: "root", name: "systemd", cpuRatio: 0.01, memoryBytes: 10_000_000 }],
    },
    listeners: [{ protocol: "tcp", address: "0.0.0.0", port: 80, program: null }],
    oomKills: [],
    updates: { pending: 3, security: 1, rebootRequired: true },
    certificates: [{ path: "/etc/ssl/shop.pem", notAfterMs: atMs + 90 * 86_400_000, sha256: "00" }],
    cron: [
      {
        where: "/etc/crontab:12",
        line: "15 3 * * * root backup.sh",
        user: "root",
        lastDueAtMs: atMs - 3_600_000,
        nextDueAtMs: atMs + 3_600_000,
        lastRunAtMs: null,
        runSeenIn: null,
        verdict: "missed",
      },
    ],
    ...change,
  };
}

export function hostStatus(change: Partial<HostStatus> & Pick<HostStatus, "key">): HostStatus {
  return {
    at: null,
    address: "192.0.2.10",
    by: "ssh",
    state: "ok",
    silence: null,
    reading: null,
    readAt: null,
    findings: [],
    hostKey: { pinned: null, pinnedBy: null, seen: null },
    oldAlgorithms: false,
    clock: null,
    ...change,
  };
}

/** A desk that knows these hosts and does nothing. */
export function deskOf(hosts: readonly HostStatus[]): HostDesk {
  return {
    ...noHosts,
    hosts: () => hosts,
    host: (key) => hosts.find((host) => host.key === key) ?? null,
    pack: (key) => `# pack of ${key}`,
  };
}
