import { defineFormat, numberLike, present, type LogContext, type LogFields } from "./format.ts";
import { epochMs, readIsoTime } from "./moment.ts";
import { severityOf } from "./severity.ts";

const levels = "DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION";
const after = new RegExp(`^(.{0,200}?)\\b(${levels}): {1,2}(.*)$`, "s");
const who = /(?:([\w.-]+)@([\w.-]+)|user=([^, ]*),db=([^, ]*))/;

/**
 * PostgreSQL's own log to a file, with the usual line prefixes (`%m [%p]`, `%t [%p]`, `%q%u@%d`, `%n`).
 * Source: PostgreSQL documentation, «Error Reporting and Logging».
 */
export const postgresql = defineFormat("postgresql", (line, context) => {
  const time = readTime(line, context);
  const match = time === null ? null : after.exec(line.slice(time.length));
  if (time === null || match === null) return null;
  const [, prefix = "", level = "", message = ""] = match;
  const named = readPrefix(prefix);
  // a prefix names the process or the user at least, else any program that writes `ERROR: ` would fit
  if (named["pid"] === undefined && named["user"] === undefined) return null;
  const ms = /^duration: (\d+(?:\.\d+)?) ms/.exec(message)?.[1];
  return {
    atMs: time.atMs,
    severity: severityOf(level),
    host: null,
    program: "postgres",
    fields: present({ ...named, level, seconds: ms === undefined ? null : Number(ms) / 1_000 }),
    message,
  };
});

function readTime(line: string, context: LogContext): { atMs: number | null; length: number } | null {
  const epoch = /^\d{10}\.\d{3}(?= )/.exec(line.slice(0, 15))?.[0];
  if (epoch !== undefined) return { atMs: epochMs(Number(epoch)), length: epoch.length };
  return readIsoTime(line, context);
}

function readPrefix(prefix: string): LogFields {
  const pid = /\[(\d{1,10})(?:-\d+)?\]|(?:^|[\s:])(\d{2,10})(?=[\s:]|$)/.exec(prefix);
  const [, user, database, namedUser, namedDatabase] = who.exec(prefix) ?? [];
  return present({
    pid: numberLike(pid?.[1] ?? pid?.[2]),
    user: user ?? namedUser,
    database: database ?? namedDatabase,
    client: /\bclient=([^,\s]+)/.exec(prefix)?.[1],
    sqlState: /\b([0-9][0-9A-Z]{4})\b: *$/.exec(prefix)?.[1],
  });
}
