import dgram from "node:dgram";
import net from "node:net";
import os from "node:os";
import type { Layer } from "../kernel/model/observation.ts";
import { blind, stop, type Stop } from "./attempt.ts";
import { isLoopback } from "./foreign.ts";

type Kind = readonly [Stop["outcome"], Layer, string];

const noSockets: Kind = ["unknown", "connect", "no-sockets"];
const noRoute: Kind = ["unknown", "route", "no-route"];

/** What a failed connect says, by errno. What only this machine can be blamed for is `unknown`. */
const kinds: Readonly<Record<string, Kind>> = {
  ECONNREFUSED: ["down", "connect", "refused"],
  // an ICMP «protocol unreachable», as some firewalls reject
  ENOPROTOOPT: ["down", "connect", "refused"],
  ECONNRESET: ["down", "connect", "closed"],
  ETIMEDOUT: ["down", "connect", "timeout"],
  EHOSTUNREACH: ["down", "route", "host-unreachable"],
  EHOSTDOWN: ["down", "route", "host-unreachable"],
  ENETUNREACH: ["down", "route", "network-unreachable"],
  ENETDOWN: ["unknown", "route", "no-network"],
  EADDRNOTAVAIL: noRoute,
  EAFNOSUPPORT: noRoute,
  EINVAL: noRoute,
  EACCES: ["unknown", "connect", "forbidden-here"],
  EPERM: ["unknown", "connect", "forbidden-here"],
  EMFILE: noSockets,
  ENFILE: noSockets,
  ENOBUFS: noSockets,
  ENOMEM: noSockets,
};

export function connectStop(error: NodeJS.ErrnoException): Stop {
  const [outcome, layer, code] = kinds[error.code ?? ""] ?? ["down", "connect", "connect-failed"];
  return { outcome, layer, code, text: error.message };
}

/** The connection ended, in words of its own error, while `layer` was being waited for. */
export function closedStop(layer: Layer, error: Error | null): Stop {
  return stop(layer, "closed", error?.message ?? "the server closed the connection").error;
}

/**
 * Turns a verdict on the target into `unknown` when it is this machine that has no way out: no route of its own to
 * `address`, or no network interface that is up.
 */
export async function unlessBlind(stopped: Stop, address: string | null): Promise<Stop> {
  if (stopped.outcome !== "down" || (address !== null && isLoopback(address))) return stopped;
  const unreachable = stopped.code === "network-unreachable" && address !== null;
  if (unreachable && !(await hasRoute(address))) return blind("route", "no-route", stopped.text).error;
  const silent = stopped.code === "timeout" || stopped.layer === "route" || stopped.layer === "dns";
  if (silent && isOffline()) return blind("route", "no-network", `no network interface is up; ${stopped.text}`).error;
  return stopped;
}

function isOffline(): boolean {
  return !Object.values(os.networkInterfaces()).some((addresses) => addresses?.some((address) => !address.internal));
}

/**
 * Whether this machine knows a way to `address`: connecting a UDP socket looks the route up and sends nothing, which
 * tells «no route here» from a router's «network unreachable».
 */
export function hasRoute(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(net.isIPv6(address) ? "udp6" : "udp4");
    const end = (reachable: boolean): void => {
      socket.close();
      resolve(reachable);
    };
    socket.once("error", () => end(false));
    socket.once("connect", () => end(true));
    // any port but 0 will do
    socket.connect(9, address);
  });
}
