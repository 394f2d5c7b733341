import net from "node:net";
import { wholeFrames } from "./frames.ts";

export interface SyslogTcpDeps {
  readonly host: string;
  readonly port: number;
  /** Resolves when the messages survive a kill; until then no more is read from this sender. */
  take(input: { readonly from: string; readonly body: Buffer }): Promise<void>;
  /** bytes of a connection that ended while they could not be taken */
  dropped(count: number): void;
}

export interface Listening {
  stop(): Promise<void>;
}

/** Beyond, senders wait for a connection; each may have one message half sent in memory. */
const mostConnections = 1_000;

/** @throws what the system says to the port */
export async function listenSyslogTcp(deps: SyslogTcpDeps): Promise<Listening> {
  const sockets = new Map<net.Socket, Promise<void>>();
  const server = net.createServer((socket) => {
    sockets.set(
      socket,
      hear(deps, socket).finally(() => sockets.delete(socket)),
    );
  });
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: deps.host, port: deps.port }, resolve);
  });
  return {
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets.keys()) socket.destroy();
      await Promise.all(sockets.values());
      await closed;
    },
  };
}

async function hear(deps: SyslogTcpDeps, socket: net.Socket): Promise<void> {
  const from = socket.remoteAddress ?? "";
  // a sender that goes away in the middle is nothing to tell: what it sent whole is taken
  socket.on("error", () => socket.destroy());
  let rest: Buffer = Buffer.alloc(0);
  const pass = async (body: Buffer): Promise<void> => {
    if (body.length > 0) await deps.take({ from, body });
  };
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const whole = wholeFrames(bytes);
      rest = bytes.subarray(whole);
      await pass(bytes.subarray(0, whole));
    }
    await pass(rest);
  } catch {
    // the connection broke, or the hub ends: the half of a message goes with it
    await pass(rest).catch(() => deps.dropped(1));
  }
}
