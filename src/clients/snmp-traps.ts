import dgram from "node:dgram";
import { EventEmitter } from "node:events";
import snmp, { type User, type Varbind } from "net-snmp";
import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { readVarbind, type SnmpValue } from "./snmp.ts";

/** One notification as it was told. */
export interface TrapMessage {
  readonly from: string;
  readonly version: "1" | "2c" | "3";
  readonly isInform: boolean;
  /** of version 1 named by the rules of RFC 3584 §3.1 */
  readonly oid: string;
  /** version 1 behind a relay: who it was first; null when it does not say */
  readonly agentAddress: string | null;
  /** without `sysUpTime` and `snmpTrapOID`, which are told apart; at most 64 */
  readonly values: readonly SnmpValue[];
  readonly valuesLeftOut: number;
}

export interface TrapReceiverOptions {
  readonly clock: Clock;
  readonly port: number;
  /** where it listens; everywhere when not given */
  readonly address?: string;
  /** hex; the same one after a restart, so that senders of informs go on */
  readonly engineId: string;
  readonly communities: readonly string[];
  readonly users: readonly User[];
  /** Resolves when it is safe: an inform is acknowledged only then. Without that its sender tries again. */
  take(message: TrapMessage): Promise<void>;
}

export interface TrapCounts {
  readonly taken: number;
  readonly refused: number;
  readonly malformed: number;
  readonly dropped: number;
  readonly lastRefusedFrom: string | null;
}

export interface TrapReceiver {
  counts(): TrapCounts;
  stop(): Promise<void>;
}

/** What one sender, and all together, may send: a broken device must not keep us busy. Tokens refill by the second. */
const pace = { perSender: { perSecond: 20, burst: 200 }, all: { perSecond: 500, burst: 2_000 }, senders: 2_000 };
const mostValues = 64;
const trapOid = "1.3.6.1.6.3.1.1.4.1.0";
const upTimeOid = "1.3.6.1.2.1.1.3.0";
const standardTraps = "1.3.6.1.6.3.1.1.5";

interface Pdu {
  readonly type: number;
  readonly varbinds?: readonly Varbind[];
  readonly community?: string;
  readonly enterprise?: string;
  readonly generic?: number;
  readonly specific?: number;
  readonly agentAddr?: string;
}

interface Notification {
  readonly pdu: Pdu;
  readonly rinfo: dgram.RemoteInfo;
}

interface Receiver {
  close(done?: () => void): void;
}

/** Opens the port; informs are acknowledged. Nothing that arrives there can end it. */
export async function receiveTraps(options: TrapReceiverOptions): Promise<Result<TrapReceiver, string>> {
  const counts = { taken: 0, refused: 0, malformed: 0, dropped: 0, lastRefusedFrom: null as string | null };
  const gate = createGate(options.clock);
  const socket = dgram.createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  /** what the datagram being looked at must wait for before it is answered */
  const pending: Promise<void>[] = [];
  const bound = await bind(socket, options);
  if (!bound.ok) {
    socket.close();
    return bound;
  }
  const told = (error: (Error & { rinfo?: dgram.RemoteInfo }) | null, notification?: Notification): void => {
    if (notification !== undefined) {
      counts.taken += 1;
      pending.push(options.take(messageOf(notification)));
      return;
    }
    const isRefusal = error?.name === "RequestFailedError" || /authenticat|digest|decrypt/i.test(error?.message ?? "");
    if (!isRefusal) counts.malformed += 1;
    else {
      counts.refused += 1;
      counts.lastRefusedFrom = error?.rinfo?.address ?? null;
    }
  };
  const receiver = snmp.createReceiver(
    {
      port: options.port,
      transport: "udp4",
      engineID: options.engineId,
      includeAuthentication: true,
      dgramModule: { createSocket: () => gatedSocket(socket, { admit: gate, counts, pending }) },
    },
    told,
  ) as Receiver & { getAuthorizer(): { addCommunity(name: string): void; addUser(user: User): void } };
  for (const community of options.communities) receiver.getAuthorizer().addCommunity(community);
  for (const user of options.users) receiver.getAuthorizer().addUser(user);
  return ok({
    counts: () => ({ ...counts }),
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  });
}

