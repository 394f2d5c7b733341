/** A machine, router or switch of the company. */
export interface Member {
  readonly name: string;
  /** the address others know it by; null for what only passes packets on */
  readonly address: string | null;
  /** further names of it, besides those the DNS of shop.test gives */
  readonly names?: readonly string[];
}

/** One end of a link: the device there, and its address or the bridge it belongs to. */
export interface End {
  readonly on: string;
  readonly device: string;
  readonly address?: string;
  readonly bridge?: string;
}

export interface Link {
  readonly name: string;
  readonly ends: readonly [End, End];
}

export interface Route {
  readonly on: string;
  readonly to: string;
  readonly via: string;
}

/** The network that all links run through, a bridge each, until a relay takes a bridge's place. */
export const wire = "wire";

export const members: readonly Member[] = [
  { name: "net", address: null },
  { name: "ispa", address: "198.18.11.2" },
  { name: "ispb", address: "198.18.12.2" },
  { name: "ispc", address: "198.18.13.2" },
  { name: "lan", address: "192.168.10.1" },
  { name: "pc1", address: "192.168.10.11" },
  { name: "office", address: "192.168.10.12" },
  { name: "va", address: "198.18.2.2" },
  { name: "vb", address: "198.18.3.2" },
  { name: "pr", address: "198.18.20.2" },
  { name: "sw1", address: null },
  { name: "sw2", address: null },
  { name: "web1", address: "203.0.113.10" },
  { name: "web2", address: "203.0.113.11", names: ["neighbour.test"] },
  { name: "bmc1", address: "203.0.113.40", names: ["bmc-web1.test"] },
  { name: "host3", address: "203.0.113.70", names: ["other.test"] },
  // another customer of the provider's, in another of its buildings: nothing of ours
  { name: "guest", address: "203.0.113.130", names: ["guest.test"] },
  { name: "dns1", address: "198.18.32.2", names: ["ns1.test"] },
  {
    name: "ext1",
    address: "198.18.33.2",
    names: ["pay.test", "status.test", "rdap.test", "dnsbl.test", "ntp.test", "mx.ext.test"],
  },
  { name: "bk1", address: "198.18.34.2" },
  { name: "bk2", address: "198.18.35.2" },
  { name: "hub", address: "198.18.31.2", names: ["hub.test"] },
];

/** Visitors from the Internet come from here, any address of it; all of them are ext1. */
export const visitors = "198.51.100.0/24";

export const links: readonly Link[] = [
  link("pc1", ["pc1", "eth0", "192.168.10.11/24"], ["lan", "p-pc1", "br0"]),
  link("office", ["office", "eth0", "192.168.10.12/24"], ["lan", "p-office", "br0"]),
  link("lan", ["lan", "wan0", "198.18.1.2/30"], ["ispa", "lan0", "198.18.1.1/30"]),
  link("va", ["va", "eth0", "198.18.2.2/30"], ["ispb", "va0", "198.18.2.1/30"]),
  link("vb", ["vb", "eth0", "198.18.3.2/30"], ["ispc", "vb0", "198.18.3.1/30"]),
  link("ispa", ["ispa", "up0", "198.18.11.2/30"], ["net", "ispa0", "198.18.11.1/30"]),
  link("ispb", ["ispb", "up0", "198.18.12.2/30"], ["net", "ispb0", "198.18.12.1/30"]),
  link("ispc", ["ispc", "up0", "198.18.13.2/30"], ["net", "ispc0", "198.18.13.1/30"]),
  link("pr", ["pr", "up0", "198.18.20.2/30"], ["net", "pr0", "198.18.20.1/30"]),
  link("seg1", ["pr", "seg1", "203.0.113.1/26"], ["sw1", "up0", "br0"]),
  link("seg2", ["pr", "seg2", "203.0.113.65/26"], ["sw2", "up0", "br0"]),
  link("web1", ["web1", "eth0", "203.0.113.10/26"], ["sw1", "p-web1", "br0"]),
  link("web2", ["web2", "eth0", "203.0.113.11/26"], ["sw1", "p-web2", "br0"]),
  link("bmc1", ["bmc1", "eth0", "203.0.113.40/26"], ["sw1", "p-bmc1", "br0"]),
  link("host3", ["host3", "eth0", "203.0.113.70/26"], ["sw2", "p-host3", "br0"]),
  link("guest", ["pr", "dc2", "203.0.113.129/26"], ["guest", "eth0", "203.0.113.130/26"]),
  link("hub", ["hub", "eth0", "198.18.31.2/30"], ["net", "hub0", "198.18.31.1/30"]),
  link("dns1", ["dns1", "eth0", "198.18.32.2/30"], ["net", "dns10", "198.18.32.1/30"]),
  link("ext1", ["ext1", "eth0", "198.18.33.2/30"], ["net", "ext10", "198.18.33.1/30"]),
  link("bk1", ["bk1", "eth0", "198.18.34.2/30"], ["net", "bk10", "198.18.34.1/30"]),
  link("bk2", ["bk2", "eth0", "198.18.35.2/30"], ["net", "bk20", "198.18.35.1/30"]),
];

