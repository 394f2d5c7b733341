import type { Socket } from "node:net";
import mysql from "mysql2";
import { err, ok } from "../kernel/result.ts";
import type { Secret } from "../kernel/secret.ts";
import { phases, stop, type Attempt, type Phase, type Step, type Stop } from "./attempt.ts";
import { answered, type Answer, type DatabaseSession } from "./database-session.ts";
import { createDriverSocket } from "./driver-socket.ts";
import { closedStop } from "./net-error.ts";
import { converse } from "./replies.ts";

/** What one look may cost in memory, answers to the check's own query included. */
const maxBytes = 4_194_304;
const loginPhase: Phase = { layer: "protocol", timing: null, limitMs: Infinity };
const queryPhase: Phase = { layer: "application", timing: "bodyMs", limitMs: Infinity };
const clientSsl = 0x0800;
/** long password, protocol 4.1, TLS, secure password hash, named authentication methods */
const tlsCapabilities = 0x0001 | 0x0200 | clientSsl | 0x8000 | 0x80000;
const utf8mb4 = 45;

/** The server's first words. */
export interface MysqlGreeting {
  /** the packet as it came */
  readonly bytes: Buffer;
  readonly version: string;
  readonly offersTls: boolean;
}

/** Hears a server's greeting; a refusal in its place (`1040 Too many connections`) is a verdict on the application. */
export async function hearMysqlGreeting(attempt: Attempt, socket: Socket): Promise<Step<MysqlGreeting>> {
  const talk = converse(attempt, socket);
  const heard = await talk.hear(phases.firstByte, packetEnd);
  if (!heard.ok) return heard;
  talk.leave();
  const bytes = Buffer.from(heard.value + talk.pending(), "latin1");
  const payload = bytes.subarray(4);
  if (payload[0] === 0xff && payload.length > 3) return err(refusal(payload));
  const end = payload.indexOf(0, 1);
  // MariaDB puts a number of MySQL's before its own, for clients that only know that one
  const version = payload
    .subarray(1, end)
    .toString("utf8")
    .replace(/^5\.5\.5-(?=\d)/, "");
  if (payload[0] !== 10 || end < 2 || !/^[\x20-\x7e]{1,100}$/.test(version) || payload.length < end + 16) {
    return stop("protocol", "not-mysql", `the server's first words: ${heard.value.slice(0, 100)}`);
  }
  // the thread's number and eight bytes of salt stand between the version and what the server can do
  const capabilities = payload.readUInt16LE(end + 14);
  return ok({ bytes, version, offersTls: (capabilities & clientSsl) !== 0 });
}

/** Tells the server that TLS follows; the greeting is answered inside. Source: MariaDB documentation, «Connection», SSLRequest. */
export function askMysqlForTls(socket: Socket): void {
  const packet = Buffer.alloc(36);
  packet.writeUIntLE(32, 0, 3);
  packet.writeUInt8(1, 3);
  packet.writeUInt32LE(tlsCapabilities, 4);
  packet.writeUInt32LE(16_777_215, 8);
  packet.writeUInt8(utf8mb4, 12);
  socket.write(packet);
}

export interface MysqlLogin {
  readonly greeting: MysqlGreeting;
  /** the socket speaks TLS by now, and SSLRequest was a packet of its own */
  readonly isSecured: boolean;
  readonly user: string;
  readonly database: string | null;
  readonly password: Secret | null;
}

