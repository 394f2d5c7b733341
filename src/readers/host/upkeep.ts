import type { HostReading } from "../../kernel/model/host-reading.ts";
import { firstTagged, tagged } from "./frame.ts";
import { certificateMoment } from "./log-time.ts";

const mostCertificates = 200;

/** The section `updates`; null when no package manager answered. */
export function updatesOf(lines: readonly string[]): HostReading["updates"] {
  const reboot = firstTagged(lines, "reboot");
  const rebootRequired = reboot === null ? null : reboot === "yes";
  const waiting = tagged(lines, "i");
  if (lines.includes("apt")) {
    const security = waiting.filter((row) => /\(.*security.*\)/i.test(row)).length;
    return { pending: waiting.length, security, rebootRequired };
  }
  if (!lines.includes("rpm")) return null;
  const security = lines.includes("security")
    ? new Set(tagged(lines, "s").map((row) => row.split(/\s+/).at(-1))).size
    : null;
  return { pending: waiting.length, security, rebootRequired };
}

/** The section `certs`: `notAfter=…|sha256 Fingerprint=…| PATH`, soonest end first. */
export function certificatesOf(lines: readonly string[]): NonNullable<HostReading["certificates"]> {
  const all = tagged(lines, "c").flatMap((row) => {
    const match = /^notAfter=([^|]+)\|\s*sha256 Fingerprint=([0-9A-F:]+)\| ?(\/.*)$/i.exec(row);
    const notAfterMs = certificateMoment(match?.[1] ?? "");
    if (match === null || notAfterMs === null) return [];
    const sha256 = (match[2] ?? "").replaceAll(":", "").toLowerCase();
    return [{ path: (match[3] ?? "").slice(0, 300), notAfterMs, sha256 }];
  });
  return all.toSorted((a, b) => a.notAfterMs - b.notAfterMs).slice(0, mostCertificates);
}
