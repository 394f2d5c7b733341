import { isIP } from "node:net";
import { KoboshiError } from "../kernel/errors.ts";
import { probes } from "../observe/index.ts";

/** What a person typed as an address: with a scheme, `dns:name`, `host:port`, or a bare name. @throws KoboshiError KB1001 */
export function toUrl(typed: string): URL {
  const written = withScheme(typed.trim());
  try {
    return new URL(written);
  } catch (cause) {
    throw new KoboshiError("KB1001", { what: typed }, cause);
  }
}

function withScheme(typed: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(typed)) return typed;
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*):(.+)$/i.exec(typed) ?? [];
  // `dns:example.jp`; a number after the colon is a port
  const isShort = !/^\d+$/.test(rest) && probes.some(({ urlSchemes }) => urlSchemes.includes(scheme.toLowerCase()));
  if (isShort) return `${scheme}://${rest}`;
  if (isIP(typed) === 6) return `https://[${typed}]/`;
  return /^[^/]+:\d+$/.test(typed) ? `tcp://${typed}` : `https://${typed}`;
}
