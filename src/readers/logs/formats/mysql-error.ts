import { defineFormat, present } from "./format.ts";
import { momentOf, readIsoTime } from "./moment.ts";
import type { LogContext } from "./format.ts";
import type { ReadTime } from "./moment.ts";
import { severityOf } from "./severity.ts";

/** MySQL 5.7 and 8, MariaDB 10 and later */
const after = /^ {1,2}(\d+) \[(\w+)\](?: \[(MY-\d+)\])?(?: \[(\w[\w ]*)\])? ?(.*)$/s;
const old = /^(\d\d)(\d\d)(\d\d) {1,2}(\d{1,2}):(\d\d):(\d\d) /;

/** The error log of MySQL and MariaDB. Source: MySQL reference manual, «Error Log Output Format»; MariaDB, «Error Log». */
export const mysqlError = defineFormat("mysql-error", (line, context) => {
  const time = readIsoTime(line, context) ?? readOldTime(line, context);
  if (time === null) return null;
  const text = line.slice(time.length);
  const match = after.exec(text) ?? /^ ?()\[(Note|Warning|ERROR|System)\]()()? ?(.*)$/s.exec(text);
  if (match === null) return mysqldSafe(time, text);
  const [, thread = "", level = "", code, subsystem, message = ""] = match;
  const severity = severityOf(level);
  if (severity === null) return null;
  return {
    atMs: time.atMs,
    severity,
    host: null,
    program: "mysqld",
    fields: present({ thread: thread === "" ? null : Number(thread), level, code, subsystem }),
    message,
  };
});

/** `211018  9:12:01`, of MySQL 5.5 and MariaDB 5.5 */
function readOldTime(line: string, context: LogContext): ReadTime | null {
  const match = old.exec(line.slice(0, 20));
  if (match === null) return null;
  const [whole, year, month, day, hour, minute, second] = match.map(String);
  const wall = { year: 2_000 + Number(year), month: Number(month), day: Number(day), hour: Number(hour) };
  const atMs = momentOf({ ...wall, minute: Number(minute), second: Number(second) }, context);
  return atMs === null ? null : { atMs, length: (whole ?? "").length - 1 };
}

function mysqldSafe(time: ReadTime, text: string): ReturnType<typeof mysqlError.parse> {
  const match = /^ (mysqld_safe|mysqld|InnoDB:) ?(.*)$/.exec(text);
  if (match === null) return null;
  const program = match[1] === "mysqld_safe" ? "mysqld_safe" : "mysqld";
  return { atMs: time.atMs, severity: null, host: null, program, fields: {}, message: match[2] ?? "" };
}
