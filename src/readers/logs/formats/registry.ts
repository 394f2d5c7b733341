import { access } from "./access.ts";
import { apacheError } from "./apache-error.ts";
import type { LogContext, LogFormat } from "./format.ts";
import { journald } from "./journald.ts";
import { json } from "./json.ts";
import { mysqlError } from "./mysql-error.ts";
import { mysqlSlow } from "./mysql-slow.ts";
import { nginxError } from "./nginx-error.ts";
import { plain, timed } from "./plain.ts";
import { postgresql } from "./postgresql.ts";
import { syslog5424 } from "./syslog-5424.ts";
import { syslog } from "./syslog.ts";

/** Every format, the narrowest first: of two that fit equally many lines the earlier one is taken. */
export const logFormats: readonly LogFormat[] = [
  access,
  apacheError,
  nginxError,
  syslog5424,
  syslog,
  journald,
  mysqlSlow,
  mysqlError,
  postgresql,
  json,
  timed,
  plain,
];

/** Enough to be sure, little enough to be quick. */
export const sampleLines = 200;
/** Statements and stack traces take most lines of some logs. */
const leastShare = 0.03;

/** The format that fits most of the first lines of a source; `plain` when none fits any. */
export function recogniseFormat(lines: readonly string[], context: LogContext): LogFormat {
  const sample = lines.slice(0, sampleLines).filter((line) => line.trim() !== "");
  let best: LogFormat = plain;
  let most = Math.max(1, sample.length * leastShare) - 0.5;
  for (const format of logFormats) {
    if (format === plain) continue;
    const fitting = sample.filter((line) => format.parse(line, context) !== null).length;
    if (fitting > most) [best, most] = [format, fitting];
  }
  return best;
}

/** The format with this id; `plain` when there is none. */
export function formatOf(id: string): LogFormat {
  return logFormats.find((format) => format.id === id) ?? plain;
}
