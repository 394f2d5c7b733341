import type { HostListener } from "./host-reading.ts";
import type {
  HostChanges,
  HostDatabase,
  HostDirect,
  HostFolder,
  HostFpmPool,
  HostIntegrity,
  HostLogins,
  HostMail,
  HostWeb,
  UsedOf,
} from "./host-service-answers.ts";

/** What a diagnosis may ask a machine, each in one look of less than three seconds. */
export const whySections = [
  "vmstat",
  "limits",
  "nic",
  "pressure",
  "kern",
  "smart",
  "fw",
  "procs",
  "units",
  "web",
  "fpm",
  "direct",
  "db",
  "mail",
  "changed",
  "data",
  "integrity",
  "auth",
] as const;
export type WhySection = (typeof whySections)[number];

/**
 * What a machine answered to a diagnosis. `null` means not observed, and `unobserved` says why; it is never the same as
 * zero, empty or healthy. Rates are those of the second between two samples; `AtMs` is as the *machine's own clock* says.
 */
export interface HostAnswers {
  /** middle of the look, by the clock of whoever asked */
  readonly takenAtMs: number;
  /** why it did not answer at all, in the words of a host's silence: `auth-refused`, `timeout` …; null: it did */
  readonly silence: string | null;
  /** from being asked to its first word: starting a shell, and logging in where no session was open; null: none came */
  readonly firstWordMs: number | null;
  /** section or part of one (`limits.openFiles`) → why: `not-asked`, `needs-root`, `not-installed`, `timeout`, `too-long` … */
  readonly unobserved: Readonly<Record<string, string>>;
  /** what each section said, secrets masked, at most 2 KB: the evidence itself */
  readonly raw: Readonly<Partial<Record<WhySection, string>>>;
  readonly vmstat: HostPaging | null;
  readonly limits: HostLimits | null;
  readonly nic: readonly HostNic[] | null;
  readonly pressure: Readonly<Record<"cpu" | "memory" | "io", HostPressure | null>> | null;
  /** newest first: what the kernel said that is a warning or worse, or is known to matter */
  readonly kern: readonly KernelLine[] | null;
  readonly smart: HostDrives | null;
  readonly fw: HostFirewall | null;
  readonly procs: HostProcs | null;
  readonly units: HostUnitTroubles | null;
  readonly web: HostWeb | null;
  readonly fpm: readonly HostFpmPool[] | null;
  readonly direct: readonly HostDirect[] | null;
  readonly db: readonly HostDatabase[] | null;
  readonly mail: HostMail | null;
  readonly changed: HostChanges | null;
  readonly data: readonly HostFolder[] | null;
  readonly integrity: HostIntegrity | null;
  readonly auth: HostLogins | null;
}

export interface HostPaging {
  readonly swapInPagesPerSecond: number;
  readonly swapOutPagesPerSecond: number;
  readonly majorFaultsPerSecond: number;
  /** programs that had to wait for memory to be freed; null: the kernel does not count them */
  readonly allocationStallsPerSecond: number | null;
  /** since the machine started; null before Linux 4.13 */
  readonly oomKills: number | null;
  /** while it was looked at */
  readonly oomKillsNow: number | null;
  /** processes that run, or wait for a processor or a disk, the look's own left out; null: not to be seen */
  readonly running: number | null;
  /** shares of all processors' time; null: not to be seen */
  readonly cpu: { readonly busyRatio: number; readonly stealRatio: number; readonly ioWaitRatio: number } | null;
}

export interface HostLimits {
  readonly files: UsedOf | null;
  /** threads of all processes; the lower of what the kernel numbers and holds */
  readonly threads: UsedOf | null;
  /** connections the firewall follows; null: it follows none */
  readonly tracked: UsedOf | null;
  /** longest queue a program may ask for */
  readonly somaxconn: number | null;
  /** connections refused because a program did not take them up in time */
  readonly listenOverflows: { readonly total: number; readonly perSecond: number } | null;
  readonly listenDrops: { readonly total: number; readonly perSecond: number } | null;
  /** doors with connections waiting to be taken up, longest queue first; null: not to be seen */
  readonly queues: readonly { readonly local: string; readonly waiting: number; readonly backlog: number }[] | null;
  /**
   * By port, most first: connections that stand, and those of them whose sender has not finished asking for 5 s, or not begun, with
   * how many addresses they come from; empty where nobody can tell
   */
  readonly unfinished: readonly HostUnfinished[];
  /** of programs that listen, fullest first; null: not to be seen without root */
  readonly openFiles: readonly (UsedOf & { readonly pid: number; readonly name: string })[] | null;
  /** limits of groups of processes (containers, services) that are near or were hit; null before cgroups */
  readonly groups: readonly HostGroup[];
}

export interface HostGroup {
  readonly kind: "memory" | "pids" | "cpu";
  readonly path: string;
  /** bytes, processes; 0 for `cpu` */
  readonly used: number;
  /** for `cpu`: microseconds of each period */
  readonly limit: number;
  /** how often it was held back, since the group began */
  readonly hits: number;
  readonly hitsPerSecond: number;
}

