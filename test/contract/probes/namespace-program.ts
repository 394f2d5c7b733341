// Runs inside the namespace: a small name server on 127.0.0.1:53, web servers on 127.0.0.1:80 and [::1]:80, then the attempts.
import dgram from "node:dgram";
import fs from "node:fs/promises";
import net from "node:net";
import { text } from "node:stream/consumers";
import type { Answer, Wanted } from "./namespace.ts";
import { look } from "./run-probe.ts";

const noSuchName = 3;
const serverFailure = 2;

/** The answer by the first label of the name; null: none at all. */
const zones: Readonly<Record<string, { a?: string; aaaa?: string; rcode?: number; silentV6?: true; silent?: true }>> = {
  v4: { a: "127.0.0.1" },
  v6: { aaaa: "::1" },
  both: { a: "127.0.0.1", aaaa: "::1" },
  deadv6: { a: "127.0.0.1", aaaa: "fd99::99" },
  lame: { a: "127.0.0.1", silentV6: true },
  silent: { silent: true },
  failing: { rcode: serverFailure },
  empty: {},
};

const server = dgram.createSocket("udp4");
server.on("message", (query, from) => {
  const answer = answerTo(query);
  if (answer !== null) server.send(answer, from.port, from.address);
});

function answerTo(query: Buffer): Buffer | null {
  const label = query.toString("latin1", 13, 13 + query.readUInt8(12));
  const end = query.indexOf(0, 12) + 5;
  const isV6 = query.readUInt16BE(end - 4) === 28;
  const zone = zones[label] ?? { rcode: noSuchName };
  if (zone.silent === true || (isV6 && zone.silentV6 === true)) return null;
  const address = isV6 ? zone.aaaa : zone.a;
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | (zone.rcode ?? 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(address === undefined ? 0 : 1, 6);
  const record = address === undefined ? Buffer.alloc(0) : recordOf(address, isV6);
  return Buffer.concat([head, query.subarray(12, end), record]);
}

function recordOf(address: string, isV6: boolean): Buffer {
  const data = isV6 ? v6Bytes(address) : Buffer.from(address.split(".").map(Number));
  const record = Buffer.from([0xc0, 12, 0, isV6 ? 28 : 1, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([record, data]);
}

function words(part: string): number[] {
  return part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16));
}

function v6Bytes(address: string): Buffer {
  const [head = "", tail = ""] = address.split("::");
  const all = [...words(head), ...Array<number>(8 - words(head).length - words(tail).length).fill(0), ...words(tail)];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 255]));
}

await new Promise<void>((resolve) => server.bind(53, "127.0.0.1", resolve));
for (const host of ["127.0.0.1", "::1"]) {
  const web = net.createServer((socket) =>
    socket
      .on("error", () => socket.destroy())
      .once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")),
  );
  await new Promise<void>((resolve) => web.listen(80, host, resolve));
}

const wanted = JSON.parse(await text(process.stdin)) as Wanted[];
let worstReadMs = 0;
const reading = setInterval(() => void readOnce(), 50);

async function readOnce(): Promise<void> {
  const begunMs = performance.now();
  await fs.readFile("/etc/hosts");
  worstReadMs = Math.max(worstReadMs, performance.now() - begunMs);
}

const before = performance.now();
const results = await Promise.all(wanted.map(({ check, timeoutMs }) => look(check, { timeoutMs })));
clearInterval(reading);
const answer: Answer = { results, tookMs: performance.now() - before, worstReadMs };
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
