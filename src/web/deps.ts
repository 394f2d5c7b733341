import type { ConfigDesk } from "../config/desk/desk.ts";
import type { Clock } from "../kernel/clock.ts";
import type { KoboshiError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Lang } from "../kernel/lang.ts";
import type { Undelivered } from "../kernel/model/notice.ts";
import type { ChannelSpec, Site } from "../kernel/model/site.ts";
import type { SiteStatus } from "../kernel/model/status.ts";
import type { Actor } from "../kernel/event.ts";
import type { AvailabilityReader, ChannelDesk, IncidentVerbs, JobDesk, PauseVerbs } from "../kernel/ports.ts";
import type { AuditDesk } from "../kernel/ports-audit.ts";
import type { DiagnosisDesk } from "../kernel/ports-diagnosis.ts";
import type { HardwareDesk } from "../kernel/ports-hardware.ts";
import type { HostDesk } from "../kernel/ports-hosts.ts";
import type { LogDesk } from "../kernel/ports-logs.ts";
import type { PathBoard } from "../kernel/ports-paths.ts";
import type { PeopleDesk } from "../kernel/ports-people.ts";
import type { RepairDesk, WindowDesk } from "../kernel/ports-prevent.ts";
import type { BackupDesk } from "../kernel/ports-recovery.ts";
import type { Result } from "../kernel/result.ts";
import type { StartToken } from "../api/tokens.ts";
import type { ReportDesk } from "../inform/index.ts";
import type { FeedDesk } from "../kernel/ports-feeds.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { Telemetry } from "../storage/telemetry/telemetry.ts";

/** What the screens speak for. Handed over by the composition of the hub. */
export interface WebDeps {
  site(): Site;
  status(): Promise<SiteStatus>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  readonly verbs: IncidentVerbs;
  readonly diagnoses: DiagnosisDesk;
  readonly pauses: PauseVerbs;
  readonly availability: AvailabilityReader;
  readonly telemetry: Pick<Telemetry, "read">;
  readonly jobs: JobDesk;
  readonly feeds: FeedDesk;
  readonly paths: PathBoard;
  readonly people: PeopleDesk;
  readonly hardware: HardwareDesk;
  readonly hosts: HostDesk;
  readonly audit: AuditDesk;
  readonly backups: BackupDesk;
  readonly windows: WindowDesk;
  readonly repairs: RepairDesk;
  readonly logs: LogDesk;
  /** Asks every vantage that runs one of them to look now. */
  probeNow(checkIds: readonly string[]): void;
  /** From now on the vantage's key is void. KB1002 for one that never joined */
  revokeVantage(input: { readonly name: string; readonly actor: Actor }): Promise<Result<void, KoboshiError>>;
  /** whose link it is and for which incident; KB3003 when it is good no more */
  checkAckToken(token: string): Promise<Result<{ incidentId: number; person: string }, KoboshiError>>;
  readonly reports: ReportDesk;
  /** the browser that prints reports; null when this machine has none */
  readonly chromium: string | null;
  readonly startToken: StartToken;
  readonly config: ConfigDesk;
  readonly proof: MailProof;
  readonly channels: ChannelDesk;
}

/** Whether a mail arrives, shown by a number that only its reader can know. */
export interface MailProof {
  send(input: {
    to: string;
    channel: ChannelSpec;
    lang: Lang;
  }): Promise<Result<{ readonly ticket: string }, Undelivered>>;
  /** a number is good for ten minutes and five tries */
  check(input: { ticket: string; to: string; code: string }): "right" | "wrong" | "too-often" | "expired";
}
