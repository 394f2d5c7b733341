import { elapsedMs, stampNow, type Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Attention, WatchStatus } from "../../kernel/model/status.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { createDog } from "./dog.ts";
import { createPeerWatch } from "./peers.ts";
import { ownAddresses, sharedFate } from "./shared-fate.ts";

export interface WatchdogDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  site(): Site;
  /** koboshi really works: its scheduler runs, its ledger takes what is seen */
  isWell(): boolean;
  /** this machine's own line works */
  canSee(): boolean;
  take(changes: readonly SignalChange[]): Promise<void>;
}

/** Who watches the watcher: someone outside who is called, other hubs, and what would take koboshi away with its patients. */
export interface Watchdog {
  status(): WatchStatus;
  attentions(): readonly Attention[];
  /** To be called when the configuration was replaced. */
  siteChanged(): void;
  stop(): void;
}

/** Begins at once, and holds nothing up: every call is on its own. */
export async function createWatchdog(deps: WatchdogDeps): Promise<Watchdog> {
  const dog = createDog(deps);
  const peers = await createPeerWatch(deps);
  const own = ownAddresses();
  return {
    status: () => dog.status(),
    attentions: () => [
      ...failing(dog.failing(), dog.status(), deps.clock),
      ...peers.silent().map((peer): Attention => ({ code: "peer-silent", level: "warning", facts: { peer } })),
      ...endangered(deps.site(), own),
    ],
    siteChanged() {
      dog.siteChanged();
      peers.siteChanged();
    },
    stop() {
      dog.stop();
      peers.stop();
    },
  };
}

function failing(error: string | null, { lastOkAt }: WatchStatus, clock: Clock): readonly Attention[] {
  if (error === null) return [];
  const minutes = lastOkAt === null ? {} : { minutes: Math.round(elapsedMs(lastOkAt, stampNow(clock)) / 60_000) };
  return [{ code: "watchdog-failing", level: "warning", facts: { error, ...minutes } }];
}

/** What would go down together is worth a warning only while nobody outside would tell of it. */
function endangered(site: Site, own: ReadonlySet<string>): readonly Attention[] {
  const alone = unwatched(site);
  const shared = sharedFate(site, own);
  return [...shared.map((one): Attention => (alone.length > 0 ? one : { ...one, level: "info" })), ...alone];
}

/** Nobody would notice when this machine dies. */
function unwatched({ watchdog, peers, services, vantages }: Site): readonly Attention[] {
  const others = [...vantages.values()].some(({ token, tellsIfSilent }) => token !== null && tellsIfSilent !== false);
  const isWatched = watchdog !== null || peers.length > 0 || others;
  return isWatched || services.size === 0 ? [] : [{ code: "nobody-watches-koboshi", level: "info", facts: {} }];
}
