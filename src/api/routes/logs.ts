import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Clock, Timer } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Site } from "../../kernel/model/site.ts";
import { logProblems, logSourceStates, type LogDesk, type LogEntry, type LogSearch } from "../../kernel/ports-logs.ts";
import { rfc3339 } from "../../words/format.ts";
import { ErrorJson, listOf } from "../schemas.ts";

const Time = z.string().meta({ description: "RFC 3339 with the site zone's offset" });
const Severity = z.int().min(0).max(255).nullable().meta({ description: "0 emergency … 7 debug" });

const LineJson = z.object({
  seq: z.number().nullable(),
  at: Time,
  source: z.string(),
  host: z.string().nullable(),
  program: z.string().nullable(),
  severity: Severity,
  format: z.string().nullable(),
  templateId: z.string().nullable(),
  fields: z.record(z.string(), z.union([z.string(), z.number()])),
  text: z.string().meta({ description: "secrets are masked before a line is stored" }),
});

const SourceJson = z.object({
  key: z.string(),
  host: z.string().nullable(),
  kind: z.enum(["file", "ssh", "agent", "syslog-udp", "syslog-tcp", "sender"]),
  at: z.string(),
  state: z.enum(logSourceStates),
  problem: z.enum(logProblems).nullable(),
  seen: z.string(),
  format: z.string().nullable(),
  lagBytes: z.number(),
  dropped: z.number(),
  lastAt: Time.nullable(),
  lines: z.number(),
});

const TemplateJson = z.object({
  source: z.string(),
  host: z.string().nullable(),
  templateId: z.string(),
  template: z.string(),
  news: z.enum(["new", "surging", "gone", "rare", "usual"]),
  count: z.number(),
  usual: z.number(),
  firstAt: Time,
  lastAt: Time,
  severity: Severity,
  example: z.string(),
});

const Moment = z.string().max(40).optional().meta({ description: "RFC 3339, or Unix milliseconds" });
const Text = z.string().max(1_000).optional();

const Asked = z.object({
  from: Moment,
  to: Moment,
  host: Text,
  source: Text,
  program: Text,
  template: Text,
  severity: z.coerce.number().int().min(0).max(7).optional().meta({ description: "this and more severe" }),
  field: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .meta({ description: "name=value; may be repeated" }),
  text: Text,
  cursor: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;
const heartbeatMs = 15_000;
/** a client that does not read is dropped rather than buffered for */
const mostBufferedBytes = 1_000_000;

interface Deps {
  site(): Site;
  readonly clock: Clock;
  readonly logs: LogDesk;
}

/** Log lines: to search, to look over by what is not as usual, and to watch as they come. */
export function logRoutes(app: FastifyInstance, deps: Deps): void {
  const api = typed(app);
  searchRoute(api, deps);
  sourceRoute(api, deps);
  templateRoute(api, deps);
  api.route({
    method: "GET",
    url: "/api/v1/logs/tail",
    schema: {
      summary: "New lines as server-sent events, event `line`",
      querystring: Asked.pick({ host: true, source: true, text: true }),
    },
    handler: (request, reply) => tail(deps, request, reply),
  });
}

function typed(app: FastifyInstance) {
  return app.withTypeProvider<ZodTypeProvider>();
}
type TypedApi = ReturnType<typeof typed>;

function writer({ site }: Deps): (ms: number) => string {
  return (ms) => rfc3339(ms, site().timeZone);
}

function searchRoute(api: TypedApi, deps: Deps): void {
  const { logs, clock } = deps;
  const at = writer(deps);
  api.route({
    method: "GET",
    url: "/api/v1/logs",
    schema: {
      summary: "Log lines, newest first; the last hour unless told otherwise",
      querystring: Asked,
      response: { 200: listOf(LineJson), "4xx": ErrorJson },
    },
    handler: async (request) => {
      const query = searchOf(request.query, clock.nowMs());
      const found = await logs.search(query);
      const last = found.length < query.limit ? undefined : found.at(-1);
      const next = last === undefined ? null : `${last.atMs}.${last.seq ?? 0}`;
      return { items: found.map((entry) => lineView(entry, at)), next };
    },
  });
}

function sourceRoute(api: TypedApi, deps: Deps): void {
  const { logs } = deps;
  const at = writer(deps);
  api.route({
    method: "GET",
    url: "/api/v1/logs/sources",
    schema: {
      summary: "Where log lines come from, and how each place stands",
      response: {
        200: listOf(SourceJson).extend({
          backlogBytes: z.number().meta({ description: "accepted and on disk, not searchable yet" }),
          mostBacklogBytes: z.number(),
          lines: z.number(),
          blockedBy: z.string().nullable(),
          heldBackSignals: z.number(),
        }),
      },
    },
    handler: () => {
      const { sources, heldBack, ...state } = logs.state();
      const items = sources.map(({ lastAtMs, ...source }) => ({
        ...source,
        lastAt: lastAtMs === null ? null : at(lastAtMs),
      }));
      return { items, next: null, ...state, heldBackSignals: heldBack };
    },
  });
}

function templateRoute(api: TypedApi, deps: Deps): void {
  const { logs, clock } = deps;
  const at = writer(deps);
  api.route({
    method: "GET",
    url: "/api/v1/logs/templates",
    schema: {
      summary: "What a window says beside the same window a week before; the last 20 minutes unless told otherwise",
      querystring: z.object({ from: Moment, to: Moment, host: Text }),
      response: {
        200: listOf(TemplateJson).extend({ from: Time, to: Time, comparedFrom: Time.nullable() }),
        "4xx": ErrorJson,
      },
    },
    handler: async ({ query }) => {
      const toMs = momentOf(query.to, clock.nowMs());
      const fromMs = momentOf(query.from, toMs - 20 * 60_000);
      const host = query.host === undefined ? {} : { host: query.host };
      const found = await logs.templatesAround({ fromMs, toMs, compareMs: weekMs, ...host });
      return {
        from: at(found.fromMs),
        to: at(found.toMs),
        comparedFrom: found.comparedFromMs === null ? null : at(found.comparedFromMs),
        items: found.rows.map(({ firstAtMs, lastAtMs, ...row }) => ({
          ...row,
          firstAt: at(firstAtMs),
          lastAt: at(lastAtMs),
        })),
        next: null,
      };
    },
  });
}

/** @throws KoboshiError KB2210, KB2211 for what cannot be read */
export function searchOf(asked: z.infer<typeof Asked>, nowMs: number): LogSearch {
  const { host, source, program, template, severity, text, limit } = asked;
  const toMs = momentOf(asked.to, nowMs + hourMs);
  const given = { host, source, program, templateId: template, severityAtMost: severity, text };
  return {
    toMs,
    fromMs: momentOf(asked.from, Math.min(toMs, nowMs) - hourMs),
    limit,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== "")),
    ...(asked.field === undefined ? {} : { fields: fieldsOf([asked.field].flat()) }),
    ...(asked.cursor === undefined ? {} : { before: cursorOf(asked.cursor) }),
  };
}

