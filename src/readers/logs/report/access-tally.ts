import { createByteTable, mergeTable, type ByteTable } from "./byte-table.ts";
import { createMinuteTable, mergeMinutes, type MinuteTable } from "./minute-table.ts";
import { addPair, createPairSet, eachPair, type PairSet } from "./pair-set.ts";

/** How the lines of one access log differ from the combined format. */
export interface AccessShape {
  readonly hasVhost: boolean;
  /** where the time a request took stands behind the user agent */
  readonly timing: "none" | "seconds" | "micros";
  /** something stands behind the user agent */
  readonly hasMore: boolean;
  /** only status and time: nothing is counted by key */
  readonly isBrief: boolean;
}

/** Counters of a client beside its requests. */
export const clientMarks = { notFound: 0, denied: 1, logins: 2, probes: 3 } as const;
/** Counters of a path beside its requests. */
export const pathMarks = { notFound: 0, serverErrors: 1, slow: 2 } as const;

/** What was counted of access logs; plain data, so that it can be handed from one thread to another. */
export interface AccessTally {
  readonly kind: "access";
  bytes: Buffer;
  /** where the line being read ends, and how far it was read */
  end: number;
  at: number;
  lines: number;
  /** lines that are no request */
  unread: number;
  sentBytes: number;
  readonly statuses: Float64Array;
  readonly minutes: MinuteTable;
  readonly clients: ByteTable;
  readonly paths: ByteTable;
  readonly referrers: ByteTable;
  readonly agents: ByteTable;
  readonly visitors: PairSet;
  /** requests by how long they took: half steps of powers of two of milliseconds */
  readonly durations: Float64Array;
  /** of path and agent ids: 0 not looked at, else 1 + flags */
  pathFlags: Uint8Array;
  agentFlags: Uint8Array;
  // the minute last seen, so that its digits are read once
  stampA: number;
  stampB: number;
  minute: number;
  minutePosition: number;
}

export const mostDurations = 64;

export function createAccessTally(): AccessTally {
  return {
    kind: "access",
    bytes: Buffer.alloc(0),
    end: 0,
    at: 0,
    lines: 0,
    unread: 0,
    sentBytes: 0,
    statuses: new Float64Array(1_000),
    minutes: createMinuteTable(),
    clients: createByteTable(Object.keys(clientMarks).length),
    paths: createByteTable(Object.keys(pathMarks).length),
    referrers: createByteTable(),
    agents: createByteTable(),
    visitors: createPairSet(),
    durations: new Float64Array(mostDurations),
    pathFlags: new Uint8Array(256),
    agentFlags: new Uint8Array(256),
    stampA: 0,
    stampB: 0,
    minute: 0,
    minutePosition: -1,
  };
}

/** Bits of a visitor's second number that say which browser; the rest says the day. */
export const agentBits = 20;

/** Adds what another thread, or another file, has counted. */
export function mergeAccess(into: AccessTally, from: AccessTally): void {
  into.lines += from.lines;
  into.unread += from.unread;
  into.sentBytes += from.sentBytes;
  addAll(into.statuses, from.statuses);
  addAll(into.durations, from.durations);
  mergeMinutes(into.minutes, from.minutes);
  mergeTable(into.paths, from.paths);
  mergeTable(into.referrers, from.referrers);
  const clients = mergeTable(into.clients, from.clients);
  const agents = mergeTable(into.agents, from.agents);
  into.visitors.isFull ||= from.visitors.isFull;
  eachPair(from.visitors.slots, (client, agentDay) => {
    const [here, agent] = [clients[client] ?? -1, agents[agentDay & ((1 << agentBits) - 1)] ?? -1];
    if (here >= 0 && agent >= 0) addPair(into.visitors, here, agent | (agentDay & ~((1 << agentBits) - 1)));
  });
}

function addAll(into: Float64Array, from: Float64Array): void {
  for (let at = 0; at < from.length; at++) into[at] = (into[at] ?? 0) + (from[at] ?? 0);
}
