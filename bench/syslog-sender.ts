// Sends syslog as fast as it is taken, or at a rate: `tcp|udp PORT MESSAGES [PER_SECOND]`. Says when the last byte is out.
import dgram from "node:dgram";
import net from "node:net";

const [protocol = "tcp", port = "", count = "", rate = ""] = process.argv.slice(2);
const messages = Number(count);
const shapes = 1_000;
/** RFC 5424, about 190 bytes, as servers write them. */
const texts = Array.from({ length: shapes }, (_, nth) => {
  const client = `198.51.100.${nth % 250}`;
  return `<30>1 2026-11-22T02:12:00.${String(nth).padStart(3, "0")}Z web1 nginx 4711 - - ${client} "GET /item/${nth * 7_919}?page=${nth % 9} HTTP/1.1" 200 ${5_000 + nth} upstream 10.0.0.${nth % 16}:8080 time 0.0${nth % 90} request-id ${(nth * 2_654_435_761).toString(16).padStart(12, "0")}`;
});

if (protocol === "tcp") await stream();
else await datagrams();

async function stream(): Promise<void> {
  const block = Buffer.from(texts.map((text) => `${text}\n`).join(""));
  const socket = net.connect(Number(port), "127.0.0.1");
  for (let sent = 0; sent < messages; sent += shapes)
    if (!socket.write(block)) await new Promise((resolve) => socket.once("drain", resolve));
  await new Promise((resolve) => socket.end(() => resolve(null)));
}

async function datagrams(): Promise<void> {
  const socket = dgram.createSocket({ type: "udp4", sendBufferSize: 4_000_000 });
  const buffers = texts.map((text) => Buffer.from(text));
  await new Promise((resolve) => socket.connect(Number(port), "127.0.0.1", () => resolve(null)));
  const startedMs = performance.now();
  const socketDone = { out: 0 };
  for (let sent = 0; sent < messages;) {
    const due = Math.min(messages, Math.floor(((performance.now() - startedMs) / 1_000) * Number(rate)));
    for (; sent < due; sent++) socket.send(buffers[sent % shapes] as Buffer, () => void (socketDone.out += 1));
    await new Promise((resolve) => setImmediate(resolve));
  }
  while (socketDone.out < messages) await new Promise((resolve) => setImmediate(resolve));
  process.stdout.write(`${messages / ((performance.now() - startedMs) / 1_000)}\n`);
  socket.close();
}
