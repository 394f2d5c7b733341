import net from "node:net";
import tls from "node:tls";
import fs from "node:fs";
import { targetOf } from "./targets.ts";

const rounds = 2_000;
const atOnce = 8;

type Kind = "http" | "tcp" | "https";

/** ms of CPU the bare thing takes in Node on this machine at this moment: connect, speak, read the status, close. */
export async function floorMs(kind: Kind, certificate: string): Promise<number> {
  const context = tls.createSecureContext({ ca: fs.readFileSync(certificate) });
  await many(kind, context, rounds / 4);
  const before = process.cpuUsage();
  await many(kind, context, rounds);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / rounds;
}

async function many(kind: Kind, context: tls.SecureContext, count: number): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) await one(kind, context, next++);
    }),
  );
}

function one(kind: Kind, context: tls.SecureContext, nth: number): Promise<void> {
  const [host = "", port = ""] = targetOf(kind, nth % 1_000)
    .replace(/^https?:\/\//, "")
    .replace(/\/$/, "")
    .split(":");
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), host);
    const stream = kind === "https" ? tls.connect({ socket, host, secureContext: context }) : socket;
    stream.once("error", reject);
    const done = (): void => {
      stream.destroy();
      resolve();
    };
    stream.once(kind === "https" ? "secureConnect" : "connect", () => {
      if (kind === "tcp") return done();
      stream.once("data", done);
      stream.write(`GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      return undefined;
    });
  });
}
