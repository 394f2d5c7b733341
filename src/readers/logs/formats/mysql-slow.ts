import { defineFormat, present, type LogContext, type LogRecord } from "./format.ts";
import { momentOf, readIsoTime } from "./moment.ts";

const slowSeverity = 5;
const userHost = /^# User@Host: ([^[\s]*)\[([^\]]*)\] @ {1,2}(\S*) ?\[([^\]]*)\](?: {1,2}Id: +(\d+))?/;
const figure = /([A-Z][A-Za-z_]+): +("[^"]*"|\S+)/g;

/**
 * The slow query log of MySQL and MariaDB: an entry is several lines, each of which is read by itself.
 * Source: MySQL reference manual, «The Slow Query Log».
 */
export const mysqlSlow = defineFormat("mysql-slow", (line, context) => {
  if (line.startsWith("# Time: ")) return timeLine(line.slice(8), context);
  if (line.startsWith("# User@Host: ")) return userLine(line);
  if (/^# (?:Query_time|Thread_id|Rows_affected|Bytes_sent|Schema|QC_hit|Full_scan): ?/.test(line))
    return figures(line);
  const at = /^SET timestamp=(\d{9,11});/.exec(line)?.[1];
  return at === undefined ? null : { ...bare(line), atMs: Number(at) * 1_000 };
});

function bare(message: string): LogRecord {
  return { atMs: null, severity: slowSeverity, host: null, program: "mysqld", fields: {}, message };
}

function timeLine(text: string, context: LogContext): LogRecord | null {
  const full = readIsoTime(text, context);
  if (full !== null) return { ...bare(`# Time: ${text}`), atMs: full.atMs };
  const old = /^(\d\d)(\d\d)(\d\d) {1,2}(\d{1,2}):(\d\d):(\d\d)/.exec(text);
  if (old === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = old.slice(1).map(Number);
  return {
    ...bare(`# Time: ${text}`),
    atMs: momentOf({ year: 2_000 + year, month, day, hour, minute, second }, context),
  };
}

function userLine(line: string): LogRecord | null {
  const match = userHost.exec(line);
  if (match === null) return null;
  const [, user, , host, address, id] = match;
  return { ...bare(line), fields: present({ user, clientName: host, client: address, thread: id && Number(id) }) };
}

/** `# Query_time: 2.0 Lock_time: 0 Rows_sent: 1` */
function figures(line: string): LogRecord {
  const fields: Record<string, string | number> = {};
  for (const [, name = "", value = ""] of line.matchAll(figure)) {
    const key = name.toLowerCase().replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    fields[key === "queryTime" ? "seconds" : key] = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  }
  return { ...bare(line), fields };
}
