import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Stamp } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import {
  noticeQuestionIds,
  providerNoticeKinds,
  providerNoticeStates,
  type NoticeWindow,
} from "../../kernel/model/provider-notice.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { FeedDesk, FeedStatus, KeptNotice, NoticeVersion } from "../../kernel/ports-feeds.ts";
import { readMoment } from "../../readers/schedule/moment.ts";
import { rfc3339 } from "../../words/format.ts";
import { actorOf } from "../access.ts";
import { answer, langOf } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf } from "../schemas.ts";

const Time = z.string().meta({ description: "RFC 3339 with the site zone's offset" });
const WindowJson = z.object({ start: Time, end: Time.nullable(), certain: z.boolean(), text: z.string() });
const FeedJson = z.object({
  key: z.string(),
  provider: z.string(),
  kind: z.enum(["feed", "statuspage", "page", "imap"]),
  address: z.string(),
  state: z.enum(["ok", "warning", "down", "unknown"]),
  lastTriedAt: Time.nullable(),
  lastSuccessAt: Time.nullable(),
  trouble: z.object({ code: z.string(), text: z.string() }).nullable(),
  notices: z.int(),
});
const NoticeJson = z.object({
  id: z.int(),
  provider: z.string(),
  feed: z.string(),
  title: z.string(),
  link: z.string().nullable().meta({ description: "as the provider gave it; not checked" }),
  receivedAt: Time,
  versions: z.int(),
  kind: z.enum(providerNoticeKinds),
  state: z.enum(providerNoticeStates),
  windows: z.array(WindowJson),
  alternates: z.array(WindowJson),
  services: z.array(z.string()),
  hosts: z.array(z.string()),
  exceptHosts: z.array(z.string()),
  ask: z.array(z.object({ id: z.enum(noticeQuestionIds), text: z.string() })),
  confidence: z.number().meta({ description: "0 to 1: how far it is about something of ours" }),
  matches: z.array(z.object({ target: z.string(), points: z.number(), why: z.string(), words: z.string() })),
  proposal: z
    .object({
      state: z.enum(["proposed", "confirmed", "rejected"]),
      windows: z.array(z.object({ start: Time, end: Time })),
      hosts: z.array(z.string()),
      decidedBy: z.string().nullable(),
      decidedAt: Time.nullable(),
      outdated: z.boolean(),
    })
    .nullable(),
});
const VersionJson = z.object({ number: z.int(), receivedAt: Time, title: z.string(), text: z.string() });
const Id = z.object({ id: z.coerce.number().int().min(1).max(2_000_000_000) });
const Decision = z.object({
  version: z.int().min(1).meta({ description: "the version that was read; KB4503 when there is a newer one" }),
  windows: z
    .array(z.object({ start: z.string().max(60), end: z.string().max(60) }))
    .max(62)
    .nullish(),
});

type FeedRouteDeps = Pick<ApiDeps, "site"> & { readonly feeds: FeedDesk };

