import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";

/** The hub's API, reached through the door beside it. */
export interface HubLine {
  /** an address of this machine that leads to the hub's own loopback */
  readonly url: string;
  get<T>(route: string): Promise<T>;
  post<T>(route: string, body?: unknown): Promise<T>;
  close(): void;
}

const limitMs = 90_000;
const [lowestPort, ports] = [12_000, 18_000];

export async function openHubLine(shared: string): Promise<HubLine> {
  const door = path.join(shared, "door.sock");
  const token = (): string => fs.readFileSync(path.join(shared, "hub/data/cli-token"), "utf8").trim();
  const server = net.createServer((near) => {
    const far = net.connect(door);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
    near.pipe(far).pipe(near);
  });
  const port = await listen(server);
  const ask = async <T>(method: string, route: string, body?: unknown): Promise<T> =>
    call<T>({ door, method, route, token: token(), body });
  return {
    url: `http://127.0.0.1:${port}`,
    get: (route) => ask("GET", route),
    post: (route, body = {}) => ask("POST", route, body),
    close: () => void server.close(),
  };
}

interface Call {
  readonly door: string;
  readonly method: string;
  readonly route: string;
  readonly token: string;
  readonly body: unknown;
}

function call<T>({ door, method, route, token, body }: Call): Promise<T> {
  return new Promise((resolve, reject) => {
    const headers = { host: "127.0.0.1", authorization: `Bearer ${token}` };
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const typed =
      sent === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(sent) };
    const request = http.request(
      { socketPath: door, path: route, method, headers: { ...headers, ...typed }, agent: false },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => (text += chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const status = answer.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve((text === "" ? null : JSON.parse(text)) as T);
          else reject(new Error(`${method} ${route}: ${status} ${text.slice(0, 500)}`));
        });
      },
    );
    request.setTimeout(limitMs, () => request.destroy(new Error(`${method} ${route}: no answer within ${limitMs} ms`)));
    request.on("error", reject);
    request.end(sent);
  });
}

/** Below the ports that clients are given, so that none of them is in the way. */
async function listen(server: net.Server): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = lowestPort + Math.floor(Math.random() * ports);
    const isOpen = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    server.removeAllListeners("error");
    if (isOpen) return port;
  }
  throw new Error("no free port for the hub's address");
}
