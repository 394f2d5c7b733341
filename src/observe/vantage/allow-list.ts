import ipaddr from "ipaddr.js";

/** Which targets a vantage is willing to look at, whatever its hub asks. */
export interface AllowList {
  /** @param addresses what the host leads to; none when it cannot be resolved, which is for the probe to say */
  permits(host: string, addresses: readonly string[]): boolean;
  /** @param program as the check writes it: a name or a path. No program is permitted unless an entry says so. */
  permitsProgram(program: string): boolean;
}

/** `command:check_disk`, `command:/opt/checks/*` */
const programMark = "command:";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Kinds of address that no name is meant to lead to: this machine itself, link-local with the clouds' metadata, nothing. */
const closedRanges = new Set<string>(["loopback", "linkLocal", "unspecified", "broadcast", "multicast"]);
/** Metadata services outside link-local: AWS over IPv6, Alibaba, Oracle. */
const metadata = new Set(["fd00:ec2::254", "100.100.100.200", "192.0.0.192"]);

/**
 * Entries are host names, globs (`*.example.jp`), addresses and CIDRs. Without entries everything is allowed except
 * loopback, link-local and metadata addresses; those are looked at only where an exact name or an address says so.
 * Programs are listed apart, `command:check_disk`, and none is run without its entry.
 */
export function createAllowList(listed: readonly string[]): AllowList {
  const programs = listed.filter(isProgram).map((entry) => readGlob(entry.trim().slice(programMark.length)));
  const entries = listed.filter((entry) => !isProgram(entry));
  const texts = entries.map(plain);
  const ranges = texts.flatMap(readRange);
  const names = new Set(texts.filter((text) => readRange(text).length === 0 && !text.includes("*")));
  const globs = texts.filter((text) => text.includes("*")).map(readGlob);

  function inRange(address: Address): boolean {
    return ranges.some(([network, prefix]) => network.kind() === address.kind() && address.match(network, prefix));
  }

  return {
    // a path that climbs would leave the folder an entry names
    permitsProgram: (program) => !program.split("/").includes("..") && programs.some((glob) => glob.test(program)),
    permits(written, addresses) {
      const host = plain(written);
      if (names.has(host)) return true;
      const byName = entries.length === 0 || globs.some((glob) => glob.test(host));
      const led = ipaddr.isValid(host) ? [host] : addresses.filter((address) => ipaddr.isValid(address));
      if (led.length === 0) return byName || ranges.length > 0;
      return led
        .map((address) => ipaddr.process(address))
        .every((address) => inRange(address) || (byName && !isClosed(address)));
    },
  };
}

function isProgram(entry: string): boolean {
  return entry.trim().startsWith(programMark);
}

function isClosed(address: Address): boolean {
  return closedRanges.has(address.range()) || metadata.has(address.toString());
}

function readRange(text: string): [Address, number][] {
  if (ipaddr.isValidCIDR(text)) return [ipaddr.parseCIDR(text)];
  if (!ipaddr.isValid(text)) return [];
  const address = ipaddr.process(text);
  return [[address, address.kind() === "ipv4" ? 32 : 128]];
}

function readGlob(text: string): RegExp {
  const parts = text.split("*").map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`);
}

function plain(host: string): string {
  return host
    .trim()
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^\[|\]$/g, "");
}
