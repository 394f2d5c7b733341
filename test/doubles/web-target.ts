import { once } from "node:events";
import http from "node:http";
import { freePort } from "./hub-process.ts";

/** A web server that a story can stop and start again on the same port. */
export interface WebTarget {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startWebTarget(
  answer: http.RequestListener = (_request, response) => response.end("ok"),
): Promise<WebTarget> {
  // a stopped target's port must not be given to a client meanwhile
  const port = await freePort();
  let server = http.createServer(answer).listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    async stop() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
    async start() {
      if (server.listening) return;
      server = http.createServer(answer).listen(port, "127.0.0.1");
      await once(server, "listening");
    },
  };
}

export interface ReceivedNotice {
  readonly id: string;
  readonly atMs: number;
  readonly event: string;
  readonly incident: {
    id: number;
    services: string[];
    subject: string;
    severity: string;
    state: string;
    diagnosis: { scope: { id: string; reach: string } };
  };
  readonly text: { ja: string; en: string };
}

/** A webhook receiver that keeps every notice it was sent, in order. */
export async function startReceiver(): Promise<{ url: string; notices: ReceivedNotice[]; stop(): void }> {
  const notices: ReceivedNotice[] = [];
  const target = await startWebTarget((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const parsed = JSON.parse(body) as Omit<ReceivedNotice, "id" | "atMs">;
      notices.push({ ...parsed, id: String(request.headers["x-koboshi-id"]), atMs: performance.now() });
      response.end();
    });
  });
  return { url: target.url, notices, stop: () => void target.stop() };
}
