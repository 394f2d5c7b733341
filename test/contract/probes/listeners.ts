import net from "node:net";
import type { TestContext } from "node:test";

export interface Listener {
  readonly port: number;
  /** connections open now */
  open(): number;
}

type Serve = (socket: net.Socket) => void;

/**
 * A TCP server on 127.0.0.1 that does `serve` with each connection; without it, it accepts and never says a word. It ends
 * with the test.
 */
export async function listen(t: TestContext, serve: Serve = () => undefined): Promise<Listener> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    // what is sent is read and thrown away, so that the other side's end is noticed
    socket.resume();
    serve(socket);
  });
  const port = await bind(server, "127.0.0.1");
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port, open: () => sockets.size };
}

/** A port of 127.0.0.1 below the ephemeral range on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  const port = await bind(server, "127.0.0.1");
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until something accepts connections there. */
export async function accepting(port: number, host = "127.0.0.1"): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    if (await connects(port, host)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nothing accepts on ${host}:${port}`);
}

export async function until(met: () => boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline;) {
    if (met()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`not within 5 s: ${what}`);
}

function connects(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}

async function bind(server: net.Server, host: string): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const bound = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen({ port, host }, () => resolve(true));
    });
    server.removeAllListeners("error");
    if (bound) return port;
  }
}
