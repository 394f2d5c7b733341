import { once } from "node:events";
import net from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { freePort } from "./hub-process.ts";

export interface RelayedMail {
  readonly to: readonly string[];
  readonly raw: string;
  readonly mail: Email;
}

export interface MailRelay {
  readonly port: number;
  readonly mails: readonly RelayedMail[];
  close(): Promise<void>;
}

/** A relay on 127.0.0.1 that keeps what it takes; `options` make it refuse, ask for a login or speak TLS. */
export async function startRelay(options: SMTPServerOptions = {}, port = 0): Promise<MailRelay> {
  const mails: RelayedMail[] = [];
  const keep = async (raw: string, to: readonly string[], done: () => void): Promise<void> => {
    mails.push({ to, raw, mail: await PostalMime.parse(raw) });
    done();
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key === undefined ? ["STARTTLS"] : [],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        const to = session.envelope.rcptTo.map(({ address }) => address);
        void keep(raw, to, done);
      });
    },
    ...options,
  });
  server.on("error", () => undefined); // clients that break off are part of the tests
  server.listen(port, "127.0.0.1");
  await once(server.server, "listening");
  const address = server.server.address() as net.AddressInfo;
  return { port: address.port, mails, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

export interface RawServer {
  readonly port: number;
  readonly connections: number;
  close(): Promise<void>;
}

/** A TCP server that does with each connection what it is told: nothing, garbage, a slow banner. */
export async function startRaw(behave: (socket: net.Socket) => void = () => undefined): Promise<RawServer> {
  const sockets = new Set<net.Socket>();
  let connections = 0;
  const server = net.createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.resume();
    behave(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as net.AddressInfo).port,
    get connections() {
      return connections;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A port of 127.0.0.1 at which nothing listens. */
export function closedPort(): Promise<number> {
  return freePort();
}
