import { createHash, randomBytes } from "node:crypto";
import ipaddr from "ipaddr.js";
import type { Clock } from "../../kernel/clock.ts";

/** Turns addresses into numbers that mean nothing the next day. */
export interface SourceNumbers {
  numberOf(address: string): string;
}

const dayMs = 86_400_000;
const idChars = 16;

/**
 * The salt lives in memory only and is thrown away after a day, so that no address can be found again by trying all of
 * them. Of an IPv6 address its network of 64 bits counts: one household has as many addresses as it likes.
 */
export function createSourceNumbers(clock: Clock): SourceNumbers {
  let salt = randomBytes(32);
  let madeAtMs = clock.monotonicMs();
  return {
    numberOf(address) {
      if (clock.monotonicMs() - madeAtMs >= dayMs) {
        salt = randomBytes(32);
        madeAtMs = clock.monotonicMs();
      }
      return createHash("sha256").update(salt).update(networkOf(address)).digest("hex").slice(0, idChars);
    },
  };
}

function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, 100);
  const parsed = ipaddr.process(address);
  return parsed.kind() === "ipv6" ? (parsed as ipaddr.IPv6).parts.slice(0, 4).join(":") : parsed.toString();
}
