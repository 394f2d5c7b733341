import { defineFormat, present, type LogContext, type LogRecord } from "./format.ts";
import { readIsoTime, readMonthTime, type ReadTime } from "./moment.ts";
import { programFields, programSeverity } from "./programs.ts";

const priority = /^<(0|[1-9]\d{0,2})>/;
const tag = /^([^\s:[\]]{1,96})(?:\[([^\]\s]{1,32})\])?(?: [\d.]{1,12})?:(?: |$)/;
const hostName = /^[\w.:/%-]{1,255}$/;

/** 0 to 23 and 0 to 7, of `<34>` at the start of a line. Source: RFC 3164 §4.1.1. */
export function readPriority(line: string): { facility: number; severity: number; length: number } | null {
  const match = priority.exec(line.slice(0, 6));
  const value = Number(match?.[1]);
  if (match === null || value > 191) return null;
  return { facility: value >> 3, severity: value & 7, length: match[0].length };
}

/**
 * Syslog as it stands in files (`Nov  3 09:23:38 host program[pid]: text`, or with a full time) and as it is sent
 * (the same behind `<34>`). Source: RFC 3164 §4.
 */
export const syslog = defineFormat("syslog", (line, context) => {
  const head = readPriority(line);
  const text = head === null ? line : line.slice(head.length);
  const time = readTime(text, context);
  if (time === null) return head === null ? null : bareTag(text, head);
  const rest = text.slice(time.length);
  if (!rest.startsWith(" ")) return null;
  const space = rest.indexOf(" ", 1);
  const host = rest.slice(1, space < 0 ? undefined : space);
  const said = space < 0 ? "" : rest.slice(space + 1);
  // some devices leave the host out: the tag stands in its place
  if (host.endsWith(":")) return recordOf({ atMs: time.atMs, host: null, said: rest.slice(1), head });
  const isFull = text.charCodeAt(0) < 58;
  if (!hostName.test(host) || (isFull && !tag.test(said))) return null;
  return recordOf({ atMs: time.atMs, host, said, head });
});

function readTime(text: string, context: LogContext): ReadTime | null {
  const first = text.charCodeAt(0);
  if (first >= 48 && first <= 57) return text.charCodeAt(10) === 84 ? readIsoTime(text, context) : null;
  if (/^[A-Z][a-z]{2} [A-Z]/.test(text.slice(0, 5))) return null; // a weekday stands in front
  const after = text.startsWith("*") || text.startsWith(".") ? 1 : 0;
  const time = readMonthTime(text.slice(after, after + 48), context);
  return time === null ? null : { atMs: time.atMs, length: time.length + after };
}

type Head = ReturnType<typeof readPriority>;

function bareTag(text: string, head: Head): LogRecord | null {
  return tag.test(text) ? recordOf({ atMs: null, host: null, said: text, head }) : null;
}

interface Said {
  readonly atMs: number | null;
  readonly host: string | null;
  readonly said: string;
  readonly head: Head;
}

function recordOf({ atMs, host, said, head }: Said): LogRecord {
  const match = tag.exec(said.slice(0, 160));
  const program = match?.[1] ?? null;
  const message = match === null ? said : said.slice(match[0].length);
  return {
    atMs,
    severity: head?.severity ?? programSeverity(program, message),
    host,
    program,
    fields: present({ pid: pidOf(match?.[2]), facility: head?.facility, ...programFields(program, message) }),
    message,
  };
}

function pidOf(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : text;
}
