import dns from "node:dns/promises";
import net from "node:net";
import type { Site } from "../../kernel/model/site.ts";

/** Which host of the file a sender's address belongs to. */
export interface Senders {
  hostOf(address: string): string | null;
  /** Names are looked up in the background; until then their hosts are not known by address. */
  use(site: Site): Promise<void>;
}

export function createSenders(): Senders {
  let hosts = new Map<string, string>();
  return {
    hostOf: (address) => hosts.get(bare(address)) ?? null,
    async use(site) {
      const next = new Map<string, string>();
      for (const { key, address } of site.hosts.values())
        if (address !== null && net.isIP(address) !== 0) next.set(bare(address), key);
      hosts = next;
      for (const { key, address } of site.hosts.values()) {
        if (address === null || net.isIP(address) !== 0) continue;
        const found = await dns.lookup(address, { all: true }).catch(() => []); // a name without an address sends nothing
        for (const one of found) if (!next.has(one.address)) next.set(one.address, key);
      }
    },
  };
}

/** IPv4 as IPv4, also where it comes in by a socket of both kinds. */
export function bare(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
