import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { refuse } from "./probe-fields.ts";

/** A name DNS can carry, in ASCII and lower case; or an address. Source: RFC 1035 §2.3.4. */
export function nameField(): z.ZodType<string, string> {
  return z
    .string()
    .transform((text, context): string => {
      const written = text.trim();
      if (isIP(written) !== 0) return written;
      const ascii = /^[\u0021-\u007E]+$/.test(written) ? written : domainToASCII(written);
      const name = ascii.toLowerCase().replace(/(?<=.)\.$/, "");
      const fits =
        name === "." || (name.length <= 253 && name.split(".").every((label) => /^[^\s/:@]{1,63}$/.test(label)));
      return fits ? name : refuse(context, text, { finding: "bad-address", form: "www.example.jp" });
    })
    .meta({ unit: "address" });
}

/** An address is asked for by its name in the reverse tree. Source: RFC 1035 §3.5, RFC 3596 §2.5. */
export function askedName(name: string): string {
  if (isIP(name) === 0) return name;
  const parsed = ipaddr.process(name);
  const bytes = parsed.toByteArray();
  if (parsed.kind() === "ipv4") return `${bytes.toReversed().join(".")}.in-addr.arpa`;
  const digits = bytes.flatMap((byte) => [byte >> 4, byte & 15]).map((digit) => digit.toString(16));
  return `${digits.toReversed().join(".")}.ip6.arpa`;
}
