import type { Site } from "../kernel/model/site.ts";
import { createRepairs } from "../hands/repairs.ts";
import type { Senses } from "../observe/index.ts";
import { createPrevention, type Prevention } from "../prevent/index.ts";
import { maskSecrets } from "../readers/host/mask.ts";
import { createRecovery, type Recovery } from "../recover/index.ts";
import type { EngineDeps } from "./engine.ts";
import type { Eyes, Held } from "./eyes.ts";
import { createRecoveryWindows } from "./recovery-windows.ts";
import { createWindowNews, type WindowNewsDeps } from "./window-news.ts";

/** Backups, their copies and what comes of losing things. */
export async function openRecovery(
  { ledger, clock, log, dataFolder }: EngineDeps,
  held: Held,
  { pump, board, here }: Eyes,
): Promise<Recovery> {
  const site = (): Site => held.site;
  const deps = { ledger, clock, log, folder: dataFolder, site, take: pump.take, checks: board.checks, look: here.look };
  return createRecovery(deps, await ledger.read.openSignals());
}

interface Beside {
  readonly senses: Senses;
  readonly notices: WindowNewsDeps["notices"];
}

/** Announced work, what is asked when it is over, what is mended then, and what people are told of it. */
export async function openPrevention(
  { ledger, clock, log }: EngineDeps,
  held: Held,
  { board, desk, pump, refold, senses, notices }: Eyes & Beside,
): Promise<Prevention> {
  const site = (): Site => held.site;
  const prevention = await createPrevention({
    clock,
    log,
    ledger,
    site,
    checks: board.checks,
    vantages: () => desk.statuses(),
    hosts: senses.hosts,
    feeds: senses.feeds,
    pings: (job, limit) => senses.heartbeats.pings(job, limit),
    health: { blockers: async (id) => (await held.health?.blockers(id)) ?? [] },
    repairs: createRepairs({ clock, log, ledger, site, mask: maskSecrets }),
    take: pump.take,
    refold,
  });
  const news = createWindowNews({ ledger, clock, log, site, notices });
  const recovered = createRecoveryWindows({ ledger, clock, log, site, windows: prevention.windows });
  return {
    ...prevention,
    async start() {
      await prevention.start();
      await news.start();
      recovered.start();
    },
    async stop() {
      await recovered.stop();
      await news.stop();
      await prevention.stop();
    },
  };
}
