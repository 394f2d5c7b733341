import path from "node:path";
import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { EventKind } from "../kernel/event.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import { hasAdmin } from "../api/accounts-known.ts";
import { createStartToken, writeCliToken } from "../api/tokens.ts";
import { createConfigDesk } from "../config/desk/desk.ts";
import { thisMachine } from "../config/index.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { openLedger } from "../storage/ledger/open.ts";
import { openTelemetry } from "../storage/telemetry/open.ts";
import { createEngine } from "./engine.ts";
import { openServers, type Servers } from "./servers.ts";

export interface Hub {
  /** `http://127.0.0.1:7373` */
  readonly url: string;
  /** signs one person in, once, within 15 minutes; each call makes the one before void */
  newStartToken(options?: { readonly recover?: boolean }): string;
  /** someone can sign in and change everything: the start token is good for nothing then, but to recover */
  hasAdmin(): Promise<boolean>;
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
  /** the file the site was made from, and that forms write */
  readonly configPath: string;
}

/**
 * Starts everything on one data folder: ledger, measurements, stages, listeners, and only then the probes, so that nothing
 * is seen before it can be written down.
 * @throws KoboshiError KB20xx of the ledger, KB1203 and KB3005 of the listeners
 */
export async function startHub(deps: HubDeps, first: Site): Promise<Hub> {
  const { clock, log } = deps;
  const folder = first.hub.dataFolder;
  const ledger = await openLedger({ folder, clock, log });
  let keep = first.hub.keep;
  const telemetry = await openTelemetry({ folder, clock, log, retention: () => keep });
  const closeAll = async (): Promise<void> => {
    await telemetry.close();
    await ledger.close();
  };
  try {
    const tell = teller(ledger);
    const startToken = createStartToken(clock);
    const cliTokenHash = await writeCliToken(folder);
    const causesFolder = path.join(path.dirname(deps.configPath), "causes");
    const engine = await createEngine({ ledger, telemetry, clock, log, causesFolder, dataFolder: folder }, first);
    const apply = async (next: Site): Promise<void> => {
      keep = next.hub.keep;
      await engine.apply(next);
      renew(servers, next, log);
      await servers.use(next);
      await tell("config.applied", { config: next.hash });
    };
    const current = (): Site => engine.site();
    const config = createConfigDesk({ ...deps, ledger, machine: thisMachine(), current, apply });
    const servers = await openServers({ ...deps, engine, ledger, telemetry, config, startToken, cliTokenHash });
    await tell("hub.started", { version: deps.version, config: first.hash });
    await engine.start();
    return {
      url: servers.url,
      newStartToken: (options) => startToken.issue(options),
      hasAdmin: () => hasAdmin(ledger),
      apply,
      async refuse(findings) {
        engine.refused(findings);
        await tell("config.refused", { findings });
      },
      async stop() {
        await servers.close();
        await engine.stop();
        await tell("hub.stopped", {});
        await closeAll();
      },
    };
  } catch (thrown) {
    await closeAll();
    throw thrown;
  }
}

type HubEvent = Extract<EventKind, `hub.${string}` | "config.applied" | "config.refused">;

function teller(ledger: Ledger): (kind: HubEvent, data: Record<string, unknown>) => Promise<unknown> {
  return (kind, data) =>
    ledger.transaction(async (tx) => tx.append({ kind, actor: "koboshi", incidentId: null, data }));
}

/** A certificate that cannot be used is said, and the one before stays in force. */
function renew(servers: Servers, site: Site, log: Log): void {
  try {
    servers.renewCertificate(site);
  } catch (thrown) {
    log.error("certificate not taken over", { error: errorText(thrown) });
  }
}
