import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Site } from "../../kernel/model/site.ts";
import { hostSilences, type HostDesk, type HostStatus } from "../../kernel/ports-hosts.ts";
import { severities } from "../../kernel/model/signal.ts";
import { stateWords } from "../../kernel/model/status.ts";
import { findingText } from "../../words/host-findings.ts";
import { silenceFix, silenceText } from "../../words/host-silence.ts";
import { rfc3339 } from "../../words/format.ts";
import { actorOf } from "../access.ts";
import { mayWriteHost } from "../agent-access.ts";
import { answer, langOf } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { readingView } from "../host-views.ts";
import { ErrorJson, listOf } from "../schemas.ts";

const Time = z.string().meta({ description: "RFC 3339 with the site zone's offset" });

const HostJson = z.object({
  key: z.string(),
  at: z.string().nullable(),
  address: z.string(),
  by: z.enum(["ssh", "agent"]).nullable().meta({ description: "how it is read; null: not at all" }),
  state: z.enum(stateWords),
  silence: z
    .object({ reason: z.enum(hostSilences), message: z.string(), fix: z.string(), text: z.string(), since: Time })
    .nullable()
    .meta({ description: "why its vitals are not known now" }),
  readAt: Time.nullable(),
  findings: z.array(
    z.object({
      kind: z.string(),
      item: z.string().nullable(),
      severity: z.enum(severities),
      message: z.string(),
      next: z.string().meta({ description: "one thing to do about it" }),
      facts: z.record(z.string(), z.unknown()),
    }),
  ),
  hostKey: z.object({ pinned: z.string().nullable(), pinnedBy: z.string().nullable(), seen: z.string().nullable() }),
  oldAlgorithms: z.boolean(),
  services: z.array(z.string()).meta({ description: "services that run on it, by key" }),
  clock: z
    .object({ offsetSeconds: z.number(), uncertaintySeconds: z.number(), source: z.string(), at: Time })
    .nullable(),
});
const HostWhole = HostJson.extend({
  reading: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: "the newest; null parts were not observed, and `unobserved` says why" }),
});

const Key = z.object({ key: z.string().min(1).max(200) });
type Deps = Pick<ApiDeps, "site"> & { readonly hosts: HostDesk };