/** Answers the greeting. A client that hangs up instead is counted by the server and in the end locked out (1129). */
export function logInToMysql(attempt: Attempt, socket: Socket, login: MysqlLogin): Promise<Step<DatabaseSession>> {
  const { greeting, isSecured, user, database, password } = login;
  return attempt.phase(loginPhase, (settle) => {
    let fault = (error: Error): void => settle(err(mysqlStop(error, "protocol")));
    const lent = createDriverSocket(socket, { maxBytes, onFault: (error) => fault(error) });
    const connection = mysql.createConnection({
      stream: lent.stream,
      user,
      ...(database === null ? {} : { database }),
      password: password?.reveal() ?? "",
      // the attempt has its own clock
      connectTimeout: 0,
      // the server names columns and files: neither may become code here, or be read from our disk
      disableEval: true,
      flags: ["-LOCAL_FILES", ...(isSecured ? ["SSL"] : [])],
      // texts as the server writes them
      typeCast: (field: { string(): string | null }) => field.string(),
    });
    connection.on("error", (error) => fault(error));
    connection.on("connect", () => settle(ok(sessionOf(attempt, connection, (next) => (fault = next)))));
    lent.replay(isSecured ? secondAfterTls(connection, greeting.bytes) : greeting.bytes);
    return () => socket.destroy();
  });
}

/** Packets are numbered: where SSLRequest was the first answer, what the driver says next is the second. */
function secondAfterTls(connection: mysql.Connection, greeting: Buffer): Buffer {
  const moved = Buffer.from(greeting);
  moved.writeUInt8(1, 3);
  (connection as unknown as { sequenceId: number }).sequenceId = 1;
  return moved;
}

function sessionOf(
  attempt: Attempt,
  connection: mysql.Connection,
  onFault: (next: (error: Error) => void) => void,
): DatabaseSession {
  return {
    ask: (sql) =>
      attempt.phase<Answer>(queryPhase, (settle) => {
        onFault((error) => settle(err(mysqlStop(error, "application"))));
        connection.query({ sql, rowsAsArray: true }, (error, rows, fields) => {
          if (error !== null) return settle(err(mysqlStop(error, "application")));
          const names = (fields ?? []).map(({ name }) => name);
          settle(ok({ names, rows: Array.isArray(rows) ? (rows as unknown as Answer["rows"]) : [] }));
        });
        return () => undefined;
      }),
    quit: () => connection.end(() => undefined),
  };
}

/** Where the first packet ends; null when it is not there yet. */
function packetEnd(text: string): number | null {
  if (text.length < 4) return null;
  const end = 4 + text.charCodeAt(0) + text.charCodeAt(1) * 256 + text.charCodeAt(2) * 65_536;
  // no greeting is long: what claims to be is another protocol
  if (end > 1_024) return text.length;
  return text.length >= end ? end : null;
}

function refusal(payload: Buffer): Stop {
  const message = payload
    .subarray(3)
    .toString("utf8")
    .replace(/^#.{5}/s, "");
  return numbered(payload.readUInt16LE(1), message);
}

/** Source: MariaDB documentation, «MariaDB Error Codes»; the numbers are MySQL's too. */
const numbers: Readonly<Record<number, string>> = {
  1040: "too-many-connections",
  1203: "too-many-connections",
  1226: "too-many-connections",
  1044: "login-refused",
  1045: "login-refused",
  1251: "login-refused",
  1698: "login-refused",
  1129: "monitor-blocked",
  1130: "monitor-refused",
  1049: "database-missing",
  1053: "not-ready",
  1021: "disk-full",
  1041: "out-of-memory",
  1205: "lock-timeout",
  1792: "query-writes",
  1290: "query-writes",
  1969: "query-timeout",
  3024: "query-timeout",
  1064: "query-refused",
  1054: "query-refused",
  1142: "query-refused",
  1146: "query-refused",
};

function numbered(number: number, message: string): Stop {
  return answered(numbers[number] ?? "server-error", `${number} ${message}`);
}

function mysqlStop(error: Error, layer: "protocol" | "application"): Stop {
  const { errno, code = "" } = error as { readonly errno?: number; readonly code?: string };
  if (errno !== undefined && errno >= 1_000 && errno < 5_000) return numbered(errno, error.message);
  if (code === "PROTOCOL_CONNECTION_LOST" || code === "ECONNRESET" || code === "EPIPE") return closedStop(layer, error);
  if (code.startsWith("AUTH_SWITCH")) return stop("application", "login-method", error.message).error;
  if (/more than \d+ bytes/.test(error.message)) return stop("application", "answer-too-long", error.message).error;
  return stop("protocol", "not-mysql", error.message).error;
}
