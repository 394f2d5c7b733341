import { randomInt } from "node:crypto";
import packet, { type Answer, type DecodedPacket, type RecordType } from "dns-packet";
import { errorText } from "../kernel/errors.ts";
import { ok } from "../kernel/result.ts";
import { stop, type Step } from "./attempt.ts";

/** What survives the Internet's usual paths in one piece. Source: DNS Flag Day 2020. */
const udpPayloadBytes = 1_232;
const headerBytes = 12;
/** bytes of a header that answers: RFC 1035 §4.1.1 */
const responseBit = 0x80;

export interface DnsQuestion {
  /** ASCII, without the last dot */
  readonly name: string;
  readonly type: RecordType;
  /** asks the server to go and find out, too */
  readonly recursive: boolean;
}

export interface DnsReply {
  /** `NOERROR`, `NXDOMAIN` … */
  readonly rcode: string;
  readonly isAuthoritative: boolean;
  readonly offersRecursion: boolean;
  /** the server says it has checked the DNSSEC signatures */
  readonly isAuthenticated: boolean;
  readonly isTruncated: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
}

export interface DnsQuery {
  readonly id: number;
  readonly question: DnsQuestion;
  readonly message: Buffer;
}

/**
 * A query with an unguessable id; AD asks for the DNSSEC verdict without the signatures (RFC 6840 §5.7). Servers older
 * than EDNS refuse its record and are asked without.
 */
export function writeQuery(question: DnsQuestion, withEdns: boolean): DnsQuery {
  const id = randomInt(65_536);
  const { name, type, recursive } = question;
  const message = packet.encode({
    type: "query",
    id,
    flags: (recursive ? packet.RECURSION_DESIRED : 0) | packet.AUTHENTIC_DATA,
    questions: [{ name, type }],
    additionals: withEdns ? [edns] : [],
  });
  return { id, question, message };
}

const edns: Answer = {
  type: "OPT",
  name: ".",
  udpPayloadSize: udpPayloadBytes,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

/** @returns null for what is no answer to this query; a stop when it is one and cannot be read */
export function readReply(message: Buffer, { id, question }: DnsQuery): Step<DnsReply> | null {
  if (message.length < headerBytes || message.readUInt16BE(0) !== id) return null;
  if ((message.readUInt8(2) & responseBit) === 0) return null;
  try {
    const decoded = packet.decode(message);
    const [asked = question] = decoded.questions ?? [];
    const isOurs = sameName(asked.name, question.name) && asked.type === question.type;
    return isOurs ? ok(replyOf(decoded)) : null;
  } catch (thrown) {
    return stop("protocol", "not-dns", errorText(thrown));
  }
}

function replyOf(decoded: DecodedPacket & { readonly rcode?: string }): DnsReply {
  return {
    rcode: decoded.rcode ?? "NOERROR",
    isAuthoritative: decoded.flag_aa,
    offersRecursion: decoded.flag_ra,
    isAuthenticated: decoded.flag_ad,
    isTruncated: decoded.flag_tc,
    answers: decoded.answers ?? [],
    authorities: decoded.authorities ?? [],
  };
}

function sameName(a: string, b: string): boolean {
  return plainName(a) === plainName(b);
}

/** Lower case, without the last dot; the root stays `.` */
export function plainName(name: string): string {
  return name === "." ? name : name.toLowerCase().replace(/\.$/, "");
}
