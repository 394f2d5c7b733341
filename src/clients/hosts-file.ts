import fs from "node:fs";
import net from "node:net";

const file = "/etc/hosts";
const maxBytes = 4_194_304;
// a change shows within a second; statting for every name of thousands of checks would cost more than the look-up
const freshMs = 1_000;

interface Snapshot {
  readonly readAtMs: number;
  readonly mtimeMs: number;
  readonly names: ReadonlyMap<string, readonly string[]>;
}
let snapshot: Snapshot = { readAtMs: -Infinity, mtimeMs: -1, names: new Map() };

/** What this machine's hosts file says of a name, in the order of the file; empty when it says nothing. */
export function addressesInHostsFile(name: string, monotonicMs: number): readonly string[] {
  if (monotonicMs - snapshot.readAtMs > freshMs) snapshot = refresh(snapshot, monotonicMs);
  return snapshot.names.get(name) ?? [];
}

function refresh(last: Snapshot, monotonicMs: number): Snapshot {
  const status = fs.statSync(file, { throwIfNoEntry: false });
  if (status === undefined || status.size > maxBytes) return { readAtMs: monotonicMs, mtimeMs: -1, names: new Map() };
  if (status.mtimeMs === last.mtimeMs) return { ...last, readAtMs: monotonicMs };
  return { readAtMs: monotonicMs, mtimeMs: status.mtimeMs, names: parseHosts(fs.readFileSync(file, "utf8")) };
}

/** @returns lower-case name -> addresses, in the order of the file. Source: hosts(5). */
export function parseHosts(text: string): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [address = "", ...called] = line.replace(/#.*$/, "").trim().split(/\s+/);
    if (net.isIP(address) === 0) continue;
    for (const name of called) add(names, name.toLowerCase(), address);
  }
  return names;
}

function add(names: Map<string, string[]>, name: string, address: string): void {
  const known = names.get(name);
  if (known === undefined) names.set(name, [address]);
  else if (!known.includes(address)) known.push(address);
}
