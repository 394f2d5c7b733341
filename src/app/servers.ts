import https from "node:https";
import fastify, { type FastifyInstance } from "fastify";
import { findChromium } from "../clients/chromium-print.ts";
import type { Clock } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { HubSpec, Site } from "../kernel/model/site.ts";
import type { Attention } from "../kernel/model/status.ts";
import { guardListener } from "../api/guard.ts";
import { registerApi, registerPublicApi } from "../api/register.ts";
import { readTls, renewTls } from "../api/access-tls.ts";
import { refuseOpenListening } from "../api/accounts-listen.ts";
import type { ApiDeps } from "../api/deps.ts";
import type { StartToken } from "../api/tokens.ts";
import { channels, checkAckToken } from "../respond/index.ts";
import { createOtlpDoor, type OtlpDoor } from "../api/otlp-door.ts";
import { otlpRoutes } from "../api/routes/otlp.ts";
import { createReportDesk, type ReportDesk } from "../inform/index.ts";
import type { ConfigDesk } from "../config/desk/desk.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { Telemetry } from "../storage/telemetry/telemetry.ts";
import type { WebDeps } from "../web/deps.ts";
import { tellRefusal } from "../web/refusals.ts";
import { registerPublicWeb, registerWeb, webPages } from "../web/routes.ts";
import type { Engine } from "./engine.ts";
import { createMailProof } from "./mail-proof.ts";
import { statusPageRoutes } from "./status-page-routes.ts";

export interface ServerDeps {
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
  readonly config: ConfigDesk;
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  readonly startToken: StartToken;
  /** sha256 of the command line's token */
  readonly cliTokenHash: string;
}

export interface Servers {
  /** where people and the command line reach it */
  readonly url: string;
  /** Takes a renewed certificate of the administration over. @throws KoboshiError KB3012; the old one stays in force */
  renewCertificate(site: Site): void;
  /** Takes another configuration over, as far as it can be without a restart. */
  use(site: Site): Promise<void>;
  close(): Promise<void>;
}

/** Bodies of forms and of the API are short; vantages' reports raise it for their own route. */
const longestBodyBytes = 100_000;
const requestLimitMs = 30_000;

/** Opens the administration's listener, and the public one when the configuration names it. */
export async function openServers(deps: ServerDeps): Promise<Servers> {
  const { hub } = deps.engine.site();
  await refuseOpenListening(deps.ledger, hub);
  const admin = await adminServer(deps);
  const open = [admin];
  const door = otlpDoor(deps);
  try {
    const url = await listen(admin, hub.listen);
    if (hub.public !== null) {
      const server = await publicServer(deps);
      open.push(server);
      await listen(server, hub.public);
    }
    await door.use(deps.engine.site());
    deps.engine.alsoTell(() => doorAttentions(door));
    return {
      url,
      renewCertificate: ({ hub: { tls } }) => {
        if (tls !== undefined && admin.server instanceof https.Server) renewTls(admin.server, tls);
      },
      use: (site) => door.use(site),
      async close() {
        await door.stop();
        await closeAll(open);
      },
    };
  } catch (thrown) {
    await door.stop();
    await closeAll(open);
    throw thrown;
  }
}

async function adminServer(deps: ServerDeps): Promise<FastifyInstance> {
  const { engine } = deps;
  const app = newServer(engine.site().hub);
  guardListener(app, "admin", {
    ...deps,
    site: (): Site => engine.site(),
    refuse: tellRefusal(webDeps(deps), { frame: true }),
  });
  await registerApi(app, apiDeps(deps));
  await registerWeb(app, webDeps(deps));
  // the administration's own listener is the public one as well while only loopback is used
  if (engine.site().hub.public === null) statusPageRoutes(app, engine.page);
  return app;
}

async function publicServer(deps: ServerDeps): Promise<FastifyInstance> {
  const app = newServer({ trustedProxies: deps.engine.site().hub.trustedProxies });
  guardListener(app, "public", {
    ...deps,
    site: () => deps.engine.site(),
    refuse: tellRefusal(webDeps(deps), { frame: false }),
  });
  await registerPublicApi(app, apiDeps(deps));
  otlpRoutes(app, { site: deps.engine.site, otlp: deps.engine.senses.otlp, log: deps.log }, "token");
  await registerPublicWeb(app, webDeps(deps));
  statusPageRoutes(app, deps.engine.page);
  return app;
}

