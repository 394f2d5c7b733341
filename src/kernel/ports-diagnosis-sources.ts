import type { Clock, Stamp } from "./clock.ts";
import type { HardwareStatus } from "./ports-hardware.ts";
import type { JobStatus } from "./model/job.ts";
import type { Observation, ProbeResult } from "./model/observation.ts";
import type { BackupRun, CopyState } from "./model/recovery.ts";
import type { Signal } from "./model/signal.ts";
import type { Site } from "./model/site.ts";
import type { CheckStatus, VantageStatus } from "./model/status.ts";
import type { FeedStatus, KeptNotice, ProviderAnnouncement } from "./ports-feeds.ts";
import type { PathStatus } from "./ports-paths.ts";
import type { PeopleReport } from "./ports-people.ts";

/** An observation as it is kept. */
export type PastObservation = Omit<Observation, "monotonicMs">;

/** One look that no check asks for: a probe's kind, and the keys its check would have in the file. No secret is in it. */
export interface DiagnosisLook {
  readonly kind: string;
  readonly keys: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

/** What a person wrote down. */
export interface DiagnosisNote {
  readonly text: string;
  readonly at: Stamp;
}

/** What was done and read last; places that were never read are left out. */
export interface KnownCopies {
  /** newest first, bounded */
  readonly runs: readonly BackupRun[];
  readonly copies: readonly CopyState[];
}

/** What can be known from outside and from our own books, for a diagnosis to ask; answered by the hub. */
export interface DiagnosisSources {
  readonly clock: Clock;
  site(): Site;
  /** every check as every vantage sees it now */
  checks(): readonly CheckStatus[];
  /** in the order of the file, the hub's own first */
  vantages(): readonly VantageStatus[];
  /** milliseconds since the hub's own scheduler last ran */
  pulseAgeMs(): number;
  /** newest first; from inclusive, to exclusive */
  observations(query: {
    readonly checkIds: readonly string[];
    readonly fromMs: number;
    readonly toMs: number;
    readonly limit: number;
  }): Promise<readonly PastObservation[]>;
  /** targets, as checks name them, that answered a ping from the hub in that time */
  pinged(range: { readonly fromMs: number; readonly toMs: number }): Promise<ReadonlySet<string>>;
  /** Asks every vantage that runs one of these checks to look now. */
  probeNow(checkIds: readonly string[]): void;
  /** Looks once from one vantage. Null: no answer in time, or nobody hears there */
  look(vantage: string, look: DiagnosisLook): Promise<ProbeResult | null>;
  /** newest first */
  notes(kind: "change" | "window" | "restore"): Promise<readonly DiagnosisNote[]>;
  /** what providers announce for now */
  announcements(): readonly ProviderAnnouncement[];
  /** the newest notices of providers, newest first */
  notices(): Promise<readonly KeptNotice[]>;
  feeds(): readonly FeedStatus[];
  /** asks a provider's pages and letters now, and waits until they were read */
  readFeeds(provider: string): Promise<void>;
  /** what people said since then */
  reports(sinceMs: number): Promise<readonly PeopleReport[]>;
  /** null: nothing is asked about this host's hardware */
  hardwareOf(host: string): HardwareStatus | null;
  /** Looks at it now. Null: nothing is asked about this host's hardware */
  lookAtHardware(host: string): Promise<HardwareStatus | null>;
  paths(): readonly PathStatus[];
  jobs(): readonly JobStatus[];
  /** what the books say of the copies of this plan; nothing is asked of the places where they lie */
  copiesOf(plan: string): Promise<KnownCopies>;
  /** oldest first */
  openSignals(): Promise<readonly Signal[]>;
}
