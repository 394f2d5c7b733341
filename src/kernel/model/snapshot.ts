import type { Stamp } from "../clock.ts";

/** Parts of a host's snapshot, as its script names them. */
export const snapshotSections = [
  "ident",
  "os",
  "clock",
  "units",
  "procs",
  "ports",
  "mounts",
  "net",
  "fw",
  "pkgs",
  "cron",
  "certs",
  "users",
  "svc",
] as const;
export type SnapshotSection = (typeof snapshotSections)[number];

/** What a host is like at one moment, in normal form: two of one unchanged host are equal word for word. */
export interface HostSnapshot {
  readonly host: string;
  /** by the hub's clocks, in the middle of the look */
  readonly takenAt: Stamp;
  /** the host's own clock then, Unix epoch UTC; null: it did not say */
  readonly hostClockMs: number | null;
  /** seconds since its start, by its own monotonic clock */
  readonly uptimeSeconds: number | null;
  /** true: every section asked for came whole */
  readonly isComplete: boolean;
  /** why parts are missing: `cut-off`, `needs-root`, `not-asked` …; never the same as empty */
  readonly unobserved: Readonly<Partial<Record<SnapshotSection, string>>>;
  /** section → key → value, keys as in `unit nginx.service`, `port tcp 0.0.0.0:80`, `mount /srv`; secrets are masked */
  readonly sections: Readonly<Partial<Record<SnapshotSection, Readonly<Record<string, string>>>>>;
}

/** How much a difference means. `noise` was seen to come and go without a cause. */
export const differenceClasses = ["noise", "info", "matters", "alarm", "unobserved"] as const;
export type DifferenceClass = (typeof differenceClasses)[number];

export interface SnapshotDifference {
  readonly section: SnapshotSection;
  readonly key: string;
  /** null: it was not there */
  readonly before: string | null;
  /** null: it is not there */
  readonly after: string | null;
  readonly class: DifferenceClass;
}
