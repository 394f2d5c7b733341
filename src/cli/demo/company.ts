import http from "node:http";
import net from "node:net";
import { once } from "node:events";

export const demoFaults = ["disk-full", "db-stops", "slow-shop"] as const;
export type DemoFault = (typeof demoFaults)[number];

/** A small company on this machine: a shop in front of a database, and a mail server, each on a port of its own. */
export interface Company {
  readonly ports: { readonly shop: number; readonly db: number; readonly mail: number };
  break(fault: DemoFault): Promise<void>;
  repair(): Promise<void>;
  stop(): Promise<void>;
}

const dbGreeting = "demo-db 1.0 ready\n";
const slowMs = 4_000;
const full = "could not write: No space left on device";

/** @param dbLog takes each line the database writes into its log, without its time */
export async function startCompany(
  later: (delayMs: number, run: () => void) => void,
  dbLog: (line: string) => void = () => {},
): Promise<Company> {
  let fault: DemoFault | null = null;
  const db = net.createServer((socket) => {
    socket.on("error", () => socket.destroy());
    if (fault === "disk-full") {
      dbLog(`FATAL:  ${full}`);
      socket.end(`demo-db: FATAL: ${full}\n`);
    } else socket.end(dbGreeting);
  });
  const dbPort = await listen(db);
  dbLog("LOG:  database system is ready to accept connections");
  const shop = http.createServer((request, response) => {
    void answerShop({ dbPort, isSlow: () => fault === "slow-shop", later }, request, response);
  });
  const mail = net.createServer(greetAsMail);
  const ports = { shop: await listen(shop), db: dbPort, mail: await listen(mail) };
  return {
    ports,
    async break(next) {
      fault = next;
      if (next === "db-stops") await close(db);
    },
    async repair() {
      if (fault === "db-stops") await listen(db, dbPort);
      fault = null;
    },
    async stop() {
      await Promise.all([shop, db, mail].filter((server) => server.listening).map(close));
    },
  };
}

async function listen(server: net.Server, port = 0): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

async function close(server: net.Server): Promise<void> {
  if (server instanceof http.Server) server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

interface Shop {
  readonly dbPort: number;
  isSlow(): boolean;
  later(delayMs: number, run: () => void): void;
}

async function answerShop(shop: Shop, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  request.resume();
  if (shop.isSlow()) await new Promise<void>((resolve) => shop.later(slowMs, resolve));
  const said = await askDatabase(shop.dbPort);
  const isWell = said === dbGreeting;
  response.writeHead(isWell ? 200 : 500, { "content-type": "text/html; charset=utf-8", connection: "close" });
  response.end(isWell ? "<h1>こぼし商店</h1><button>カートに入れる</button>" : "<h1>500</h1>database error");
}

/** What the database says first; empty when it does not answer. */
async function askDatabase(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    let said = "";
    socket.on("data", (bytes: Buffer) => (said += bytes.toString()));
    socket.on("end", () => resolve(said));
    socket.on("error", () => resolve(""));
  });
}

function greetAsMail(socket: net.Socket): void {
  socket.on("error", () => socket.destroy());
  socket.write("220 mail.demo.example ESMTP\r\n");
  socket.on("data", (bytes: Buffer) => {
    const verb = bytes.toString().slice(0, 4).toUpperCase();
    if (verb === "QUIT") socket.end("221 bye\r\n");
    else socket.write(verb === "EHLO" ? "250-mail.demo.example\r\n250 8BITMIME\r\n" : "250 ok\r\n");
  });
}
