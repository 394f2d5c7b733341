import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Attention, SiteStatus } from "../kernel/model/status.ts";
import { createPublisher, readPage, type PagePublisher } from "../inform/index.ts";
import type { AvailabilityReader } from "../kernel/ports.ts";
import type { LiveFeed } from "../api/deps.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";

export interface PageKeeper {
  /** Begins, or begins anew with another configuration. */
  use(site: Site): Promise<void>;
  attentions(): readonly Attention[];
  /** The newest edition by path, for the hub's own `/status/`. */
  files(): ReturnType<PagePublisher["currentFiles"]>;
  /** Publishes what is true now and waits until every place has taken it or refused. */
  publish(): Promise<void>;
  stop(): Promise<void>;
}

export interface PageKeeperDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  readonly live: LiveFeed;
  site(): Site;
  status(): Promise<SiteStatus>;
  readonly availability: AvailabilityReader;
}

/** Keeps the public page up with what the hub knows: every incident, every window and every change on the board is offered to it. */
export function createPageKeeper(deps: PageKeeperDeps): PageKeeper {
  const { ledger, clock, log, live } = deps;
  let publisher: PagePublisher | null = null;
  let offering = false;
  let again = false;
  let unsubscribe: (() => void) | null = null;

  const read = async (): ReturnType<typeof readPage> =>
    readPage({ ledger, clock, site: deps.site(), status: await deps.status(), availability: deps.availability });

  async function offer(): Promise<void> {
    if (offering) {
      again = true;
      return;
    }
    offering = true;
    do {
      again = false;
      try {
        publisher?.request(await read());
      } catch (thrown) {
        log.error("status page not made", { error: errorText(thrown) });
      }
    } while (again);
    offering = false;
  }

  return {
    async use(site) {
      await publisher?.stop();
      publisher = await createPublisher({ ledger, clock, log, site, renew: read });
      unsubscribe?.();
      unsubscribe = live.subscribe((news) => {
        // a publication's own record is no news for the page
        if (news.kind === "status" || /^(?:incident|window)\./.test(news.event.kind)) void offer();
      });
      await offer();
    },
    attentions: () => publisher?.status().attentions ?? [],
    files: () => publisher?.currentFiles() ?? new Map(),
    async publish() {
      await publisher?.publishNow(await read());
    },
    async stop() {
      unsubscribe?.();
      await publisher?.stop();
    },
  };
}
