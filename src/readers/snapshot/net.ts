import { tagged, type HostSection } from "../host/frame.ts";
import { entries, fileEntry, textsIn, type Entries } from "./entries.ts";
import { passingInterface } from "./ident.ts";

type Pairs = readonly (readonly [string, string])[];

/** What a route carries that its neighbours change: lifetimes, what was learnt of the way. */
const changing =
  / (?:expires \S+|pref \S+|mtu \d+|cache|linkdown|dead|onlink|users \d+|age \S+|nhid \d+|hoplimit \d+)\b/g;
/** Of the kernel's own making for each address. */
const own = /^(?:local|broadcast|multicast|anycast) |table local|^ff00::|^fe80::/;

export function netOf({ lines }: HostSection): Entries {
  return entries([
    ...links(lines),
    ...addresses(lines),
    ...fromIfconfig(lines),
    ...routes(lines, "r4", "route"),
    ...routes(lines, "r6", "route6"),
    ...kernelRoutes(lines),
    ...tagged(lines, "rule").map((row) => [`rule ${row.trim()}`, ""] as const),
    ...sysctls(lines),
    ...textsIn(lines).map(fileEntry),
  ]);
}

/** `net/ipv4/ip_forward:0` */
function sysctls(lines: readonly string[]): Pairs {
  return tagged(lines, "sysctl").flatMap((row): Pairs => {
    const [, path = "", value = ""] = /^([^:]+):(.*)$/.exec(row) ?? [];
    return path === "" ? [] : [[`sysctl ${path.replaceAll("/", ".")}`, value.trim()]];
  });
}

/** `2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 …` */
function links(lines: readonly string[]): Pairs {
  return tagged(lines, "l").flatMap((row): Pairs => {
    const [, name = "", flags = "", mtu = ""] = /^\d+: ([^:@\s]+)(?:@\S+)?: <([^>]*)> mtu (\d+)/.exec(row) ?? [];
    if (name === "" || passingInterface.test(name)) return [];
    const words = flags.split(",");
    const state = words.includes("LOWER_UP") ? "up" : words.includes("UP") ? "no-carrier" : "down";
    return [[`link ${name}`, `${state} mtu ${mtu}`]];
  });
}

/** `2: eth0    inet 192.0.2.1/24 brd … scope global eth0`; addresses that change for privacy's sake are left out. */
function addresses(lines: readonly string[]): Pairs {
  return tagged(lines, "a").flatMap((row): Pairs => {
    const [, name = "", address = "", scope = ""] = /^\d+: (\S+)\s+inet6? (\S+) .*?scope (\S+)/.exec(row) ?? [];
    const isPassing =
      / (?:temporary|deprecated|tentative)\b/.test(row) || (name !== "lo" && passingInterface.test(name));
    return name === "" || isPassing ? [] : [[`addr ${name} ${address}`, scope]];
  });
}

function routes(lines: readonly string[], tag: string, word: string): Pairs {
  return tagged(lines, tag).flatMap((row): Pairs => {
    const text = row.replaceAll(/\\/g, " ").replaceAll(changing, "").trim();
    const device = / dev (\S+)/.exec(text)?.[1] ?? "";
    return text === "" || own.test(text) || passingInterface.test(device) ? [] : [[`${word} ${text}`, ""]];
  });
}

/** Without `ip`: `eth0      Link encap:Ethernet` or `eth0: flags=…`, and indented below it its addresses. */
function fromIfconfig(lines: readonly string[]): Pairs {
  const found: (readonly [string, string])[] = [];
  let name = "";
  for (const row of tagged(lines, "ifc")) {
    name = /^([^\s:]+)(?::\s+flags|\s+Link)/.exec(row)?.[1] ?? name;
    if (name !== "lo" && passingInterface.test(name)) continue;
    const address = ifconfigAddress(row);
    if (address !== null) found.push([`addr ${name} ${address}`, ""]);
    const mtu = /\bMTU:(\d+)|\bmtu (\d+)/.exec(row);
    if (mtu === null || name === "lo") continue;
    found.push([`link ${name}`, `${/\bRUNNING\b/.test(row) ? "up" : "down"} mtu ${mtu[1] ?? mtu[2] ?? ""}`]);
  }
  return found;
}

/** As net-tools 1 and 2 write it; null: no address in this row. */
function ifconfigAddress(row: string): string | null {
  const four = /inet addr:(\S+).*Mask:(\S+)/.exec(row) ?? /inet (\d\S+)\s+netmask (\S+)/.exec(row);
  if (four !== null) return `${four[1] ?? ""}/${bits(four[2] ?? "")}`;
  const six = /inet6 (\S+)\s+prefixlen (\d+)/.exec(row);
  return six === null ? (/inet6 addr: (\S+)/.exec(row)?.[1] ?? null) : `${six[1] ?? ""}/${six[2] ?? ""}`;
}

function bits(mask: string): number {
  return mask.split(".").reduce((sum, part) => sum + Number(part).toString(2).replaceAll("0", "").length, 0);
}

/** The kernel's table: `eth0 00000000 0100A8C0 0003 0 0 0 00000000 …`, bytes of an address in the machine's order. */
function kernelRoutes(lines: readonly string[]): Pairs {
  return tagged(lines, "pr").flatMap((row): Pairs => {
    const [device = "", to = "", gateway = "", , , , metric = "", mask = ""] = row.trim().split(/\s+/);
    if (mask.length !== 8 || passingInterface.test(device)) return [];
    const target = to === "00000000" ? "default" : `${dotted(to)}/${bits(dotted(mask))}`;
    const via = gateway === "00000000" ? "" : ` via ${dotted(gateway)}`;
    return [[`route ${target}${via} dev ${device}${metric === "0" ? "" : ` metric ${metric}`}`, ""]];
  });
}

function dotted(hex: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(".");
}
