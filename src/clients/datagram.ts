import dgram from "node:dgram";
import net from "node:net";
import type { Timer } from "../kernel/clock.ts";
import { err, ok } from "../kernel/result.ts";
import type { Attempt, Phase, Step } from "./attempt.ts";
import { connectStop, unlessBlind } from "./net-error.ts";

export interface Exchange<T> {
  /** literal */
  readonly address: string;
  readonly port: number;
  readonly phase: Phase;
  /** a datagram may be lost on the way: the question is sent again after each of these pauses, made anew */
  readonly againAfterMs: readonly number[];
  ask(): Buffer;
  /** null: not an answer to what was asked; the waiting goes on */
  read(message: Buffer): T | null;
}

/**
 * Asks one question by UDP. The socket is connected, so that only the one who was asked is heard, and an ICMP «port
 * unreachable» ends the waiting at once.
 */
export async function exchange<T>(attempt: Attempt, wanted: Exchange<T>): Promise<Step<T>> {
  const answered = await attempt.phase<T>(wanted.phase, (settle) => begin(attempt, wanted, settle));
  return answered.ok ? answered : err(await unlessBlind(answered.error, wanted.address));
}

function begin<T>(attempt: Attempt, wanted: Exchange<T>, settle: (step: Step<T>) => void): () => void {
  const { address, port, againAfterMs } = wanted;
  const socket = dgram.createSocket(net.isIPv6(address) ? "udp6" : "udp4");
  const pauses = [...againAfterMs];
  let open = true;
  let again: Timer | null = null;

  function close(): void {
    open = false;
    again?.cancel();
    socket.close();
  }

  function done(step: Step<T>): void {
    if (!open) return;
    close();
    settle(step);
  }

  function failed(error: NodeJS.ErrnoException): void {
    const at = net.isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
    done(err({ ...connectStop(error), text: `${error.message} ${at}` }));
  }

  function send(): void {
    if (!open) return;
    socket.send(wanted.ask(), (error) => {
      if (error !== null) failed(error);
    });
    const pauseMs = pauses.shift();
    if (pauseMs !== undefined) again = attempt.clock.after(pauseMs, send);
  }

  socket.on("error", failed);
  socket.on("message", (message) => {
    const value = open ? wanted.read(message) : null;
    if (value !== null) done(ok(value));
  });
  socket.once("connect", send);
  socket.connect(port, address);
  return close;
}
