import type { Clock } from "../kernel/clock.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import type { SiteStatus } from "../kernel/model/status.ts";
import type { IncidentVerbs } from "../kernel/ports.ts";
import type { VantageDesk } from "../observe/index.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";

/** What the API speaks for. Handed over by the composition of the hub. */
export interface ApiDeps {
  site(): Site;
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  status(): Promise<SiteStatus>;
  readonly verbs: IncidentVerbs;
  readonly desk: VantageDesk;
  readonly live: LiveFeed;
  readonly version: string;
  /** publishes the status page everywhere and waits until it was fetched back */
  publishPage(): Promise<void>;
  /** every screen's path */
  readonly pages: readonly string[];
}

/** What changes while someone looks on: ledger events, and ticks when a state on the board changed. */
export interface LiveFeed {
  subscribe(listener: (news: LiveNews) => void): () => void;
}

export type LiveNews = { readonly kind: "event"; readonly event: LedgerEvent } | { readonly kind: "status" };
