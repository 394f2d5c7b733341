import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import { createStartToken, writeCliToken } from "../api/tokens.ts";
import { openLedger } from "../storage/ledger/open.ts";
import { createEngine } from "./engine.ts";
import { openServers } from "./servers.ts";

export interface Hub {
  /** `http://127.0.0.1:7373` */
  readonly url: string;
  /** signs one person in, once, within 15 minutes; each call makes the one before void */
  newStartToken(): string;
  /** Takes a valid configuration over without stopping. Its `hub:` keys count from the next start. */
  apply(site: Site): Promise<void>;
  /** A configuration was refused: says so where people look, and keeps the one that runs. */
  refuse(findings: number): Promise<void>;
  stop(): Promise<void>;
}

export interface HubDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
}

/**
 * Starts everything on one data folder: ledger, stages, listeners, and only then the probes, so that nothing is seen
 * before it can be written down.
 * @throws KoboshiError KB20xx of the ledger, KB1203 of the listeners
 */
export async function startHub({ clock, log, version }: HubDeps, site: Site): Promise<Hub> {
  const ledger = await openLedger({ folder: site.hub.dataFolder, clock, log });
  try {
    const startToken = createStartToken(clock);
    const cliTokenHash = await writeCliToken(site.hub.dataFolder);
    const engine = await createEngine({ ledger, clock, log }, site);
    const servers = await openServers({ engine, ledger, clock, log, version, startToken, cliTokenHash });
    const tell = (
      kind: "hub.started" | "hub.stopped" | "config.applied" | "config.refused",
      data: Record<string, unknown>,
    ) => ledger.transaction(async (tx) => tx.append({ kind, actor: "koboshi", incidentId: null, data }));
    await tell("hub.started", { version, config: site.hash });
    await engine.start();
    return {
      url: servers.url,
      newStartToken: () => startToken.issue(),
      async apply(next) {
        await engine.apply(next);
        await tell("config.applied", { config: next.hash });
      },
      async refuse(findings) {
        engine.refused(findings);
        await tell("config.refused", { findings });
      },
      async stop() {
        await servers.close();
        await engine.stop();
        await tell("hub.stopped", {});
        await ledger.close();
      },
    };
  } catch (thrown) {
    await ledger.close();
    throw thrown;
  }
}
