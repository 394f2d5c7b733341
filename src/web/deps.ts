import type { Clock } from "../kernel/clock.ts";
import type { KoboshiError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import type { SiteStatus } from "../kernel/model/status.ts";
import type { IncidentVerbs } from "../kernel/ports.ts";
import type { Result } from "../kernel/result.ts";
import type { StartToken } from "../api/tokens.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";

/** What the screens speak for. Handed over by the composition of the hub. */
export interface WebDeps {
  site(): Site;
  status(): Promise<SiteStatus>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  readonly verbs: IncidentVerbs;
  /** whose link it is and for which incident; KB3003 when it is good no more */
  checkAckToken(token: string): Promise<Result<{ incidentId: number; person: string }, KoboshiError>>;
  readonly startToken: StartToken;
}
