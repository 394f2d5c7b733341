import fastify, { type FastifyInstance } from "fastify";
import type { Clock } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { HubSpec, Site } from "../kernel/model/site.ts";
import { guardListener } from "../api/guard.ts";
import { registerApi, registerPublicApi } from "../api/register.ts";
import type { StartToken } from "../api/tokens.ts";
import { checkAckToken } from "../respond/index.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { tellRefusal } from "../web/refusals.ts";
import { registerPublicWeb, registerWeb, webPages } from "../web/routes.ts";
import type { Engine } from "./engine.ts";
import { statusPageRoutes } from "./status-page-routes.ts";

export interface ServerDeps {
  readonly engine: Engine;
  readonly ledger: Ledger;
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
  close(): Promise<void>;
}

/** Bodies of forms and of the API are short; vantages' reports raise it for their own route. */
const longestBodyBytes = 100_000;
const requestLimitMs = 30_000;

/** Opens the administration's listener, and the public one when the configuration names it. */
export async function openServers(deps: ServerDeps): Promise<Servers> {
  const { hub } = deps.engine.site();
  const admin = await adminServer(deps);
  const open = [admin];
  try {
    const url = await listen(admin, hub.listen);
    if (hub.public !== null) {
      const server = await publicServer(deps);
      open.push(server);
      await listen(server, hub.public);
    }
    return { url, close: () => closeAll(open) };
  } catch (thrown) {
    await closeAll(open);
    throw thrown;
  }
}

async function adminServer(deps: ServerDeps): Promise<FastifyInstance> {
  const { engine, ledger, clock, log, version } = deps;
  const app = newServer();
  guardListener(app, "admin", {
    ...deps,
    site: (): Site => engine.site(),
    refuse: tellRefusal(webDeps(deps), { frame: true }),
  });
  await registerApi(app, {
    site: () => engine.site(),
    status: () => engine.status(),
    verbs: engine.verbs,
    desk: engine.desk,
    live: engine.live,
    publishPage: () => engine.page.publish(),
    pages: webPages,
    ledger,
    clock,
    log,
    version,
  });
  await registerWeb(app, webDeps(deps));
  // the administration's own listener is the public one as well while only loopback is used
  if (engine.site().hub.public === null) statusPageRoutes(app, engine.page);
  return app;
}

async function publicServer(deps: ServerDeps): Promise<FastifyInstance> {
  const app = newServer(deps.engine.site().hub.trustedProxies);
  guardListener(app, "public", {
    ...deps,
    site: () => deps.engine.site(),
    refuse: tellRefusal(webDeps(deps), { frame: false }),
  });
  await registerPublicApi(app, { desk: deps.engine.desk, site: () => deps.engine.site() });
  await registerPublicWeb(app, webDeps(deps));
  statusPageRoutes(app, deps.engine.page);
  return app;
}

/** @param trustedProxies those in front whose word about the client's address is taken; none for the administration */
function newServer(trustedProxies: readonly string[] = []): FastifyInstance {
  return fastify({
    logger: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: longestBodyBytes,
    requestTimeout: requestLimitMs,
    forceCloseConnections: true,
  });
}

function webDeps({ engine, ledger, clock, log, startToken }: ServerDeps): Parameters<typeof registerWeb>[1] {
  return {
    site: () => engine.site(),
    status: () => engine.status(),
    verbs: engine.verbs,
    checkAckToken: (token) => checkAckToken({ ledger, clock }, token),
    ledger,
    clock,
    log,
    startToken,
  };
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
