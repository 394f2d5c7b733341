import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Check } from "../kernel/model/check.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus } from "../kernel/model/status.ts";
import { readStatus } from "../api/status.ts";
import { createPublisher, readPage, type PagePublisher } from "../inform/index.ts";
import { openLedger } from "../storage/ledger/open.ts";

/**
 * Publishes the status page while no hub runs: what the ledger knows of incidents, and everything else as not confirmed.
 * @throws KoboshiError KB2001 when a hub does run on this folder, KB20xx of the ledger
 */
export async function publishWithoutHub(
  { clock, log }: { clock: Clock; log: Log },
  site: Site,
): Promise<ReturnType<PagePublisher["status"]>> {
  const ledger = await openLedger({ folder: site.hub.dataFolder, clock, log });
  try {
    const status = await readStatus({
      site: () => site,
      clock,
      ledger,
      checks: () => site.checks.map(unseen),
      vantages: () => [],
      attentions: () => [],
      pulseAgeMs: () => Infinity,
    });
    const publisher = await createPublisher({ ledger, clock, log, site });
    try {
      return await publisher.publishNow(await readPage({ ledger, clock, site, status }));
    } finally {
      await publisher.stop();
    }
  } finally {
    await ledger.close();
  }
}

function unseen({ id, service, kind, name, target, everyMs }: Check): CheckStatus {
  return { id, service, kind, name, target, everyMs, state: "unknown", since: null, confirming: false, cells: [] };
}