function doorAttentions(door: OtlpDoor): readonly Attention[] {
  const trouble = door.trouble();
  return trouble === null ? [] : [{ code: "otlp-closed", level: "warning", facts: { ...trouble.facts } }];
}

function otlpDoor({ engine, ...deps }: ServerDeps): OtlpDoor {
  return createOtlpDoor({ ...deps, site: engine.site, otlp: engine.senses.otlp });
}

/** `trustedProxies`: those in front whose word about the client's address is taken; `tls`: https instead of http. */
function newServer({ trustedProxies, tls }: Pick<HubSpec, "trustedProxies" | "tls">): FastifyInstance {
  const options = {
    logger: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: longestBodyBytes,
    requestTimeout: requestLimitMs,
    forceCloseConnections: true,
    // a check's id may be long, and is one part of an address
    routerOptions: { maxParamLength: 1_000 },
  } as const;
  return tls === undefined ? fastify(options) : fastify({ ...options, https: readTls(tls) });
}

function apiDeps(deps: ServerDeps): ApiDeps {
  const { engine, ledger, telemetry, config, clock, log, version } = deps;
  return {
    site: () => engine.site(),
    status: () => engine.status(),
    verbs: engine.verbs,
    diagnoses: engine.diagnoses,
    backups: engine.recovery.desk,
    audit: engine.recovery.audit,
    windows: engine.prevention.windows,
    repairs: engine.prevention.repairs,
    desk: engine.desk,
    live: engine.live,
    ...sensesOf(engine),
    channels: engine.channels,
    availability: engine.availability,
    pauses: engine.pauses,
    probeNow: engine.probeNow,
    telemetry,
    config,
    publishPage: () => engine.page.publish(),
    reports: reportDesk(deps),
    chromium: chromium(),
    pages: webPages,
    ledger,
    clock,
    log,
    version,
  };
}

function webDeps(deps: ServerDeps): WebDeps {
  const { engine, ledger, telemetry, config, clock, log, startToken } = deps;
  return {
    site: () => engine.site(),
    status: () => engine.status(),
    verbs: engine.verbs,
    diagnoses: engine.diagnoses,
    backups: engine.recovery.desk,
    audit: engine.recovery.audit,
    windows: engine.prevention.windows,
    repairs: engine.prevention.repairs,
    pauses: engine.pauses,
    availability: engine.availability,
    ...sensesOf(engine),
    channels: engine.channels,
    telemetry,
    config,
    probeNow: engine.probeNow,
    revokeVantage: (input) => engine.desk.revoke(input),
    checkAckToken: (token) => checkAckToken({ ledger, clock }, token),
    reports: reportDesk(deps),
    chromium: chromium(),
    proof: createMailProof({ clock, channels }),
    ledger,
    clock,
    log,
    startToken,
  };
}

/** What the faces ask of the observation. */
function sensesOf({ senses }: Engine): SensesFaces {
  const { heartbeats: jobs, alerts, hosts, hardware, logs, paths, people, feeds, metricSources } = senses;
  return { jobs, alerts, hosts, hardware, logs, paths, people, feeds, metricSources };
}

type SensesFaces = Pick<
  ApiDeps,
  "jobs" | "alerts" | "hosts" | "hardware" | "logs" | "paths" | "people" | "feeds" | "metricSources"
>;

function reportDesk({ engine, ledger, clock }: Pick<ServerDeps, "engine" | "ledger" | "clock">): ReportDesk {
  return createReportDesk({ ledger, clock, site: () => engine.site() });
}

function chromium(): string | null {
  return findChromium(process.env["CHROMIUM_PATH"]);
}

/** @throws KoboshiError KB1203 when the address is taken or not ours */
async function listen(app: FastifyInstance, { host, port }: HubSpec["listen"]): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    throw new KoboshiError("KB1203", { address: `${host}:${port}`, reason: code ?? "?" }, thrown);
  }
}

async function closeAll(servers: readonly FastifyInstance[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}