function fieldsOf(written: readonly string[]): Record<string, string> {
  const pairs = written.filter((one) => one !== "").map((one) => [one, one.indexOf("=")] as const);
  const bad = pairs.find(([, equals]) => equals <= 0);
  if (bad !== undefined) throw new KoboshiError("KB2210", { written: bad[0].slice(0, 100) });
  return Object.fromEntries(pairs.map(([one, equals]) => [one.slice(0, equals), one.slice(equals + 1)]));
}

function cursorOf(written: string): { atMs: number; seq: number } {
  const [, atMs, seq] = /^(\d{1,16})\.(\d{1,16})$/.exec(written) ?? [];
  if (atMs === undefined || seq === undefined) throw new KoboshiError("KB2211", { name: "cursor", written });
  return { atMs: Number(atMs), seq: Number(seq) };
}

function momentOf(written: string | undefined, fallbackMs: number): number {
  if (written === undefined || written === "") return fallbackMs;
  const ms = /^\d{1,16}$/.test(written) ? Number(written) : isoMs(written);
  if (Number.isNaN(ms)) throw new KoboshiError("KB2211", { name: "from, to", written });
  return ms;
}

const iso = z.iso.datetime({ offset: true });

function isoMs(written: string): number {
  if (!iso.safeParse(written).success) return Number.NaN;
  return z.coerce.date().parse(written).getTime();
}

function lineView({ atMs, ...entry }: LogEntry, at: (ms: number) => string): z.input<typeof LineJson> {
  return { ...entry, at: at(atMs), fields: { ...entry.fields } };
}

async function tail({ logs, clock, site }: Deps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { host, source, text } = request.query as { host?: string; source?: string; text?: string };
  const wanted = text?.toLowerCase() ?? "";
  const out = reply.raw;
  reply.hijack();
  out.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  const write = (written: string): void => {
    if (out.writableLength > mostBufferedBytes) out.destroy();
    else out.write(written);
  };
  write("retry: 2000\n\n");
  const stop = logs.tail((entries) => {
    for (const entry of entries) {
      if (host !== undefined && entry.host !== host) continue;
      if (source !== undefined && entry.source !== source) continue;
      if (wanted !== "" && !entry.text.toLowerCase().includes(wanted)) continue;
      const view = lineView(entry, (ms) => rfc3339(ms, site().timeZone));
      write(`event: line\ndata: ${JSON.stringify(view)}\n\n`);
    }
  });
  let timer: Timer | null = null;
  const beat = (): void => {
    write(": here\n\n");
    timer = clock.after(heartbeatMs, beat);
  };
  request.raw.on("close", () => {
    stop();
    timer?.cancel();
  });
  beat();
  return reply;
}
