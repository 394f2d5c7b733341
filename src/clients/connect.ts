import net from "node:net";
import type { Timer } from "../kernel/clock.ts";
import type { Way } from "../kernel/model/probe.ts";
import { err, ok } from "../kernel/result.ts";
import { phases, stop, type Attempt, type Step, type Stop } from "./attempt.ts";
import { connectStop, unlessBlind } from "./net-error.ts";

/** RFC 8305 §5: the next address is tried when the one before has not answered for this long. */
const nextAddressMs = 250;
const maxAddresses = 6;

/** The failure that says most about the target, when several addresses failed in different ways. */
const telling = ["refused", "closed", "timeout", "host-unreachable", "network-unreachable"];

export interface Destination {
  /** literal addresses, in the resolver's order, at least one */
  readonly addresses: readonly string[];
  readonly port: number;
}

/**
 * Opens one TCP connection. With several addresses the families alternate, and the next is tried as soon as one fails or
 * keeps silent for 250 ms; the first to answer is used. The socket is the attempt's own and is closed with it.
 */
export async function connectTo(attempt: Attempt, { addresses, port }: Destination): Promise<Step<net.Socket>> {
  if (attempt.way !== undefined) return connectBy(attempt, attempt.way, port);
  const order = alternateFamilies(addresses).slice(0, maxAddresses);
  const connected = await attempt.phase<net.Socket>(phases.connect, (settle) => dial(attempt, { order, port, settle }));
  if (connected.ok) {
    attempt.own(connected.value);
    return connected;
  }
  const tried = order.find((address) => attempt.address === writeAddress(address, port));
  return err(await unlessBlind(connected.error, tried ?? null));
}

/** What lies behind a way has no address of its own: a door of this machine stands for it. */
async function connectBy(attempt: Attempt, way: Way, port: number): Promise<Step<net.Socket>> {
  const connected = await attempt.phase<net.Socket>(phases.connect, (settle) => {
    const refused = (text: string): void => settle(stop("connect", "refused", text));
    way.door(port).then(
      (door) => {
        if (door === null) return refused(`nothing listens at ${port}`);
        const socket = net.connect({ host: "127.0.0.1", port: door });
        socket.once("connect", () => settle(ok(socket)));
        return socket.on("error", (error) => settle(err(connectStop(error))));
      },
      (thrown: unknown) => refused(String(thrown)),
    );
    return () => undefined;
  });
  if (connected.ok) attempt.own(connected.value);
  return connected;
}

/** `203.0.113.10:443`, `[2001:db8::1]:443` */
function writeAddress(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

interface Failure {
  readonly address: string;
  readonly reason: Stop;
}

interface Dial {
  readonly order: readonly string[];
  readonly port: number;
  readonly settle: (step: Step<net.Socket>) => void;
}

function dial(attempt: Attempt, { order, port, settle }: Dial): () => void {
  const open = new Set<net.Socket>();
  const failures: Failure[] = [];
  let tried = 0;
  let patience: Timer | null = null;

  function tryNext(): void {
    patience?.cancel();
    const address = order[tried];
    if (address === undefined) return;
    tried += 1;
    attempt.address = writeAddress(address, port);
    const socket = net.connect({ host: address, port });
    open.add(socket);
    socket.once("connect", () => won(socket, address));
    // stays for the socket's whole life: a late error also closes it, and the phase that waits hears of that
    socket.on("error", (error) => lost(socket, address, error));
    if (tried < order.length) patience = attempt.clock.after(nextAddressMs, tryNext);
  }

  function won(socket: net.Socket, address: string): void {
    if (!open.delete(socket)) return;
    if (isItself(socket, port)) return failedAt(address, refusedByItself(socket));
    stopDialling();
    attempt.address = writeAddress(address, port);
    noteFailures(attempt, failures, port);
    settle(ok(socket));
  }

  function lost(socket: net.Socket, address: string, error: Error): void {
    if (open.delete(socket)) failedAt(address, connectStop(error));
  }

  function failedAt(address: string, reason: Stop): void {
    failures.push({ address, reason });
    if (tried < order.length) return tryNext();
    if (open.size > 0) return;
    const worst = failures.toSorted((a, b) => rank(a.reason) - rank(b.reason))[0];
    if (worst === undefined) return;
    attempt.address = writeAddress(worst.address, port);
    settle(err(worst.reason));
  }

  function stopDialling(): void {
    patience?.cancel();
    for (const socket of open) socket.destroy();
    open.clear();
  }

  tryNext();
  return stopDialling;
}

function rank({ code }: Stop): number {
  const place = telling.indexOf(code);
  return place < 0 ? telling.length : place;
}

/** Half of a dual stack may be broken while the other serves; the fact stays visible. */
function noteFailures(attempt: Attempt, failures: readonly Failure[], port: number): void {
  if (failures.length === 0) return;
  attempt.facts["failedAddresses"] = failures.map(
    ({ address, reason }) => `${writeAddress(address, port)} ${reason.code}`,
  );
}

/**
 * A closed port of this machine that the kernel happens to pick as our own port connects to itself and looks open; it
 * never picks a privileged one.
 */
function isItself(socket: net.Socket, port: number): boolean {
  return port > 1_023 && socket.localPort === port && socket.localAddress === socket.remoteAddress;
}

function refusedByItself(socket: net.Socket): Stop {
  socket.destroy();
  return stop("connect", "refused", "the port is closed: the connection reached only itself").error;
}

function alternateFamilies(addresses: readonly string[]): readonly string[] {
  if (addresses.length < 2) return addresses;
  const first = net.isIP(addresses[0] ?? "");
  const same = addresses.filter((address) => net.isIP(address) === first);
  const other = addresses.filter((address) => net.isIP(address) !== first);
  return same
    .flatMap((address, place) => [address, other[place]].filter((one) => one !== undefined))
    .concat(other.slice(same.length));
}
