import net from "node:net";

/** An address or name by which a machine calls itself. */
export function isLoopbackAddress(text: string): boolean {
  const address = text.replace(/^\[|\]$/g, "").toLowerCase();
  return address === "localhost" || address === "::1" || (net.isIPv4(address) && address.startsWith("127."));
}
