import type { Answer, RecordType } from "dns-packet";
import { plainName } from "./dns-message.ts";
import { printable } from "./printable.ts";

/** The record types that can be asked for, as people write them. */
export const recordTypes = [
  "A",
  "AAAA",
  "CAA",
  "CDNSKEY",
  "CDS",
  "CNAME",
  "DNAME",
  "DNSKEY",
  "DS",
  "HINFO",
  "HTTPS",
  "LOC",
  "MX",
  "NAPTR",
  "NS",
  "NSEC3PARAM",
  "PTR",
  "RP",
  "SOA",
  "SRV",
  "SSHFP",
  "SVCB",
  "TLSA",
  "TXT",
  "URI",
] as const;
export type AskedType = (typeof recordTypes)[number];

/** Types the codec knows by number only. Source: RFC 9460 §14.1. */
const numbered: Readonly<Record<string, string>> = { SVCB: "UNKNOWN_64", HTTPS: "UNKNOWN_65" };

export function wireType(type: AskedType): RecordType {
  return (numbered[type] ?? type) as RecordType;
}

const maxChars = 500;

/** The values of one type in a reply, as a zone file writes them; names in lower case and without the last dot. */
export function recordTexts(answers: readonly Answer[], type: AskedType): readonly string[] {
  return answers
    .filter((answer) => answer.type === wireType(type))
    .map((answer) => printable(textOf(answer)).slice(0, maxChars));
}

/** The aliases on the way, in order. */
export function aliasesIn(answers: readonly Answer[]): readonly string[] {
  return answers.flatMap((answer) => (answer.type === "CNAME" ? [plainName(answer.data).slice(0, 255)] : []));
}

/** The shortest time the records may be kept, seconds; null when there are none. */
export function shortestTtlSeconds(answers: readonly Answer[]): number | null {
  const ttls = answers.flatMap((answer) => ("ttl" in answer && answer.ttl !== undefined ? [answer.ttl] : []));
  return ttls.length === 0 ? null : Math.min(...ttls);
}

/** The zone's serial, wherever the reply carries its SOA. */
export function serialIn(answers: readonly Answer[]): number | null {
  const soa = answers.find((answer) => answer.type === "SOA");
  return soa?.type === "SOA" ? (soa.data.serial ?? null) : null;
}

function textOf(answer: Answer): string {
  const write = writers[answer.type] as ((answer: Answer) => string) | undefined;
  return write === undefined ? rawOf("data" in answer ? answer.data : "") : write(answer);
}

type Writers = { readonly [Type in Answer["type"]]?: (answer: Extract<Answer, { type: Type }>) => string };

const plain = ({ data }: { readonly data: string }): string => plainName(data);

/** The presentation form of each type. Source: RFC 1035 §5, and the RFC of each type. */
const writers: Writers = {
  A: ({ data }) => data,
  AAAA: ({ data }) => data,
  CNAME: plain,
  DNAME: plain,
  NS: plain,
  PTR: plain,
  MX: ({ data: { preference, exchange } }) => `${preference ?? 0} ${plainName(exchange)}`,
  TXT: ({ data }) => joined(data),
  SOA: ({ data: { mname, rname, serial, refresh, retry, expire, minimum } }) =>
    [plainName(mname), plainName(rname), serial, refresh, retry, expire, minimum].join(" "),
  SRV: ({ data: { priority = 0, weight = 0, port, target } }) => `${priority} ${weight} ${port} ${plainName(target)}`,
  CAA: ({ data: { flags = 0, tag, value } }) => `${flags} ${tag} "${value}"`,
  DS: ({ data: { keyTag, algorithm, digestType, digest } }) =>
    `${keyTag} ${algorithm} ${digestType} ${digest.toString("hex")}`,
  DNSKEY: ({ data: { flags, algorithm, key } }) => `${flags} 3 ${algorithm} ${key.toString("base64")}`,
  TLSA: ({ data: { usage, selector, matchingType, certificate } }) =>
    `${usage} ${selector} ${matchingType} ${certificate.toString("hex")}`,
  SSHFP: ({ data: { algorithm, hash, fingerprint } }) => `${algorithm} ${hash} ${fingerprint.toLowerCase()}`,
  NAPTR: ({ data: { order, preference, flags, services, regexp, replacement } }) =>
    `${order} ${preference} "${flags}" "${services}" "${regexp}" ${plainName(replacement)}`,
  HINFO: ({ data: { cpu, os } }) => `"${cpu}" "${os}"`,
  RP: ({ data: { mbox, txt } }) => `${plainName(mbox)} ${plainName(txt)}`,
};

/** A type without a form of its own. Source: RFC 3597 §5. */
function rawOf(data: unknown): string {
  if (!Buffer.isBuffer(data)) return typeof data === "string" ? data : JSON.stringify(data);
  return `\\# ${data.length} ${data.toString("hex")}`;
}

/** One TXT record is a row of strings that belong together. */
function joined(data: unknown): string {
  const parts: unknown[] = Array.isArray(data) ? data : [data];
  return Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : Buffer.from(String(part))))).toString(
    "utf8",
  );
}