export const bridges: readonly { readonly on: string; readonly device: string; readonly address?: string }[] = [
  { on: "lan", device: "br0", address: "192.168.10.1/24" },
  { on: "sw1", device: "br0" },
  { on: "sw2", device: "br0" },
];

export const routes: readonly Route[] = [
  ...["pc1", "office"].map((on) => ({ on, to: "default", via: "192.168.10.1" })),
  ...["web1", "web2", "bmc1"].map((on) => ({ on, to: "default", via: "203.0.113.1" })),
  { on: "host3", to: "default", via: "203.0.113.65" },
  { on: "guest", to: "default", via: "203.0.113.129" },
  { on: "va", to: "default", via: "198.18.2.1" },
  { on: "vb", to: "default", via: "198.18.3.1" },
  { on: "lan", to: "default", via: "198.18.1.1" },
  { on: "ispa", to: "192.168.10.0/24", via: "198.18.1.2" },
  { on: "ispa", to: "default", via: "198.18.11.1" },
  { on: "ispb", to: "default", via: "198.18.12.1" },
  { on: "ispc", to: "default", via: "198.18.13.1" },
  { on: "pr", to: "default", via: "198.18.20.1" },
  { on: "hub", to: "default", via: "198.18.31.1" },
  { on: "dns1", to: "default", via: "198.18.32.1" },
  { on: "ext1", to: "default", via: "198.18.33.1" },
  { on: "bk1", to: "default", via: "198.18.34.1" },
  { on: "bk2", to: "default", via: "198.18.35.1" },
  { on: "net", to: "192.168.10.0/24", via: "198.18.11.2" },
  { on: "net", to: "198.18.1.0/30", via: "198.18.11.2" },
  { on: "net", to: "198.18.2.0/30", via: "198.18.12.2" },
  { on: "net", to: "198.18.3.0/30", via: "198.18.13.2" },
  { on: "net", to: "203.0.113.0/24", via: "198.18.20.2" },
  { on: "net", to: visitors, via: "198.18.33.2" },
];

/** The lines every member's /etc/hosts has; names of shop.test are only the DNS's to say. */
export function hostsFile(): string {
  const lines = members.flatMap(({ name, address, names = [] }) =>
    address === null ? [] : [`${address} ${[name, ...names].join(" ")}`],
  );
  return `127.0.0.1 localhost\n${lines.join("\n")}\n`;
}

export function addressOf(name: string): string {
  const found = members.find((member) => member.name === name || member.names?.includes(name));
  if (found?.address === undefined || found.address === null) throw new Error(`no address is known for ${name}`);
  return found.address;
}

type EndWords = readonly [on: string, device: string, place: string];

function link(name: string, one: EndWords, other: EndWords): Link {
  return { name, ends: [endOf(one), endOf(other)] };
}

function endOf([on, device, place]: EndWords): End {
  return place.includes("/") ? { on, device, address: place } : { on, device, bridge: place };
}
