import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedPost {
  readonly id: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly json: { event: string; incident: { id: number; quiet: boolean }; text: { ja: string; en: string } };
}

export interface HookReceiver {
  readonly port: number;
  readonly posts: readonly ReceivedPost[];
  close(): Promise<void>;
}

type Answer = (post: ReceivedPost, response: http.ServerResponse, nth: number) => void;

/** A webhook's far side on 127.0.0.1 that keeps what it gets and answers 204 unless told otherwise. */
export async function startReceiver(answer?: Answer, port = 0): Promise<HookReceiver> {
  const posts: ReceivedPost[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const id = String(request.headers["x-koboshi-id"]);
      const post: ReceivedPost = { id, headers: request.headers, body, json: JSON.parse(body) };
      posts.push(post);
      if (answer === undefined) response.writeHead(204).end();
      else answer(post, response, posts.length);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    posts,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
