import ipaddr from "ipaddr.js";

/** One way out of this machine. `gateway` null: the network is on the wire itself. */
export interface Route {
  readonly device: string;
  readonly network: ipaddr.IPv4 | ipaddr.IPv6;
  readonly prefix: number;
  readonly gateway: string | null;
}

const upFlag = 0x1;
const rejectFlag = 0x200;

/** Reads Linux's /proc/net/route; routes that are not up, or refuse, are left out. Source: proc_net(5), route.h. */
export function parseRoutes4(text: string): readonly Route[] {
  return rows(text.split("\n").slice(1), 8).flatMap((columns) => {
    const [device = "", network = "", gateway = "", flags = "", , , , mask = ""] = columns;
    if (!usable(flags) || device === "lo") return [];
    const prefix = littleEndian4(mask).prefixLengthFromSubnetMask() ?? 32;
    return [
      {
        device,
        network: littleEndian4(network),
        prefix,
        gateway: /^0+$/.test(gateway) ? null : littleEndian4(gateway).toString(),
      },
    ];
  });
}

/** Reads /proc/net/ipv6_route, without loopback, multicast, and what is this machine itself. */
export function parseRoutes6(text: string): readonly Route[] {
  return rows(text.split("\n"), 10).flatMap((columns) => {
    const [network = "", prefix = "", , , gateway = "", , , , flags = "", device = ""] = columns;
    if (!usable(flags) || device === "lo" || network.startsWith("ff")) return [];
    return [
      {
        device,
        network: hex6(network),
        prefix: Number.parseInt(prefix, 16),
        gateway: /^0+$/.test(gateway) ? null : hex6(gateway).toString(),
      },
    ];
  });
}

export function isDefault({ prefix }: Route): boolean {
  return prefix === 0;
}

/** Is the address reached without a gateway? */
export function isOnTheWire(routes: readonly Route[], address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const wanted = ipaddr.process(address);
  return routes.some(
    (route) =>
      route.gateway === null &&
      !isDefault(route) &&
      route.network.kind() === wanted.kind() &&
      wanted.match(route.network, route.prefix),
  );
}

/** Reads /proc/net/arp. @returns true: it answered; false: asked and silent; null: never asked */
export function answersArp(text: string, address: string): boolean | null {
  const row = rows(text.split("\n").slice(1), 6).find(([name]) => name === address);
  if (row === undefined) return null;
  const [, , flags = "0x0", hardware = ""] = row;
  return (Number.parseInt(flags, 16) & 0x2) !== 0 && !/^(?:00:)*00$/.test(hardware);
}

/** `127.0.0.1`, `::1`, `localhost`, `anything.localhost` (RFC 6761 §6.3). */
export function isLoopbackHost(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^\[|\]$/g, "");
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === "loopback";
}

function rows(lines: readonly string[], atLeast: number): readonly (readonly string[])[] {
  return lines.map((line) => line.trim().split(/\s+/)).filter((columns) => columns.length >= atLeast);
}

function usable(flags: string): boolean {
  const bits = Number.parseInt(flags, 16);
  return (bits & upFlag) !== 0 && (bits & rejectFlag) === 0;
}

/** The kernel prints IPv4 as the hexadecimal of a little-endian word. */
function littleEndian4(hex: string): ipaddr.IPv4 {
  const bytes = Array.from(
    { length: 4 },
    (_, index) => Number.parseInt(hex.slice(6 - 2 * index, 8 - 2 * index), 16) || 0,
  );
  return new ipaddr.IPv4(bytes);
}

function hex6(hex: string): ipaddr.IPv6 {
  return new ipaddr.IPv6(
    Array.from({ length: 16 }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16) || 0),
  );
}
