import type { Stamp } from "../clock.ts";
import type { Bilingual } from "../lang.ts";
import type { HealthBlocker } from "../ports-health.ts";
import type { Facts } from "./observation.ts";
import type { HostSnapshot, SnapshotSection } from "./snapshot.ts";
import type { CheckStatus } from "./status.ts";
import type { Window } from "./window.ts";

/** `unobserved` never passes; `blocked`: it was looked at, and something before it has to be mended first. */
export const aftercareResults = ["pass", "fail", "warn", "unobserved", "blocked"] as const;
export type AftercareResult = (typeof aftercareResults)[number];

/** `critical` keeps the gate shut and pages at the end, `warning` keeps it shut, `info` is listed only. */
export type AftercareWeight = "critical" | "warning" | "info";

/** One command of a repair, as it is shown, approved and run. */
export interface RepairStep {
  /** `stop`, `step`, `start`, `enable`, `verify` … stable */
  readonly id: string;
  /** why, for whoever approves */
  readonly says: Bilingual;
  /** for a POSIX shell, as root */
  readonly command: string;
  readonly timeoutMs: number;
  /** exit codes that count as done */
  readonly okCodes: readonly number[];
  /** text that must be in its output; null: the code decides */
  readonly expects: string | null;
  /** what takes it back; null: nothing does, which is said before it is approved */
  readonly undo: string | null;
}

/** A way to mend what a check found; nothing of it is run before a person approved it. */
export interface Repair {
  readonly id: string;
  readonly title: Bilingual;
  readonly steps: readonly RepairStep[];
  /** null: nobody knows; then it is asked */
  readonly isSafeTwice: boolean | null;
  /** what the person should know first: jobs that it starts, sessions that end; empty: nothing */
  readonly warnings: readonly Bilingual[];
}

/** How far a host's clock was off at one moment. */
export interface ClockReading {
  /** host's clock minus true time */
  readonly offsetSeconds: number;
  readonly uncertaintySeconds: number;
  /** when it was read, by the hub's clock */
  readonly at: Stamp;
}

/** What is known of one host from outside, at about the same moment as a snapshot. */
export interface OutsideView {
  readonly at: Stamp;
  /** every check of this host and of the services on it */
  readonly checks: readonly CheckStatus[];
  /** by check: what makes its answer this one: status, title, hash of the text without digits; null: not a page, or no answer */
  readonly pages: Readonly<Record<string, PagePrint | null>>;
  /** by check: serial of the certificate that was served */
  readonly certificates: Readonly<Record<string, string>>;
  /** null: nobody could tell */
  readonly clock: ClockReading | null;
  /** the hub's own clock is known to be right; false: nothing said of clocks counts */
  readonly isHubClockSure: boolean;
}

export interface PagePrint {
  readonly status: number;
  readonly title: string;
  readonly textHash: string;
  readonly textBytes: number;
}

/** What a check is given. Everything `null` was not to be had, which never counts as «as before». */
export interface AftercareInput {
  readonly host: string;
  readonly window: Window;
  readonly before: HostSnapshot | null;
  readonly after: HostSnapshot | null;
  readonly outsideBefore: OutsideView | null;
  readonly outsideAfter: OutsideView;
  /** how its clock was read since a repair set it, oldest first; null: none did */
  readonly clockSinceSet: readonly ClockReading[] | null;
  readonly jobs: JobsVerdict | null;
  readonly backups: readonly BackupAfter[];
  /** what is not right yet with what was restored; null: it is asked of another host, or nothing was */
  readonly recovery: readonly HealthBlocker[] | null;
  /** what the site's monitoring itself could not see since the window began, in its own words */
  readonly blindSpots: readonly string[];
}

export interface AftercareOutcome {
  readonly result: AftercareResult;
  /** what was compared and what was found; words are made from it */
  readonly facts: Facts;
  /** the things themselves: units, ports, mounts; empty when there is nothing to list */
  readonly items: readonly string[];
  readonly repairs: readonly Repair[];
}

/** One of the questions asked when work is over. */
export interface AftercareCheck {
  readonly id: string;
  /** what `then:` of the file calls its group: `clock`, `units`, `checks`, `jobs-missed` … */
  readonly group: string;
  readonly weight: AftercareWeight;
  /** parts of the snapshot it reads; empty: it looks from outside only */
  readonly needs: readonly SnapshotSection[];
  /** ids of checks that have to pass first for its result to count */
  readonly after: readonly string[];
  readonly isWaivable: boolean;
  /** false: there is nothing of this kind on the host */
  appliesTo(input: AftercareInput): boolean;
  compare(input: AftercareInput): AftercareOutcome;
}

/** One answered question, as it is kept and shown. */
export interface AftercareFinding extends AftercareOutcome {
  readonly windowId: number;
  readonly host: string;
  readonly check: string;
  readonly weight: AftercareWeight;
  readonly at: Stamp;
  /** when that was taken which it was compared with; null: with nothing */
  readonly comparedSince: Stamp | null;
  /** checks that have to be mended first */
  readonly blockedBy: readonly string[];
}

/** What became of one time at which a job was due. */
export const jobOutcomes = [
  "ran",
  "ran-late",
  "ran-early",
  "ran-twice",
  "missed",
  "will-run-at-step",
  "will-run-by-itself",
  "unproven",
] as const;
export type JobOutcome = (typeof jobOutcomes)[number];

export interface JobOccurrence {
  /** `crontab of root:3`, `/etc/cron.d/backup:2`, `timer:logrotate.timer`, `anacron:cron.daily`, `job:nightly` */
  readonly where: string;
  /** secrets masked */
  readonly line: string;
  readonly user: string | null;
  /** true time, Unix epoch UTC, at which a host that was always up with a right clock would have started it */
  readonly dueAtMs: number;
  readonly outcome: JobOutcome;
  /** true time of the run seen or foreseen; null: none */
  readonly ranAtMs: number | null;
  /** `log`, `stamp`, `timer`, `heartbeat`, `snapshot`, `simulation`; null: nothing covers the time */
  readonly evidence: string | null;
  readonly isSafeTwice: boolean | null;
  /** words of the line that speak for care: `mail`, `rm`, `>>`; empty: none */
  readonly risks: readonly string[];
}

export interface JobsVerdict {
  readonly host: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly occurrences: readonly JobOccurrence[];
  /** jobs that run so often that only their number is of use */
  readonly often: readonly { readonly where: string; readonly line: string; readonly missed: number }[];
  /** started by the repair of the clock itself, in the order of their start */
  readonly atStep: readonly JobOccurrence[];
  /** lines of a crontab that do not do what they say */
  readonly remarks: readonly string[];
}

export interface BackupAfter {
  readonly plan: string;
  /** due within the window; null: none was */
  readonly dueAtMs: number | null;
  /** the newest committed set since; null: none */
  readonly newestAtMs: number | null;
  readonly isLocked: boolean | null;
}
