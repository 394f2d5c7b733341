import type { X509Certificate } from "node:crypto";
import type { Attempt } from "./attempt.ts";

const dayMs = 86_400_000;
const maxNames = 20;
const months = "JanFebMarAprMayJunJulAugSepOctNovDec";
/** `Nov 22 02:12:00 2026 GMT`, as OpenSSL writes it */
const opensslTime = /^([A-Z][a-z]{2})\s+(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.\d+)? (-?\d{1,6})(?: GMT)?$/;

/** What a check needs to know of a server's certificate. */
export interface Certificate {
  /** whole days until it expires by our wall clock, negative afterwards */
  readonly daysLeft: number;
  readonly leftMs: number;
  /** from its first to its last moment */
  readonly lifetimeMs: number;
}

/** Reads the certificate and keeps what people ask of it as facts of the attempt. */
export function readCertificate(attempt: Attempt, x509: X509Certificate): Certificate {
  const fromMs = parseOpensslTimeMs(x509.validFrom);
  const toMs = parseOpensslTimeMs(x509.validTo);
  const leftMs = toMs - attempt.clock.nowMs();
  const daysLeft = Math.floor(leftMs / dayMs);
  attempt.facts["certificateDaysLeft"] = daysLeft;
  attempt.facts["certificateExpiresAtMs"] = toMs;
  attempt.facts["certificateNames"] = certificateNames(x509).slice(0, maxNames);
  attempt.facts["certificateFingerprint"] = x509.fingerprint256;
  attempt.facts["issuer"] = nameOf(x509.issuer);
  return { daysLeft, leftMs, lifetimeMs: toMs - fromMs };
}

/** The names and addresses it is valid for; its subject's when it lists none. */
export function certificateNames(x509: X509Certificate): readonly string[] {
  const listed = (x509.subjectAltName ?? "").split(", ").filter((part) => part !== "");
  return listed.length === 0 ? [nameOf(x509.subject)] : listed.map((part) => part.replace(/^(?:DNS|IP Address):/, ""));
}

/** The common name, else the organisation, of a distinguished name given as lines `CN=…`. */
function nameOf(distinguishedName: string | undefined): string {
  const lines = (distinguishedName ?? "").split("\n");
  const named = ["CN=", "O="].map((key) => lines.find((line) => line.startsWith(key))?.slice(key.length));
  return named.find((name) => name !== undefined) ?? lines.join(", ");
}

/** @returns Unix epoch UTC; NaN for anything else than OpenSSL's form */
export function parseOpensslTimeMs(text: string): number {
  const [, month = "", day, hour, minute, second, year] = opensslTime.exec(text) ?? [];
  const place = months.indexOf(month) / 3;
  if (month === "" || !Number.isInteger(place)) return NaN;
  const days = daysFromCivil(Number(year), place + 1, Number(day));
  return days * dayMs + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1_000;
}

/** Days from 1970-01-01 in the Gregorian calendar. Source: Hinnant, «chrono-Compatible Low-Level Date Algorithms». */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
