import type { HostListener } from "../../kernel/model/host-reading.ts";
import { tagged } from "./frame.ts";

const mostListeners = 2_000;

/** The section `ports`: `ss -lntup`, else `netstat -lntup`, else the kernel's own tables. One line for each open door. */
export function listenersOf(lines: readonly string[]): readonly HostListener[] {
  const all = [
    ...tagged(lines, "ss").flatMap(fromSs),
    ...tagged(lines, "ns").flatMap(fromNetstat),
    ...["tcp", "tcp6", "udp", "udp6"].flatMap((table) => tagged(lines, table).flatMap((row) => fromKernel(table, row))),
  ];
  const seen = new Map<string, HostListener>();
  for (const one of all.slice(0, mostListeners * 4)) {
    const key = `${one.protocol} ${one.address} ${one.port}`;
    const known = seen.get(key);
    if (known === undefined || (known.program === null && one.program !== null)) seen.set(key, one);
  }
  return [...seen.values()]
    .toSorted((a, b) => a.protocol.localeCompare(b.protocol) || a.port - b.port || a.address.localeCompare(b.address))
    .slice(0, mostListeners);
}

/** `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=812,fd=3))` */
function fromSs(row: string): readonly HostListener[] {
  const [protocol = "", state = "", , , local = ""] = row.trim().split(/\s+/);
  if (!/^(?:tcp|udp)$/.test(protocol) || !/^(?:LISTEN|UNCONN)$/.test(state)) return [];
  return door(protocol, local, /users:\(\("([^"]{1,60})"/.exec(row)?.[1] ?? null);
}

/** `tcp6 0 0 :::22 :::* LISTEN 812/sshd` and `udp 0 0 0.0.0.0:123 0.0.0.0:* 700/chronyd` */
function fromNetstat(row: string): readonly HostListener[] {
  const [protocol = "", , , local = "", , ...rest] = row.trim().split(/\s+/);
  const kind = /^(tcp|udp)6?$/.exec(protocol)?.[1];
  if (kind === undefined) return [];
  const program = /(?:^| )\d+\/([^\s:]{1,60})/.exec(rest.join(" "))?.[1] ?? null;
  return door(kind, local, program);
}

function door(protocol: string, local: string, program: string | null): readonly HostListener[] {
  const match = /^(.*):(\d{1,5})$/.exec(local);
  if (match === null) return [];
  const address = (match[1] ?? "").replaceAll(/^\[|\]$/g, "").replace(/%.*$/, "");
  const named = address === "*" || address === "" ? "::" : address;
  return [{ protocol: protocol === "udp" ? "udp" : "tcp", address: named, port: Number(match[2]), program }];
}

/** `0: 0100007F:0016 00000000:0000 0A …`: 0A listens, and of UDP 07 waits. */
function fromKernel(table: string, row: string): readonly HostListener[] {
  const match = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /.exec(row);
  const isTcp = table.startsWith("tcp");
  if (match === null || match[3] !== (isTcp ? "0A" : "07")) return [];
  const [, hex = "", port = "0"] = match;
  const address = hex.length === 8 ? ipv4(hex) : ipv6(hex);
  return [{ protocol: isTcp ? "tcp" : "udp", address, port: Number.parseInt(port, 16), program: null }];
}

/** The kernel writes each 32-bit word in the machine's own order: little-endian on all that run this. */
function ipv4(hex: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(".");
}

function ipv6(hex: string): string {
  const words = [0, 8, 16, 24].map((at) => hex.slice(at, at + 8));
  const straight = words.map((word) => [6, 4, 2, 0].map((at) => word.slice(at, at + 2)).join("")).join("");
  const groups = [0, 4, 8, 12, 16, 20, 24, 28].map((at) => straight.slice(at, at + 4).replace(/^0{1,3}/, ""));
  const text = groups.join(":").toLowerCase();
  return text.replace(/(?:^|:)0(?::0)+(?:$|:)/, "::");
}
