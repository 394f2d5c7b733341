import dns from "node:dns/promises";
import net from "node:net";
import snmp, { type Session, type User, type Varbind } from "net-snmp";
import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Secret } from "../kernel/secret.ts";

export type SnmpAccess =
  | { readonly version: 1 | "2c"; readonly community: Secret | null }
  | {
      readonly version: 3;
      readonly user: string | null;
      readonly auth: Secret | null;
      readonly privacy: Secret | null;
      /** null: the usual ones are tried in turn */
      readonly protocols: SnmpProtocols | null;
    };

export interface SnmpProtocols {
  readonly auth: "sha" | "sha256" | "sha512" | "md5";
  readonly privacy: "aes" | "aes256";
}

/** In the order in which they are tried, what is good and usual first. DES is not among them: OpenSSL 3 no longer has it. */
export const usualProtocols: readonly SnmpProtocols[] = [
  { auth: "sha256", privacy: "aes" },
  { auth: "sha", privacy: "aes" },
  { auth: "sha512", privacy: "aes256" },
  { auth: "md5", privacy: "aes" },
];

export interface SnmpTarget {
  /** name or literal */
  readonly address: string;
  readonly port: number;
  readonly access: SnmpAccess;
}

export interface SnmpValue {
  readonly oid: string;
  readonly type: SnmpType;
  /** null for texts */
  readonly number: number | null;
  /** as UTF-8 when that is what it is, else hex */
  readonly text: string;
}

export type SnmpType = "integer" | "text" | "oid" | "address" | "counter" | "gauge" | "ticks" | "opaque" | "other";

export interface SnmpFailure {
  /** a wrong community is silence; only version 3 says `refused` */
  readonly reason: "silent" | "refused" | "name" | "answer" | "too-slow";
  readonly text: string;
}

/** One visit of an agent, bounded in time; nothing is ever set. */
export interface SnmpSession {
  get(oids: readonly string[]): Promise<Result<readonly SnmpValue[], SnmpFailure>>;
  /** all below `oid`, in order, at most `most`; what is not there is an empty list */
  walk(oid: string, most: number): Promise<Result<readonly SnmpValue[], SnmpFailure>>;
  /** of version 3: what the agent took */
  protocols(): SnmpProtocols | null;
  close(): void;
}

const visitMs = 20_000;
const answerMs = 2_500;
const sysUpTime = "1.3.6.1.2.1.1.3.0";

/** Opens a visit and makes sure that the agent answers. */
export async function openSnmp(clock: Clock, target: SnmpTarget): Promise<Result<SnmpSession, SnmpFailure>> {
  const literal = await addressOf(target.address);
  if (!literal.ok) return literal;
  let last: Result<SnmpSession, SnmpFailure> = err({ reason: "silent", text: "" });
  for (const protocols of protocolsToTry(target.access)) {
    const session = begin(clock, { ...target, address: literal.value }, protocols);
    const first = await session.get([sysUpTime]);
    if (first.ok) return ok(session);
    session.close();
    last = first;
    // silence is not a matter of protocols
    if (first.error.reason !== "refused") return last;
  }
  return last;
}

function protocolsToTry(access: SnmpAccess): readonly (SnmpProtocols | null)[] {
  if (access.version !== 3 || access.auth === null) return [null];
  const known = access.protocols;
  if (known !== null) return [known];
  return access.privacy === null
    ? usualProtocols.filter(({ auth }, nth) => usualProtocols.findIndex((one) => one.auth === auth) === nth)
    : usualProtocols;
}

/** The literal behind a name; a literal is its own. */
export async function addressOf(name: string): Promise<Result<string, SnmpFailure>> {
  if (net.isIP(name) !== 0) return ok(name);
  try {
    return ok((await dns.lookup(name)).address);
  } catch (thrown) {
    return err({ reason: "name", text: errorText(thrown) });
  }
}

function begin(clock: Clock, target: SnmpTarget, protocols: SnmpProtocols | null): SnmpSession {
  const session = createSession(target, protocols);
  let ended: SnmpFailure | null = null;
  // a malformed answer is told here as well as to whoever asked
  session.on("error", () => {});
  const timer = clock.after(visitMs, () => {
    ended = { reason: "too-slow", text: `not all was told within ${visitMs} ms` };
    session.close();
  });
  const failure = (thrown: Error): { ok: false; error: SnmpFailure } => ({
    ok: false,
    error: ended ?? failureOf(thrown),
  });

  return {
    get: (oids) =>
      new Promise((resolve) => {
        session.get([...oids], (error, varbinds = []) => {
          if (error !== null) resolve(failure(error));
          else resolve(ok(varbinds.filter((one) => !snmp.isVarbindError(one)).map(readVarbind)));
        });
      }),
    walk: (oid, most) =>
      new Promise((resolve) => {
        const found: SnmpValue[] = [];
        const feed = (varbinds: Varbind[]): true | void => {
          for (const one of varbinds)
            if (!snmp.isVarbindError(one) && found.length < most) found.push(readVarbind(one));
          return found.length >= most ? true : undefined;
        };
        session.subtree(oid, 20, feed as (varbinds: Varbind[]) => true, (error) => {
          // version 1 says «no such name» at the end of what there is
          const isEnd = error === null || /NoSuchName/i.test(error.message);
          resolve(isEnd || found.length > 0 ? ok(found) : failure(error));
        });
      }),
    protocols: () => protocols,
    close() {
      timer.cancel();
      session.close();
    },
  };
}

