import { randomBytes } from "node:crypto";
import type { Clock } from "../kernel/clock.ts";
import { ok } from "../kernel/result.ts";
import { stop, type Attempt, type Phase, type Step } from "./attempt.ts";
import { exchange } from "./datagram.ts";

const packetBytes = 48;
/** version 4, mode 3: a client */
const clientByte = 0x23;
const serverMode = 4;
const againAfterMs = [1_000, 2_000];
/** Seconds from 1900-01-01, NTP's beginning, to 1970-01-01. Source: RFC 5905 §6. */
const epochSeconds = 2_208_988_800;
const eraMs = 2 ** 32 * 1_000;
/** UDP answers or it does not: silence is all there is to tell «not there» from «does not want». */
const phase: Phase = { layer: "connect", timing: "firstByteMs", limitMs: Infinity };
const pause: Phase = { layer: "protocol", timing: null, limitMs: Infinity };

/** One answer of a time server. Source: RFC 5905 §7.3, §8. */
export interface TimeSample {
  /** theirs minus ours, at this moment: positive when their clock is ahead of ours */
  readonly offsetMs: number;
  /** there and back, without the server's own time; half of it is how wrong `offsetMs` may be */
  readonly delayMs: number;
  /** 0: a refusal, see `referenceId`; 1: has a clock of its own; 16: not synchronised */
  readonly stratum: number;
  /** 0 none, 1 last minute has 61 s, 2 has 59 s, 3 not synchronised */
  readonly leap: number;
  /** what it follows: `GPS`, an IPv4 address, or the code of a refusal such as `RATE` */
  readonly referenceId: string;
  readonly rootDelayMs: number;
  readonly rootDispersionMs: number;
}

interface TimeServer {
  /** literal */
  readonly address: string;
  readonly port: number;
}

/** Asks a time server once, by this machine's own clock. */
export async function askTime(attempt: Attempt, { address, port }: TimeServer): Promise<Step<TimeSample>> {
  const asked = new Map<string, Moment>();
  const heard = await exchange<Step<TimeSample>>(attempt, {
    address,
    port,
    phase,
    againAfterMs,
    ask() {
      const packet = Buffer.alloc(packetBytes);
      packet[0] = clientByte;
      // the server gives it back: it says which question this answers, and nobody else could know it
      const nonce = randomBytes(8);
      nonce.copy(packet, 40);
      asked.set(nonce.toString("hex"), momentOf(attempt.clock));
      return packet;
    },
    read(packet) {
      const received = momentOf(attempt.clock);
      const sent = asked.get(packet.subarray(24, 32).toString("hex"));
      if (sent === undefined || packet.length < packetBytes) return notTime(packet);
      if ((packet.readUInt8(0) & 7) !== serverMode) return stop("protocol", "not-ntp", "an answer of another mode");
      return ok(sampleOf(packet, sent, received));
    },
  });
  return heard.ok ? heard.value : heard;
}

/** Something else than an answer to us is waited past; what cannot be NTP at all is told. */
function notTime(packet: Buffer): Step<TimeSample> | null {
  return packet.length < packetBytes ? stop("protocol", "not-ntp", `${packet.length} bytes instead of 48`) : null;
}

interface Moment {
  readonly atMs: number;
  readonly monotonicMs: number;
}

function momentOf(clock: Clock): Moment {
  return { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
}

function sampleOf(packet: Buffer, sent: Moment, received: Moment): TimeSample {
  const waitedMs = received.monotonicMs - sent.monotonicMs;
  const theirReceiveMs = timeAt(packet, 32, sent.atMs);
  const theirSendMs = timeAt(packet, 40, sent.atMs);
  const stratum = packet.readUInt8(1);
  return {
    // the end is our beginning and what passed since: a step of our clock in between cannot spoil it
    offsetMs: rounded((theirReceiveMs - sent.atMs + (theirSendMs - (sent.atMs + waitedMs))) / 2),
    delayMs: rounded(Math.max(0, waitedMs - (theirSendMs - theirReceiveMs))),
    stratum,
    leap: packet.readUInt8(0) >> 6,
    referenceId: referenceOf(packet.subarray(12, 16), stratum),
    rootDelayMs: rounded(packet.readInt32BE(4) / 65.536),
    rootDispersionMs: rounded(packet.readUInt32BE(8) / 65.536),
  };
}

/** Unix milliseconds of a 64-bit NTP time, in the era nearest to ours: the first ends in 2036. */
function timeAt(packet: Buffer, offset: number, nearMs: number): number {
  const ms = (packet.readUInt32BE(offset) - epochSeconds) * 1_000 + (packet.readUInt32BE(offset + 4) / 2 ** 32) * 1_000;
  return ms + Math.round((nearMs - ms) / eraMs) * eraMs;
}

/** Letters for a refusal or a clock of its own, otherwise an address (or, for IPv6, part of a hash that looks like one). */
function referenceOf(bytes: Buffer, stratum: number): string {
  if (stratum > 1) return bytes.join(".");
  return bytes.toString("latin1").replace(/[^\u0021-\u007E]/g, "");
}

function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/** Waits before the next question. */
export async function rest(attempt: Attempt, forMs: number): Promise<Step<null>> {
  const rested = await attempt.phase<null>(pause, (settle) => {
    const timer = attempt.clock.after(forMs, () => settle(ok(null)));
    return () => timer.cancel();
  });
  return rested;
}
