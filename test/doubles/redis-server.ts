import fs from "node:fs";
import net from "node:net";
import { runServer, serverFolder, type ServerProcess } from "./server-process.ts";

export interface RedisServer extends ServerProcess {
  readonly folder: string;
  /** one command, word by word; the raw reply's first line */
  ask(...words: readonly string[]): Promise<string>;
}

export interface RedisOptions {
  readonly port: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** a folder to start in, with what an earlier one saved */
  readonly folder?: string;
  /** wait until it accepts, which it does while loading too */
  readonly tlsPort?: number;
}

/** A real Redis of its own on 127.0.0.1 that saves nothing unless told to. */
export async function startRedis({
  port,
  settings = {},
  folder = serverFolder("redis", "redis"),
  tlsPort,
}: RedisOptions): Promise<RedisServer> {
  const all = {
    port: String(port),
    bind: "127.0.0.1",
    dir: folder,
    save: "",
    "enable-debug-command": "local",
    ...(tlsPort === undefined ? {} : { "tls-port": String(tlsPort) }),
    ...settings,
  };
  const server = runServer(
    "redis-server",
    Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]),
  );
  const ask = (...words: readonly string[]): Promise<string> => askRedis(port, words);
  for (const deadline = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    if ((await ask("PING").catch(() => "")) !== "") break;
    if (Date.now() > deadline) throw new Error(`Redis does not accept on ${port}: ${server.output()}`);
  }
  return {
    ...server,
    folder,
    ask,
    async stop(name) {
      await server.stop(name);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function askRedis(port: number, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: "127.0.0.1" });
    socket.once("error", reject);
    socket.once("close", () => resolve(""));
    socket.once("data", (reply: Buffer) => {
      resolve(reply.toString().split("\r\n")[0] ?? "");
      socket.destroy();
    });
    socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`);
  });
}