/** The machines from inside: how they stand, a look now, and whose key is believed. */
export function hostRoutes(app: FastifyInstance, deps: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { hosts } = deps;
  readRoutes(app, deps);
  readingRoute(app, deps);

  api.route({
    method: "POST",
    url: "/api/v1/hosts/:key/look",
    schema: {
      summary: "Look into a host now, thoroughly, and wait for it",
      params: Key,
      body: z.object({}).nullish(),
      response: { 200: HostWhole, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const lang = langOf(request, deps.site().lang);
      const result = await hosts.lookNow(request.params.key);
      return answer(reply, result, { lang, render: (host) => wholeView(host, deps.site(), lang) });
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/hosts/:key/confirm-key",
    config: { authority: "admin" },
    schema: {
      summary: "Believe the SSH host key that the host showed",
      params: Key,
      body: z.object({ fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/) }),
      response: { 200: HostWhole, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const lang = langOf(request, deps.site().lang);
      const { fingerprint } = request.body;
      const result = await hosts.confirmKey({ key: request.params.key, fingerprint, actor: actorOf(request) });
      return answer(reply, result, { lang, render: (host) => wholeView(host, deps.site(), lang) });
    },
  });
}

function readRoutes(app: FastifyInstance, { site, hosts }: Deps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  api.route({
    method: "GET",
    url: "/api/v1/hosts",
    schema: { summary: "Hosts, in the order of the file", response: { 200: listOf(HostJson) } },
    handler: (request) => {
      const lang = langOf(request, site().lang);
      return { items: hosts.hosts().map((host) => hostView(host, site(), lang)), next: null };
    },
  });
  api.route({
    method: "GET",
    url: "/api/v1/hosts/:key",
    schema: {
      summary: "One host with everything the newest look found",
      params: Key,
      response: { 200: HostWhole, "4xx": ErrorJson },
    },
    handler: (request) => wholeView(hostNamed(hosts, request.params.key), site(), langOf(request, site().lang)),
  });
  api.route({
    method: "GET",
    url: "/api/v1/hosts/:key/pack",
    schema: { summary: "The diagnosis pack of a host, as text", params: Key },
    handler: (request, reply) => {
      const text = hosts.pack(hostNamed(hosts, request.params.key).key);
      return reply.type("text/plain; charset=utf-8").send(text);
    },
  });
}

/** A frame is cut at this length by the script itself. */
const longestFrameBytes = 4_000_000;
const Ages = z.object({
  "x-koboshi-sent-ago-ms": z.coerce.number().min(0).max(86_400_000),
  "x-koboshi-received-ago-ms": z.coerce.number().min(0).max(86_400_000),
  "x-koboshi-way-ms": z.coerce.number().min(0).max(60_000),
});

/** What an agent read on its own host, as the script printed it. Only this host's token, or one that may do all, is taken. */
export function readingRoute(app: FastifyInstance, { site, hosts }: Deps): void {
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, parsed) => parsed(null, body));
    scope.post(
      "/api/v1/hosts/:key/reading",
      {
        config: { authority: "token", scope: "agent" },
        bodyLimit: longestFrameBytes,
        schema: { summary: "An agent's reading of its own host", params: Key },
      },
      async (request, reply) => {
        const { key } = request.params as z.infer<typeof Key>;
        mayWriteHost(request, key);
        const ages = Ages.safeParse(request.headers);
        if (!ages.success || typeof request.body !== "string") throw new KoboshiError("KB4203", { host: key });
        const result = await hosts.receive({
          key,
          text: request.body,
          sentAgoMs: ages.data["x-koboshi-sent-ago-ms"],
          receivedAgoMs: ages.data["x-koboshi-received-ago-ms"],
          wayMs: ages.data["x-koboshi-way-ms"],
        });
        return answer(reply, result, {
          lang: langOf(request, site().lang),
          render: ({ state }) => ({ key, state }),
        });
      },
    );
    done();
  });
}

function hostNamed(hosts: HostDesk, key: string): HostStatus {
  const host = hosts.host(key);
  if (host === null) throw new KoboshiError("KB1002", { what: key });
  return host;
}

function hostView(host: HostStatus, site: Site, lang: "ja" | "en"): z.input<typeof HostJson> {
  const at = (ms: number): string => rfc3339(ms, site.timeZone);
  const { silence, readAt, clock } = host;
  return {
    key: host.key,
    at: host.at,
    address: host.address,
    by: host.by,
    state: host.state,
    services: [...site.services.values()].filter(({ on }) => on === host.key).map(({ key }) => key),
    silence:
      silence === null
        ? null
        : {
            reason: silence.reason,
            message: silenceText(silence.reason, lang),
            fix: silenceFix(silence.reason, lang),
            text: silence.text,
            since: at(silence.since.atMs),
          },
    readAt: readAt === null ? null : at(readAt.atMs),
    findings: host.findings.map((finding) => {
      const { sentence, next } = findingText(finding, { lang, timeZone: host.reading?.clock?.zone ?? site.timeZone });
      return { ...finding, facts: { ...finding.facts }, message: sentence, next };
    }),
    hostKey: host.hostKey,
    oldAlgorithms: host.oldAlgorithms,
    clock: clock === null ? null : { ...clock, at: at(clock.at.atMs) },
  };
}

function wholeView(host: HostStatus, site: Site, lang: "ja" | "en"): z.input<typeof HostWhole> {
  const reading = host.reading === null ? null : readingView(host.reading, site.timeZone);
  return { ...hostView(host, site, lang), reading };
}
