import type { ConfigDesk } from "../config/desk/desk.ts";
import type { Clock } from "../kernel/clock.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import type { SiteStatus } from "../kernel/model/status.ts";
import type { AvailabilityReader, ChannelDesk, IncidentVerbs, JobDesk, PauseVerbs } from "../kernel/ports.ts";
import type { AuditDesk } from "../kernel/ports-audit.ts";
import type { DiagnosisDesk } from "../kernel/ports-diagnosis.ts";
import type { HardwareDesk } from "../kernel/ports-hardware.ts";
import type { HostDesk } from "../kernel/ports-hosts.ts";
import type { LogDesk } from "../kernel/ports-logs.ts";
import type { MetricSources } from "../kernel/ports-metrics.ts";
import type { PathBoard } from "../kernel/ports-paths.ts";
import type { PeopleDesk } from "../kernel/ports-people.ts";
import type { RepairDesk, WindowDesk } from "../kernel/ports-prevent.ts";
import type { BackupDesk } from "../kernel/ports-recovery.ts";
import type { ReportDesk } from "../inform/index.ts";
import type { AlertIntake, VantageDesk } from "../observe/index.ts";
import type { FeedDesk } from "../kernel/ports-feeds.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { Telemetry } from "../storage/telemetry/telemetry.ts";

/** What the API speaks for. Handed over by the composition of the hub. */
export interface ApiDeps {
  site(): Site;
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  status(): Promise<SiteStatus>;
  readonly verbs: IncidentVerbs;
  readonly diagnoses: DiagnosisDesk;
  readonly desk: VantageDesk;
  readonly live: LiveFeed;
  readonly alerts: AlertIntake;
  readonly jobs: JobDesk;
  readonly feeds: FeedDesk;
  readonly paths: PathBoard;
  readonly people: PeopleDesk;
  readonly metricSources: MetricSources;
  readonly hardware: HardwareDesk;
  readonly hosts: HostDesk;
  readonly audit: AuditDesk;
  readonly backups: BackupDesk;
  readonly windows: WindowDesk;
  readonly repairs: RepairDesk;
  readonly logs: LogDesk;
  readonly channels: ChannelDesk;
  readonly telemetry: Pick<Telemetry, "read" | "state">;
  readonly availability: AvailabilityReader;
  readonly pauses: PauseVerbs;
  /** Asks every vantage that runs one of them to look now. */
  probeNow(checkIds: readonly string[]): void;
  readonly config: ConfigDesk;
  readonly version: string;
  /** publishes the status page everywhere and waits until it was fetched back */
  publishPage(): Promise<void>;
  readonly reports: ReportDesk;
  /** the browser that prints reports; null when this machine has none */
  readonly chromium: string | null;
  /** every screen's path */
  readonly pages: readonly string[];
}

/** What changes while someone looks on: ledger events, and ticks when a state on the board changed. */
export interface LiveFeed {
  subscribe(listener: (news: LiveNews) => void): () => void;
}

export type LiveNews = { readonly kind: "event"; readonly event: LedgerEvent } | { readonly kind: "status" };
