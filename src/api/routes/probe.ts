import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Check } from "../../kernel/model/check.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Probe } from "../../kernel/model/probe.ts";
import { probes } from "../../observe/index.ts";
import { contentTypes, dialectOf, writeExposition } from "../../render/exposition.ts";
import { probeFamilies } from "../probe-measures.ts";

export interface ProbeRouteDeps {
  site(): Site;
  readonly clock: Clock;
}

const probeOf: ReadonlyMap<string, Probe> = new Map(probes.map((probe) => [probe.kind, probe]));
/** A scraper asks for each target on its own; more at once would be a way to make this machine attack others. */
const mostAtOnce = 10;
/** Prometheus gives up at its own time; the answer has to leave before. */
const answerMarginMs = 500;
const leastTimeoutMs = 100;

/**
 * One attempt now, answered as blackbox_exporter answers. Only what the configuration names: `target` is a check's target
 * or its id, `module` its kind or its id, so no request can make koboshi look anywhere else.
 */
export function probeRoutes(app: FastifyInstance, deps: ProbeRouteDeps): void {
  let running = 0;
  app.route({
    method: "GET",
    url: "/probe",
    config: { authority: "token", scope: "probe" },
    schema: {
      summary: "Look at a check's target now, answered as blackbox_exporter does",
      querystring: z.object({ target: z.string().min(1).max(2_048), module: z.string().max(2_048).optional() }),
    },
    handler: async (request, reply) => {
      const { target, module } = request.query as { target: string; module?: string };
      const check = findCheck(deps.site(), target, module);
      if (running >= mostAtOnce) throw new KoboshiError("KB1405", { most: mostAtOnce });
      running += 1;
      const gone = new AbortController();
      request.raw.on("close", () => gone.abort());
      try {
        const timeoutMs = timeoutOf(check, request.headers["x-prometheus-scrape-timeout-seconds"]);
        const result = await attempt(deps, check, { timeoutMs, signal: gone.signal });
        const dialect = dialectOf(request.headers.accept);
        return await reply
          .type(contentTypes[dialect])
          .send(writeExposition(probeFamilies(check.kind, result), dialect));
      } finally {
        running -= 1;
      }
    },
  });
}

/** @throws KoboshiError KB1404 when no check of the configuration is meant */
function findCheck(site: Site, target: string, module: string | undefined): Check {
  const aimed = site.checks.filter((check) => check.target === target || check.id === target);
  if (aimed.length === 0) throw new KoboshiError("KB1404", { what: `target=${target.slice(0, 200)}` });
  const found = aimed.find((check) => module === undefined || check.id === module || check.kind === module);
  if (found === undefined) throw new KoboshiError("KB1404", { what: `module=${(module ?? "").slice(0, 200)}` });
  return found;
}

function timeoutOf({ timeoutMs }: Check, header: string | readonly string[] | undefined): number {
  const askedMs = Number(header) * 1_000 - answerMarginMs;
  return Number.isFinite(askedMs) ? Math.max(leastTimeoutMs, Math.min(timeoutMs, askedMs)) : timeoutMs;
}

async function attempt(
  { site, clock }: ProbeRouteDeps,
  check: Check,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<ProbeResult> {
  const probe = probeOf.get(check.kind);
  if (probe === undefined) throw new KoboshiError("KB1404", { what: `module=${check.kind}` });
  return probe.run(check.spec, { clock, timeoutMs, signal, trustedHosts: trustedHosts(site()) });
}

/** The hosts the configuration itself names: a redirect may lead there. */
function trustedHosts({ checks, hosts }: Site): ReadonlySet<string> {
  const looked = checks.flatMap((check) => probeOf.get(check.kind)?.hosts(check.spec) ?? []);
  const named = [...hosts.values()].flatMap(({ key, address }) => (address === null ? [key] : [key, address]));
  return new Set([...looked, ...named].map((host) => host.toLowerCase()));
}
