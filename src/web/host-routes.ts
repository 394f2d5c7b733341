import type { FastifyInstance, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import type { HostStatus } from "../kernel/ports-hosts.ts";
import type { Script } from "./assets.ts";
import type { WebDeps } from "./deps.ts";
import { field } from "./fields.ts";
import { dayMs } from "./past.ts";
import { chartMetrics, type HostPast } from "./pages/host-charts.tsx";
import { hostPage } from "./pages/host.tsx";
import { hostPath, hostsPage } from "./pages/hosts.tsx";
import { showPage } from "./read-routes.ts";

/** a point a minute for a day, and room for those an agent sent late */
const mostPoints = 3_000;
/** as far back as events are looked through */
const newestEvents = 2_000;
const shownEvents = 20;

/** The machines from inside, and what a person may do about one. */
export function hostWebRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const { hosts } = deps;

  app.get("/hosts", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const hardware = new Map(deps.hardware.hardware().map((status) => [status.host, status]));
      return hostsPage(context, { hosts: hosts.hosts(), hardware });
    }),
  );

  app.get("/hosts/:key", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const host = hostNamed(deps, request);
      const [past, events] = await Promise.all([pastOf(deps, host.key), eventsOf(deps, host.key)]);
      return hostPage(context, { host, hardware: deps.hardware.hardwareOf(host.key), past, events });
    }),
  );

  app.get("/hosts/:key/pack", (request, reply) => {
    const { key } = hostNamed(deps, request);
    const name = key.replaceAll(/[^\w.-]+/g, "_");
    return reply
      .type("text/plain; charset=utf-8")
      .header("content-disposition", `attachment; filename="koboshi-${name}.txt"`)
      .header("x-content-type-options", "nosniff")
      .header("cache-control", "no-store")
      .send(hosts.pack(key));
  });

  app.post("/hosts/:key/look", async (request, reply) => {
    const { key } = hostNamed(deps, request);
    const looked = await hosts.lookNow(key);
    if (!looked.ok) throw looked.error;
    return reply.redirect(hostPath(key), 303);
  });

  app.post("/hosts/:key/confirm-key", { config: { authority: "admin" } }, async (request, reply) => {
    const { key } = hostNamed(deps, request);
    const input = { key, fingerprint: field(request, "fingerprint"), actor: actorOf(request) };
    const confirmed = await hosts.confirmKey(input);
    if (!confirmed.ok) throw confirmed.error;
    return reply.redirect(hostPath(key), 303);
  });
}

function hostNamed({ hosts }: WebDeps, request: FastifyRequest): HostStatus {
  const { key } = request.params as { key: string };
  const host = hosts.host(key);
  if (host === null) throw new KoboshiError("KB1002", { what: key.slice(0, 100) });
  return host;
}

async function pastOf({ telemetry, clock }: WebDeps, key: string): Promise<HostPast> {
  const toMs = clock.nowMs() + 1;
  const range = { subject: `host:${key}`, fromMs: toMs - dayMs, toMs, limit: mostPoints };
  const found = await Promise.all(
    chartMetrics.map(async (name) => [name, await telemetry.read.metrics({ ...range, name })] as const),
  );
  return new Map(found);
}

/** What happened to the host itself, and what was confirmed of it. */
async function eventsOf({ ledger }: WebDeps, key: string): Promise<readonly LedgerEvent[]> {
  const last = await ledger.read.lastSeq();
  const events = await ledger.read.eventsAfter(Math.max(0, last - newestEvents), newestEvents);
  const isAbout = ({ data }: LedgerEvent): boolean => {
    const { signal } = data as { signal?: { subject?: unknown } };
    return data["host"] === key || signal?.subject === `host:${key}`;
  };
  return events.filter(isAbout).slice(-shownEvents).toReversed();
}