export interface HostNic {
  readonly name: string;
  /** as the kernel calls it: `up`, `down`, `unknown` */
  readonly state: string | null;
  readonly carrier: boolean | null;
  readonly speedMbps: number | null;
  readonly receivedBytesPerSecond: number;
  readonly sentBytesPerSecond: number;
  /** both directions, since the machine started */
  readonly errors: number;
  readonly drops: number;
  readonly errorsPerSecond: number;
  readonly dropsPerSecond: number;
  /** what holds its traffic back: `tbf`, `netem` … */
  readonly shapers: readonly {
    readonly kind: string;
    readonly setting: string;
    readonly droppedPerSecond: number;
    readonly overLimitPerSecond: number;
  }[];
}

/** Share of the last 10 and 60 s in which some task, or every task, had to wait. Source: kernel.org accounting/psi. */
export interface HostPressure {
  readonly some10Ratio: number;
  readonly some60Ratio: number;
  readonly full10Ratio: number | null;
}

export const kernelTopics = [
  "disk-error",
  "file-system",
  "read-only",
  "hardware",
  "link",
  "out-of-memory",
  "processes-full",
  "connections-full",
  "syn-flood",
  "hang",
  "crash",
  "other",
] as const;

export interface KernelLine {
  /** null: the line has no time */
  readonly atMs: number | null;
  /** 0 emergency to 7 debug; null: not said */
  readonly level: number | null;
  readonly topic: (typeof kernelTopics)[number];
  readonly text: string;
}

export interface HostDrives {
  readonly disks: readonly {
    readonly device: string;
    /** its own verdict */
    readonly healthy: boolean | null;
    readonly reallocated: number | null;
    readonly pending: number | null;
    readonly uncorrectable: number | null;
    /** of an SSD, 1: at its end */
    readonly wornRatio: number | null;
    readonly celsius: number | null;
  }[];
  readonly raids: readonly {
    readonly name: string;
    readonly level: string;
    readonly wanted: number;
    readonly working: number;
    readonly failed: readonly string[];
    readonly rebuiltRatio: number | null;
  }[];
  /** what ZFS says is wrong, in its words; null: all well, or no ZFS */
  readonly zfs: string | null;
}

export interface HostUnfinished {
  readonly port: number;
  readonly open: number;
  readonly unfinished: number;
  readonly senders: number;
}

export interface HostFirewall {
  /** by source; without counters and bans, so that it changes only when a person changes the rules */
  readonly hashes: Readonly<Record<string, string>>;
  /** rules and policies that throw away or refuse */
  readonly blocks: readonly {
    readonly where: string;
    readonly rule: string;
    readonly ports: readonly string[];
    readonly sources: readonly string[];
  }[];
  /** rules that let through, or lead elsewhere, in chains that throw away what no rule names; none when left out */
  readonly passes?: HostFirewall["blocks"];
  /**
   * Addresses, `10.0.0.0/24`, `10.0.0.1-10.0.0.9` of lists that rules may name, at most 300 a list: `nft inet f2b @banned`, and
   * of fail2ban's own chains; none when left out
   */
  readonly banned?: readonly { readonly where: string; readonly addresses: readonly string[] }[];
  readonly routes: readonly string[];
  readonly hasDefaultRoute: boolean;
  /** null: fail2ban is not to be seen */
  readonly jails: readonly { readonly name: string; readonly banned: number | null }[] | null;
}

export interface HostProcs {
  readonly total: number;
  readonly zombies: number;
  /** by CPU in the second looked at; `exe` is null without root */
  readonly top: readonly {
    readonly pid: number;
    readonly name: string;
    readonly user: string;
    /** of one core: may be above 1 */
    readonly cpuRatio: number;
    readonly memoryBytes: number;
    readonly exe: string | null;
  }[];
  /** waiting for a device (`D`) or halted (`T`); `at`: where in the kernel */
  readonly held: readonly {
    readonly pid: number;
    readonly name: string;
    readonly state: "D" | "T";
    readonly at: string | null;
  }[];
  /** files that name a process that is gone */
  readonly stalePidFiles: readonly { readonly path: string; readonly pid: number }[];
  /** programs that run from folders for temporary files */
  readonly fromTemporary: readonly { readonly path: string; readonly pid: number }[];
  readonly listeners: readonly HostListener[];
}

export interface HostUnitTroubles {
  readonly failed: readonly HostUnitTrouble[];
  /** starts at boot and does not run now */
  readonly notRunning: readonly HostUnitTrouble[];
  /** runs, after starting again by itself */
  readonly restarted: readonly HostUnitTrouble[];
}

export interface HostUnitTrouble {
  readonly name: string;
  /** `exit-code`, `signal`, `oom-kill` … ; null: not said */
  readonly result: string | null;
  readonly exitStatus: number | null;
  readonly restarts: number | null;
  readonly sinceAtMs: number | null;
}
