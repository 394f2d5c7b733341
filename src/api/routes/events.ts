import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Timer } from "../../kernel/clock.ts";
import type { LedgerEvent } from "../../kernel/event.ts";
import type { ApiDeps, LiveNews } from "../deps.ts";
import { eventView } from "../views.ts";

/** A comment now and then keeps proxies from closing a silent stream, and tells the browser we are still here. */
const heartbeatMs = 15_000;
const mostReplayed = 1_000;
/** a client that does not read is dropped rather than buffered for */
const mostBufferedBytes = 1_000_000;

/**
 * Server-sent events: every ledger event with its number as id (`Last-Event-ID` goes on where it stopped), and `status`
 * when a state on the board changed.
 */
export function eventRoutes(app: FastifyInstance, deps: ApiDeps): void {
  app.route({
    method: "GET",
    url: "/api/v1/events",
    schema: { summary: "What happens, as server-sent events" },
    handler: (request, reply) => stream(deps, request, reply),
  });
}

async function stream(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const out = reply.raw;
  reply.hijack();
  out.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  const write = (text: string): void => {
    if (out.writableLength > mostBufferedBytes) out.destroy();
    else out.write(text);
  };
  write("retry: 2000\n\n");
  let lastSeq = Number(request.headers["last-event-id"] ?? Number.NaN);
  const tell = (event: LedgerEvent): void => {
    if (event.seq <= lastSeq) return;
    lastSeq = event.seq;
    write(`id: ${event.seq}\nevent: ${event.kind}\ndata: ${JSON.stringify(eventView(event, deps.site()))}\n\n`);
  };
  // listen before reading back, so that nothing falls between the two
  const waiting: LiveNews[] = [];
  let live = false;
  const pass = (news: LiveNews): void => {
    if (news.kind === "event") tell(news.event);
    else write("event: status\ndata: {}\n\n");
  };
  const stop = deps.live.subscribe((news) => (live ? pass(news) : waiting.push(news)));
  let timer: Timer | null = null;
  const beat = (): void => {
    write(": here\n\n");
    timer = deps.clock.after(heartbeatMs, beat);
  };
  request.raw.on("close", () => {
    stop();
    timer?.cancel();
  });
  if (Number.isInteger(lastSeq)) {
    for (const event of await deps.ledger.read.eventsAfter(lastSeq, mostReplayed)) tell(event);
  }
  live = true;
  waiting.forEach(pass);
  beat();
  return reply;
}
