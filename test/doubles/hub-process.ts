import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";

/** A real hub in its own process, from the build, as a user would run it. */
export interface HubProcess {
  readonly url: string;
  readonly folder: string;
  readonly pid: number;
  /** everything it printed so far */
  output(): string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  /** ends it the polite way. @returns its exit code */
  stop(): Promise<number | null>;
  /** kill -9 */
  kill(): Promise<void>;
}

export interface HubOptions {
  /** its koboshi.yml and data lie here */
  readonly folder: string;
  /** the configuration without its `hub:` key */
  readonly config: string;
  readonly port: number;
  /** opens the public listener, too */
  readonly publicPort?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly lang?: "ja" | "en";
  /** asked by it whether its own clock is right; left out: those of the internet */
  readonly timeServers?: readonly string[];
  /** shell commands run before it in a mount namespace of its own: its /etc/hosts, a small disk */
  readonly mounts?: string;
}

/** The command line that runs `words` after `mounts` in a mount namespace nobody else sees. */
export function withMounts(mounts: string | undefined, words: readonly string[]): readonly [string, readonly string[]] {
  const [command = "", ...rest] = words;
  if (mounts === undefined) return [command, rest];
  return ["unshare", ["-m", "sh", "-ec", `${mounts}\nexec "$@"`, "sh", ...words]];
}

const startLimitMs = 20_000;

export async function startHub({
  folder,
  config,
  port,
  publicPort,
  env,
  lang = "en",
  timeServers,
  mounts,
}: HubOptions): Promise<HubProcess> {
  const file = path.join(folder, "koboshi.yml");
  const open = publicPort === undefined ? "" : `, public: "127.0.0.1:${publicPort}"`;
  const time = timeServers === undefined ? "" : `, time_servers: ${JSON.stringify(timeServers)}`;
  const own = `hub: { listen: "127.0.0.1:${port}", data: ./data${open}${time} }`;
  fs.writeFileSync(file, `${config}\n${own}\n`, { mode: 0o600 });
  const words = [process.execPath, "dist/cli/main.js", "up", "--config", file, "--lang", lang];
  const child = spawn(...withMounts(mounts, words), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(url, child, () => printed);
  // through its own root: its data may lie on a disk that only it sees
  const token = (): string =>
    fs.readFileSync(path.join(`/proc/${child.pid}/root`, folder, "data/cli-token"), "utf8").trim();
  return {
    url,
    folder,
    pid: child.pid ?? 0,
    output: () => printed,
    get: (route) => call(new URL(route, url), { headers: { authorization: `Bearer ${token()}` } }),
    post: (route, body = {}) =>
      call(new URL(route, url), {
        method: "POST",
        headers: { authorization: `Bearer ${token()}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      return child.exitCode;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function untilHealthy(url: string, child: ChildProcess, printed: () => string): Promise<void> {
  const deadline = performance.now() + startLimitMs;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`hub ended with ${child.exitCode}:\n${printed()}`);
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  child.kill("SIGKILL");
  throw new Error(`hub not healthy within ${startLimitMs} ms:\n${printed()}`);
}

async function call<T>(url: URL, init: RequestInit): Promise<T> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${init.method ?? "GET"} ${url.pathname}: ${answer.status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}

/** A port nobody listens on now, below the ephemeral range so that no client takes it meanwhile. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = 12_000 + Math.floor(Math.random() * 18_000);
    const server = net.createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise<void>((resolve) => (free ? server.close(() => resolve()) : resolve()));
    if (free) return port;
  }
  throw new Error("no free port found");
}

/** Polls until `read` gives something; the deadline is part of the failure's text. */
export async function until<T>(
  what: string,
  read: () => Promise<T | null | undefined | false>,
  limitMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    const found = await read();
    if (found !== null && found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not within ${limitMs} ms: ${what}`);
}
