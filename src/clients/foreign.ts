import ipaddr from "ipaddr.js";

/** Clouds answer secrets here although the address itself is a public one: Azure's WireServer. */
const metadata: ReadonlySet<string> = new Set(["168.63.129.16"]);
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an address someone else names (a redirect, a feed's link) may be connected to: public addresses only. Loopback,
 * private, link-local, CGNAT, ULA, documentation, multicast, cloud metadata and IPv4 in IPv6 (mapped, compatible, 6to4,
 * Teredo) are not; a NAT64 address is judged by the IPv4 address inside. Source: IANA special-purpose address registries.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return isPublicIpv4(parsed);
  if (!(parsed instanceof ipaddr.IPv6)) return false;
  if (parsed.range() === "rfc6052") return isPublicNat64(parsed);
  return parsed.range() === "unicast" && parsed.match(globalUnicast);
}

export function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback";
}

function isPublicIpv4(address: ipaddr.IPv4): boolean {
  return address.range() === "unicast" && !metadata.has(address.toString());
}

/** Only the well-known prefix 64:ff9b::/96 carries public addresses; 64:ff9b:1::/48 is for local use (RFC 8215). */
function isPublicNat64(address: ipaddr.IPv6): boolean {
  if (!address.match(ipaddr.IPv6.parse("64:ff9b::"), 96)) return false;
  return isPublicIpv4(new ipaddr.IPv4(address.toByteArray().slice(12)));
}