async function bind(socket: dgram.Socket, { port, address }: TrapReceiverOptions): Promise<Result<void, string>> {
  return new Promise((resolve) => {
    const failed = (thrown: Error): void => resolve(err(errorText(thrown)));
    socket.once("error", failed);
    socket.bind(port, address, () => {
      socket.off("error", failed);
      resolve(ok(undefined));
    });
  });
}

/** Message, offset, length, port, address, what to call then: as the library calls it. */
type Send = (...answer: readonly unknown[]) => void;

interface Gated {
  readonly admit: (from: string) => boolean;
  readonly counts: { dropped: number; malformed: number };
  readonly pending: Promise<void>[];
}

/** The library's end of our socket: bound already, and nothing above the pace is even looked at. */
function gatedSocket(socket: dgram.Socket, { admit, counts, pending }: Gated): EventEmitter {
  const answers: (() => void)[] = [];
  const send = socket.send.bind(socket) as Send;
  const inner = Object.assign(new EventEmitter(), {
    bind() {},
    close: (done?: () => void) => done?.(),
    send: (...answer: Parameters<Send>) => void answers.push(() => send(...answer)),
  });
  socket.on("error", () => void (counts.malformed += 1));
  socket.on("message", (message, from) => {
    if (!admit(from.address)) {
      counts.dropped += 1;
      return;
    }
    try {
      inner.emit("message", message, from);
    } catch {
      counts.malformed += 1; // a datagram the library stumbles over is counted as what it is
    }
    const [ready, safe] = [answers.splice(0), pending.splice(0)];
    // what was not made safe is not answered
    void Promise.all(safe).then(
      () => ready.forEach((answer) => answer()),
      () => {},
    );
  });
  return inner;
}

/** Buckets by sender and one for all, by the monotonic clock. */
function createGate(clock: Clock): (from: string) => boolean {
  const bucket = (burst: number): { left: number; atMs: number } => ({ left: burst, atMs: clock.monotonicMs() });
  const all = bucket(pace.all.burst);
  const senders = new Map<string, ReturnType<typeof bucket>>();
  function take(one: ReturnType<typeof bucket>, { perSecond, burst }: { perSecond: number; burst: number }): boolean {
    const nowMs = clock.monotonicMs();
    one.left = Math.min(burst, one.left + ((nowMs - one.atMs) / 1_000) * perSecond);
    one.atMs = nowMs;
    if (one.left < 1) return false;
    one.left -= 1;
    return true;
  }
  return (from) => {
    // forged senders must not fill the memory: those seen longest ago are forgotten
    const known = senders.get(from) ?? bucket(pace.perSender.burst);
    senders.delete(from);
    senders.set(from, known);
    const oldest = senders.size > pace.senders ? senders.keys().next().value : undefined;
    if (oldest !== undefined) senders.delete(oldest);
    return take(known, pace.perSender) && take(all, pace.all);
  };
}

function messageOf({ pdu, rinfo }: Notification): TrapMessage {
  const isOld = pdu.type === snmp.PduType.Trap;
  const all = (pdu.varbinds ?? []).slice(0, mostValues * 2).map(readVarbind);
  const values = all.filter(({ oid }) => oid !== trapOid && oid !== upTimeOid);
  const version = pdu.community === undefined ? "3" : "2c";
  return {
    from: rinfo.address,
    version: isOld ? "1" : version,
    isInform: pdu.type === snmp.PduType.InformRequest,
    oid: isOld ? oldName(pdu) : (all.find(({ oid }) => oid === trapOid)?.text ?? ""),
    agentAddress: isOld && pdu.agentAddr !== undefined && pdu.agentAddr !== "0.0.0.0" ? pdu.agentAddr : null,
    values: values.slice(0, mostValues),
    valuesLeftOut: Math.max(0, (pdu.varbinds?.length ?? 0) - (all.length - values.length) - mostValues),
  };
}

/** RFC 3584 §3.1: generic 0 to 5 are snmpTraps.1 to .6; the rest is enterprise.0.specific. */
function oldName({ generic = 6, enterprise = "", specific = 0 }: Pdu): string {
  return generic < 6 ? `${standardTraps}.${generic + 1}` : `${enterprise}.0.${specific}`;
}
