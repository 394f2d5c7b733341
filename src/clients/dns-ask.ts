import dns from "node:dns";
import type net from "node:net";
import { err, ok } from "../kernel/result.ts";
import { blind, stop, type Attempt, type Phase, type Step } from "./attempt.ts";
import { connectTo } from "./connect.ts";
import { exchange } from "./datagram.ts";
import { readReply, writeQuery, type DnsQuery, type DnsQuestion, type DnsReply } from "./dns-message.ts";
import { closedStop } from "./net-error.ts";

const dnsPort = 53;
/** A lost datagram is asked again before the person at a browser would notice. */
const againAfterMs = [1_000, 2_000];
/** glibc gives a name server 5 s before it asks the next */
const patienceMs = 5_000;

export interface DnsServer {
  /** literal */
  readonly address: string;
  readonly port: number;
}

export interface DnsAnswer extends DnsReply {
  readonly transport: "udp" | "tcp";
}

interface Asking {
  readonly server: DnsServer;
  readonly question: DnsQuestion;
  /** how long this server may take; the attempt's own deadline holds besides */
  readonly limitMs?: number;
}

/** Asks one server by UDP, and once more by TCP when the answer did not fit. */
export async function askServer(attempt: Attempt, asking: Asking): Promise<Step<DnsAnswer>> {
  const plain = await askByUdp(attempt, asking, true);
  const refusesEdns = plain.ok && (plain.value.rcode === "FORMERR" || plain.value.rcode === "NOTIMP");
  const heard = refusesEdns ? await askByUdp(attempt, asking, false) : plain;
  if (!heard.ok) return heard;
  if (!heard.value.isTruncated) return ok({ ...heard.value, transport: "udp" });
  attempt.facts["truncated"] = true;
  const whole = await askByTcp(attempt, asking);
  return whole.ok ? ok({ ...whole.value, transport: "tcp" }) : whole;
}

function phaseOf({ limitMs = patienceMs }: Asking): Phase {
  return { layer: "dns", timing: "firstByteMs", limitMs };
}

async function askByUdp(attempt: Attempt, asking: Asking, withEdns: boolean): Promise<Step<DnsReply>> {
  const query = writeQuery(asking.question, withEdns);
  const heard = await exchange<Step<DnsReply>>(attempt, {
    ...asking.server,
    phase: phaseOf(asking),
    againAfterMs,
    ask: () => query.message,
    read: (message) => readReply(message, query),
  });
  return heard.ok ? heard.value : heard;
}

async function askByTcp(attempt: Attempt, asking: Asking): Promise<Step<DnsReply>> {
  const { address, port } = asking.server;
  const connected = await connectTo(attempt, { addresses: [address], port });
  if (!connected.ok) return err({ ...connected.error, text: `truncated by UDP, and by TCP: ${connected.error.text}` });
  const query = writeQuery(asking.question, true);
  const socket = connected.value;
  const heard = await attempt.phase<DnsReply>(phaseOf(asking), (settle) => hearTcp(socket, query, settle));
  socket.destroy();
  return heard;
}

/** A message behind its length in two bytes. Source: RFC 1035 §4.2.2. */
function hearTcp(socket: net.Socket, query: DnsQuery, settle: (step: Step<DnsReply>) => void): () => void {
  let bytes = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length < 2) return;
    const length = bytes.readUInt16BE(0);
    if (bytes.length < length + 2) return;
    settle(
      readReply(bytes.subarray(2, length + 2), query) ?? stop("protocol", "not-dns", "an answer to something else"),
    );
  });
  socket.once("close", () => settle(err(closedStop("protocol", null))));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.message.length);
  socket.write(Buffer.concat([length, query.message]));
  return () => socket.destroy();
}

/** The servers this machine asks itself, as its resolv.conf names them now. */
export function systemServers(): readonly DnsServer[] {
  return new dns.Resolver().getServers().map(readServer);
}

/** `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353` */
function readServer(text: string): DnsServer {
  const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  return { address: bracketed ?? bare ?? text, port: Number(port ?? dnsPort) };
}

/** Asks the machine's own servers in turn until one answers. */
export async function askSystem(
  attempt: Attempt,
  question: DnsQuestion,
): Promise<Step<DnsAnswer & { server: DnsServer }>> {
  const servers = systemServers();
  let last: Step<never> = blind("dns", "no-resolver", "this machine names no name server");
  for (const [place, server] of servers.entries()) {
    const limitMs = Math.min(patienceMs, attempt.remainingMs() / (servers.length - place));
    const heard = await askServer(attempt, { server, question, limitMs });
    // the machine's own servers are no part of the target: what is looked at is not where they are
    attempt.address = null;
    if (heard.ok) return ok({ ...heard.value, server });
    last = heard;
  }
  return last;
}
