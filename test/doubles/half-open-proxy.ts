import net from "node:net";
import { once } from "node:events";

/** A TCP relay that can fall silent without closing anything: how a network really dies. */
export interface HalfOpenProxy {
  readonly port: number;
  /** Nothing passes any more, in neither direction; connections stay open and new ones are taken. */
  goSilent(): void;
  /** Passes what the far side sends, and swallows what comes back: the answer is lost. */
  loseAnswers(): void;
  /** New connections pass again; those that fell silent stay so. */
  heal(): void;
  close(): Promise<void>;
}

export async function startHalfOpenProxy(targetPort: number): Promise<HalfOpenProxy> {
  const sockets = new Set<net.Socket>();
  let mode: "open" | "silent" | "answers-lost" = "open";
  let era = 0;
  let closed = false;

  const server = net.createServer((near) => {
    if (closed) {
      near.destroy();
      return;
    }
    const far = net.connect(targetPort, "127.0.0.1");
    const born = era;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => socket.destroy());
    }
    const dead = (): boolean => mode === "silent" || born !== era;
    near.on("data", (chunk) => {
      if (!dead()) far.write(chunk);
    });
    far.on("data", (chunk) => {
      if (!dead() && mode === "open") near.write(chunk);
    });
    near.on("end", () => far.end());
    far.on("end", () => {
      if (!dead()) near.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");

  return {
    port: address.port,
    goSilent() {
      mode = "silent";
    },
    loseAnswers() {
      mode = "answers-lost";
    },
    heal() {
      mode = "open";
      era++;
    },
    async close() {
      closed = true;
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