/** Where providers' notices are read, the notices, and what people decide about them. */
export function feedRoutes(app: FastifyInstance, deps: FeedRouteDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { feeds } = deps;

  api.route({
    method: "GET",
    url: "/api/v1/feeds",
    schema: { summary: "Sources of providers' notices", response: { 200: listOf(FeedJson) } },
    handler: () => ({ items: feeds.feeds().map((feed) => feedView(feed, deps.site())), next: null }),
  });

  api.route({
    method: "GET",
    url: "/api/v1/provider-notices",
    schema: {
      summary: "Providers' notices, newest first",
      querystring: z.object({
        search: z.string().max(200).default(""),
        provider: z.string().max(200).nullish(),
        cursor: z.coerce.number().int().min(1).nullish(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      response: { 200: listOf(NoticeJson), "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { search, provider, cursor, limit } = request.query;
      const found = await feeds.notices({ search, provider: provider ?? null, before: cursor ?? null, limit });
      const next = found.length === limit ? (found.at(-1)?.id ?? null) : null;
      return {
        items: found.map((notice) => noticeView(notice, deps.site())),
        next: next === null ? null : String(next),
      };
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/provider-notices/:id",
    schema: {
      summary: "One notice with all its versions, newest first",
      params: Id,
      response: { 200: NoticeJson.extend({ history: z.array(VersionJson) }), "4xx": ErrorJson },
    },
    handler: async (request) => {
      const found = await feeds.notice(request.params.id);
      if (found === null) throw new KoboshiError("KB1002", { what: String(request.params.id) });
      const site = deps.site();
      return {
        ...noticeView(found.notice, site),
        history: found.versions.map((version) => versionView(version, site)),
      };
    },
  });

  decisionRoutes(app, deps);
}

function decisionRoutes(app: FastifyInstance, deps: FeedRouteDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { feeds } = deps;
  for (const verb of ["confirm", "reject"] as const) {
    api.route({
      method: "POST",
      url: `/api/v1/provider-notices/:id/${verb}`,
      schema: {
        summary: verb === "confirm" ? "Make the proposed window a plan" : "Say that a notice is not about us",
        params: Id,
        body: Decision,
        response: { 200: NoticeJson, "4xx": ErrorJson },
      },
      handler: async (request, reply) => {
        const site = deps.site();
        const { version, windows } = request.body;
        const input = { id: request.params.id, version, actor: actorOf(request) };
        const given = windows == null ? null : windows.map((one) => windowOf(one, site.timeZone));
        const result =
          verb === "confirm" ? await feeds.confirm({ ...input, windows: given }) : await feeds.reject(input);
        return answer(reply, result, {
          lang: langOf(request, site.lang),
          render: (notice) => noticeView(notice, site),
        });
      },
    });
  }
}

function windowOf(
  { start, end }: { start: string; end: string },
  timeZone: string,
): { startMs: number; endMs: number } {
  const [startMs, endMs] = [readMoment(start, timeZone), readMoment(end, timeZone)];
  if (startMs === null || endMs === null)
    throw new KoboshiError("KB4502", { written: `${start} ${end}`.slice(0, 120) });
  return { startMs, endMs };
}

function feedView(
  { nextAtMs: _next, lastTriedAt, lastSuccessAt, ...feed }: FeedStatus,
  { timeZone }: Site,
): z.input<typeof FeedJson> {
  const at = (stamp: Stamp | null): string | null => (stamp === null ? null : rfc3339(stamp.atMs, timeZone));
  return { ...feed, lastTriedAt: at(lastTriedAt), lastSuccessAt: at(lastSuccessAt) };
}

function noticeView(notice: KeptNotice, { timeZone }: Site): z.input<typeof NoticeJson> {
  const at = (ms: number): string => rfc3339(ms, timeZone);
  const window = ({ startMs, endMs, certain, text }: NoticeWindow): z.input<typeof WindowJson> => ({
    start: at(startMs),
    end: endMs === null ? null : at(endMs),
    certain,
    text,
  });
  const { newest, proposal } = notice;
  const { read } = newest;
  return {
    id: notice.id,
    provider: notice.provider,
    feed: notice.feed,
    title: newest.title,
    link: newest.link,
    receivedAt: at(newest.receivedAt.atMs),
    versions: notice.versions,
    kind: read.kind,
    state: read.state,
    windows: read.windows.map(window),
    alternates: read.alternates.map(window),
    services: [...read.services],
    hosts: [...read.hosts],
    exceptHosts: [...read.exceptHosts],
    ask: read.questions.map(({ id, text }) => ({ id, text })),
    confidence: notice.confidence,
    matches: [...notice.matches],
    proposal:
      proposal === null
        ? null
        : {
            state: proposal.state,
            windows: proposal.windows.map(({ startMs, endMs }) => ({ start: at(startMs), end: at(endMs) })),
            hosts: [...proposal.hosts],
            decidedBy: proposal.decidedBy,
            decidedAt: proposal.decidedAt === null ? null : at(proposal.decidedAt.atMs),
            outdated: proposal.outdated,
          },
  };
}

function versionView(
  { number, receivedAt, title, text }: NoticeVersion,
  { timeZone }: Site,
): z.input<typeof VersionJson> {
  return { number, receivedAt: rfc3339(receivedAt.atMs, timeZone), title, text };
}
