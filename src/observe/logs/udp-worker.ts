import dgram from "node:dgram";
import { parentPort, workerData } from "node:worker_threads";

// Datagrams are taken off the socket in a thread of their own: while the hub is busy the system's buffer holds a few
// milliseconds of a flood, and what does not fit is lost without a word.

interface Given {
  readonly host: string;
  readonly port: number;
  readonly bufferBytes: number;
  /** may be with the hub at a time, in bytes */
  readonly creditBytes: number;
}

interface Batch {
  bytes: Buffer;
  length: number;
  count: number;
}

const firstBatchBytes = 64 * 1024;
const fullBatchBytes = 512 * 1024;
/** So many senders' messages are gathered at a time. */
const mostSenders = 4_096;

const { host, port, bufferBytes, creditBytes } = workerData as Given;
const batches = new Map<string, Batch>();
let outBytes = 0;
let dropped = 0;
let isAsked = false;

const socket = dgram.createSocket({ type: host.includes(":") ? "udp6" : "udp4", recvBufferSize: bufferBytes });
socket.on("message", (message, { address }) => {
  let batch = batches.get(address);
  if (batch === undefined) {
    if (batches.size >= mostSenders) passAll();
    batch = { bytes: Buffer.allocUnsafeSlow(firstBatchBytes), length: 0, count: 0 };
    batches.set(address, batch);
  }
  add(batch, message);
  if (batch.length >= fullBatchBytes) {
    batches.delete(address);
    pass(address, batch);
  }
  // the hub asks for them a moment later: one by one when little comes, by the thousand in a flood
  if (!isAsked) say({ kind: "some" });
  isAsked = true;
});
socket.on("error", (error: NodeJS.ErrnoException) => {
  say({ kind: "failed", code: error.code ?? "", text: error.message });
  socket.close();
});
socket.bind(port, host, () => say({ kind: "listening" }));

parentPort?.on("message", (said: { readonly done?: number; readonly pass?: true; readonly stop?: true }) => {
  outBytes -= said.done ?? 0;
  if (said.pass !== undefined) passAll();
  if (said.stop === undefined) return;
  passAll();
  socket.close();
  parentPort?.close();
});

/** As one counted frame: `LENGTH SP MESSAGE`. A datagram's length has five digits at most. */
function add(batch: Batch, message: Buffer): void {
  const needed = batch.length + message.length + 8;
  if (needed > batch.bytes.length) {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, batch.bytes.length * 2));
    batch.bytes.copy(larger, 0, 0, batch.length);
    batch.bytes = larger;
  }
  const { bytes } = batch;
  let at = batch.length;
  for (let unit = unitOf(message.length); unit >= 1; unit /= 10)
    bytes[at++] = 48 + (Math.floor(message.length / unit) % 10);
  bytes[at++] = 32;
  bytes.set(message, at);
  batch.length = at + message.length;
  batch.count += 1;
}

/** Of the first digit: 100 for 247. */
function unitOf(length: number): number {
  let unit = 1;
  while (unit * 10 <= length) unit *= 10;
  return unit;
}

function passAll(): void {
  isAsked = false;
  for (const [address, batch] of batches) pass(address, batch);
  batches.clear();
}

function pass(from: string, { bytes, length, count }: Batch): void {
  if (outBytes + length > creditBytes) {
    dropped += count;
    say({ kind: "dropped", dropped });
    return;
  }
  outBytes += length;
  const { buffer } = bytes;
  say({ kind: "batch", from, body: new Uint8Array(buffer, 0, length), count }, [buffer as ArrayBuffer]);
}

function say(said: unknown, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(said, transfer);
}
