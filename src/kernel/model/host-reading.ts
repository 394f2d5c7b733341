/**
 * What one look into a machine found: over SSH, by its agent, or on this machine. `null` means not observed, and
 * `unobserved` says of which part and why; it is never the same as zero, empty or healthy. Ratios 0 to 1, sizes in bytes,
 * times Unix epoch UTC in ms as the *machine's own clock* says unless a name says otherwise.
 */
export interface HostReading {
  /** middle of the look by the clock of whoever looked */
  readonly takenAtMs: number;
  /** part of the look → why it is missing, for people and programs: `needs-root`, `cut-off`, `not-installed`, `timeout` … */
  readonly unobserved: Readonly<Record<string, string>>;
  readonly identity: HostIdentity | null;
  readonly system: HostSystem | null;
  readonly load: {
    readonly one: number;
    readonly five: number;
    readonly fifteen: number;
    readonly cores: number;
  } | null;
  readonly cpu: HostCpu | null;
  readonly memory: {
    readonly totalBytes: number;
    readonly availableBytes: number;
    /** the kernel says it itself; computed for kernels before 3.14 */
    readonly availableIsEstimate: boolean;
  } | null;
  readonly swap: { readonly totalBytes: number; readonly freeBytes: number } | null;
  readonly disks: readonly HostDisk[] | null;
  readonly io: readonly HostIo[] | null;
  readonly network: readonly HostInterface[] | null;
  readonly clock: HostClock | null;
  readonly units: HostUnits | null;
  readonly processes: HostProcesses | null;
  readonly listeners: readonly HostListener[] | null;
  /** newest first */
  readonly oomKills:
    | readonly { readonly atMs: number | null; readonly process: string; readonly text: string }[]
    | null;
  readonly updates: {
    readonly pending: number;
    readonly security: number | null;
    readonly rebootRequired: boolean | null;
  } | null;
  readonly certificates:
    | readonly { readonly path: string; readonly notAfterMs: number; readonly sha256: string }[]
    | null;
  readonly cron: readonly HostJob[] | null;
}

/** What makes it this machine and no other. */
export interface HostIdentity {
  readonly hostname: string;
  readonly machineId: string | null;
  readonly bootId: string | null;
  readonly dmiUuid: string | null;
  readonly macs: readonly string[];
}

export interface HostSystem {
  /** as it calls itself: `Debian GNU/Linux 12 (bookworm)` */
  readonly os: string;
  readonly kernel: string;
  readonly init: "systemd" | "sysv" | "upstart" | "other";
  readonly uptimeSeconds: number;
  /** virtual machine or container, as far as it shows: `kvm`, `lxc` … */
  readonly virtualisation: string | null;
}

/** Shares of time, 0 to 1, since the last look; over about a second when there is none. */
export interface HostCpu {
  readonly userRatio: number;
  readonly systemRatio: number;
  readonly ioWaitRatio: number;
  readonly stealRatio: number;
  readonly idleRatio: number;
  /** busy share of each core */
  readonly cores: readonly number[];
}

export interface HostDisk {
  readonly mount: string;
  readonly device: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** of what is not reserved for root */
  readonly freeRatio: number;
  /** null: the file system has no fixed number of inodes */
  readonly inodesFreeRatio: number | null;
  readonly readOnly: boolean;
  /** what /etc/fstab wants; null: it does not name it, so nobody can say whether `readOnly` is meant */
  readonly meantWritable?: boolean | null;
}

export interface HostIo {
  readonly device: string;
  /** share of time with a request under way */
  readonly busyRatio: number;
  /** mean time of a request; null when there was none */
  readonly awaitMs: number | null;
  readonly readBytesPerSecond: number;
  readonly writeBytesPerSecond: number;
}

export interface HostInterface {
  readonly name: string;
  readonly receivedBytesPerSecond: number;
  readonly sentBytesPerSecond: number;
  readonly errors: number;
  readonly drops: number;
}

export interface HostClock {
  /** machine's clock minus true time as far as the looker's own clock is right; positive: ahead */
  readonly offsetSeconds: number;
  /** ± of the offset */
  readonly uncertaintySeconds: number;
  readonly zone: string | null;
  readonly service: {
    /** `chronyd`, `ntpd`, `systemd-timesyncd`; null: none is installed */
    readonly name: string | null;
    readonly running: boolean | null;
    readonly enabled: boolean | null;
    /** it has chosen a source it can reach */
    readonly synchronised: boolean | null;
    /** what the daemon itself believes of its offset */
    readonly ownOffsetSeconds: number | null;
    readonly source: string | null;
  };
}

export interface HostUnits {
  readonly failed: readonly string[];
  readonly states: Readonly<Record<string, HostUnitState>>;
}

export interface HostUnitState {
  readonly active: "active" | "inactive" | "failed" | "other";
  /** starts by itself at boot */
  readonly enabled: boolean | null;
}

export interface HostProcesses {
  readonly total: number;
  readonly zombies: number;
  /** waiting for a device and not to be killed */
  readonly uninterruptible: number;
  /** by CPU, then by memory; arguments are never read */
  readonly top: readonly {
    readonly pid: number;
    readonly user: string;
    readonly name: string;
    readonly cpuRatio: number;
    readonly memoryBytes: number;
  }[];
}

export interface HostListener {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  /** null: not to be seen without root */
  readonly program: string | null;
}

/** One line of a crontab, or one timer. */
export interface HostJob {
  /** `/etc/crontab:12`, `crontab of root:3`, `timer:logrotate.timer` */
  readonly where: string;
  /** as written, secrets masked */
  readonly line: string;
  readonly user: string | null;
  /** null: it depends on the boot, or the line cannot be read */
  readonly lastDueAtMs: number | null;
  readonly nextDueAtMs: number | null;
  readonly lastRunAtMs: number | null;
  /** where the last run was seen: `log`, `stamp`, `timer`; null: nowhere, which is not the same as "did not run" */
  readonly runSeenIn: string | null;
  /** `ran`, `missed`: it was due and a source that covers the time does not show it; `unproven`: nothing covers the time */
  readonly verdict: "ran" | "missed" | "unproven" | "not-due";
}