function createSession({ address, port, access }: SnmpTarget, protocols: SnmpProtocols | null): Session {
  const transport = net.isIPv6(address) ? "udp6" : "udp4";
  const common = { port, transport, retries: 1, timeout: answerMs, backoff: 1 } as const;
  if (access.version === 3) {
    return snmp.createV3Session(address, userOf(access, protocols), { ...common, version: snmp.Version3 });
  }
  const version = access.version === 1 ? snmp.Version1 : snmp.Version2c;
  return snmp.createSession(address, access.community?.reveal() ?? "public", { ...common, version });
}

const authProtocols = {
  md5: snmp.AuthProtocols.md5,
  sha: snmp.AuthProtocols.sha,
  sha256: snmp.AuthProtocols.sha256,
  sha512: snmp.AuthProtocols.sha512,
};
const privacyProtocols = {
  aes: snmp.PrivProtocols.aes,
  aes256: snmp.PrivProtocols.aes256r,
};

/** The user as the library wants it, at the highest level its passwords allow. */
export function userOf(access: Extract<SnmpAccess, { version: 3 }>, protocols: SnmpProtocols | null): User {
  const { user, auth, privacy } = access;
  const { auth: digest, privacy: cipher } = protocols ?? usualProtocols[0] ?? { auth: "sha", privacy: "aes" };
  if (auth === null) return { name: user ?? "", level: snmp.SecurityLevel.noAuthNoPriv };
  const signed = { name: user ?? "", authProtocol: authProtocols[digest], authKey: auth.reveal() };
  if (privacy === null) return { ...signed, level: snmp.SecurityLevel.authNoPriv };
  return {
    ...signed,
    level: snmp.SecurityLevel.authPriv,
    privProtocol: privacyProtocols[cipher],
    privKey: privacy.reveal(),
  };
}

function failureOf(thrown: Error): SnmpFailure {
  const text = thrown.message;
  if (thrown.name === "RequestTimedOutError")
    return { reason: "silent", text: "no answer (silent, or another community)" };
  const isRefusal = /digest|unknown user|unsupported security|authenticat|decrypt|not in time/i.test(text);
  if (isRefusal) return { reason: "refused", text };
  const isSilent = /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|closed/.test(text);
  return { reason: isSilent ? "silent" : "answer", text };
}

const types: Readonly<Record<number, SnmpType>> = {
  [snmp.ObjectType.Integer]: "integer",
  [snmp.ObjectType.OctetString]: "text",
  [snmp.ObjectType.OID]: "oid",
  [snmp.ObjectType.IpAddress]: "address",
  [snmp.ObjectType.Counter]: "counter",
  [snmp.ObjectType.Gauge]: "gauge",
  [snmp.ObjectType.TimeTicks]: "ticks",
  [snmp.ObjectType.Opaque]: "opaque",
  [snmp.ObjectType.Counter64]: "counter",
};

/** A value as the wire gave it, in numbers and text of ours. */
export function readVarbind({ oid, type, value }: Varbind): SnmpValue {
  const known = types[type ?? -1] ?? "other";
  if (typeof value === "number") return { oid, type: known, number: value, text: String(value) };
  if (Buffer.isBuffer(value)) {
    if (known === "counter") return counter64(oid, value);
    return { oid, type: known, number: null, text: textOf(value) };
  }
  if (typeof value === "bigint") return { oid, type: known, number: Number(value), text: String(value) };
  return { oid, type: known, number: null, text: typeof value === "string" ? value : "" };
}

function counter64(oid: string, bytes: Buffer): SnmpValue {
  const whole = bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString("hex")}`);
  return { oid, type: "counter", number: Number(whole), text: String(whole) };
}

/** Text where it is text; what holds other bytes (a MAC address, a date) as hex. */
function textOf(bytes: Buffer): string {
  // some agents end their texts with a NUL
  const end = bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
  const text = end.toString("utf8");
  const isText = !text.includes("\uFFFD") && !/\p{Cc}/u.test(text.replaceAll(/[\t\r\n]/g, ""));
  return isText ? text : bytes.toString("hex");
}
