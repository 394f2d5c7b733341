import os from "node:os";
import ipaddr from "ipaddr.js";

/** Of this machine's network cards that are up, without loopback. */
export function ownAddresses(): readonly string[] {
  return Object.values(os.networkInterfaces())
    .flatMap((card) => card ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);
}

/** Each once, as another machine sees them: without what is known on one machine or one wire only, or is no address. */
export function seenElsewhere(addresses: readonly string[]): readonly string[] {
  const known = addresses.filter((text) => ipaddr.isValid(text)).map((text) => ipaddr.process(text));
  const passing = known.filter((address) => !["loopback", "linkLocal", "unspecified"].includes(address.range()));
  return [...new Set(passing.map((address) => address.toString()))];
}
