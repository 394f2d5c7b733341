import { defineFormat, numberLike, present, type LogFields, type LogRecord } from "./format.ts";
import { readPriority } from "./syslog.ts";
import { wallOf } from "./moment.ts";
import { programFields } from "./programs.ts";

const minuteMs = 60_000;
/** VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID, with the lengths the RFC allows */
const head = /^[1-9]\d{0,2} (\S{1,40}) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) (?=[-[])/;
const stamp = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/;
/** `2026-11-22T02:12:00`; the second of the last message is mostly that of the next. */
const stampChars = 19;
const lastStamp = { text: "", wallMs: 0 };
const element = /^\[([^\s="\]]{1,32})((?: [^\s="\]]{1,32}="(?:[^"\\\]]|\\.)*")*)\]/;
const param = / ([^\s="\]]{1,32})="((?:[^"\\\]]|\\.)*)"/g;
const mostParams = 200;
const byteOrderMark = 0xfe_ff;

/** Syslog of the newer kind. Source: RFC 5424 §6. */
export const syslog5424 = defineFormat("syslog-5424", (line) => {
  const priority = readPriority(line);
  const text = line.slice(priority?.length ?? 0);
  const match = priority === null ? null : head.exec(text.slice(0, 1_024));
  if (priority === null || match === null) return null;
  return recordOf(match, { text, priority });
});

/** Every part of the head is there when any of it is. */
type HeadParts = readonly [string, string, string, string, string, string];

interface Headed {
  /** from the version on */
  readonly text: string;
  readonly priority: NonNullable<ReturnType<typeof readPriority>>;
}

function recordOf(match: RegExpExecArray, { text, priority }: Headed): LogRecord | null {
  const [whole, time, host, program, procid, msgid] = match as unknown as HeadParts;
  const atMs = time === "-" ? null : readStamp(time);
  const rest = readRest(text.slice(whole.length));
  if ((time !== "-" && atMs === null) || rest === null) return null;
  const fields: Record<string, string | number> = {};
  if (procid !== "-") fields["pid"] = numberLike(procid) ?? procid;
  if (msgid !== "-") fields["msgid"] = msgid;
  fields["facility"] = priority.facility;
  if (rest.fields !== null) Object.assign(fields, present(rest.fields));
  Object.assign(fields, programFields(program, rest.message));
  return { atMs, severity: priority.severity, host: nil(host), program: nil(program), fields, message: rest.message };
}

function nil(text: string): string | null {
  return text === "-" ? null : text;
}

/** Structured data and message. */
function readRest(text: string): { fields: LogFields | null; message: string } | null {
  const structured = text.startsWith("-") ? { fields: null, length: 1 } : readStructured(text);
  if (structured === null) return null;
  const { fields, length } = structured;
  if (text.length > length && text.charCodeAt(length) !== 32) return null;
  const begins = text.charCodeAt(length + 1) === byteOrderMark ? length + 2 : length + 1;
  return { fields, message: text.slice(begins) };
}

/** The TIMESTAMP of §6.2.3, which is narrower than RFC 3339: no leap second, at most six digits. */
function readStamp(text: string): number | null {
  const second = text.slice(0, stampChars);
  const plainMs = second === lastStamp.text ? plainFractionMs(text) : null;
  if (plainMs !== null) return lastStamp.wallMs + plainMs;
  const match = stamp.exec(text);
  if (match === null || Number(match[6]) > 59) return null;
  const [, year, month, day, hour, minute, , fraction, zone] = match;
  const wallMs =
    second === lastStamp.text
      ? lastStamp.wallMs
      : wallOf({
          year: Number(year),
          month: Number(month),
          day: Number(day),
          hour: Number(hour),
          minute: Number(minute),
          second: Number(match[6]),
        });
  const aheadMs = readOffsetMs(zone);
  if (wallMs === null || aheadMs === null) return null;
  [lastStamp.text, lastStamp.wallMs] = [second, wallMs];
  return wallMs + (fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000)) - aheadMs;
}

/** Of a time in UTC, `Z` or `.123Z` behind its second; null: written otherwise. */
function plainFractionMs(text: string): number | null {
  const last = text.length - 1;
  if (text.charCodeAt(last) !== 90) return null;
  if (last === stampChars) return 0;
  if (text.charCodeAt(stampChars) !== 46 || last < stampChars + 2 || last > stampChars + 7) return null;
  let [digits, scale] = [0, 1_000];
  for (let at = stampChars + 1; at < last; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return null;
    digits = digits * 10 + digit;
    scale /= 10;
  }
  return Math.floor(digits * scale + 1e-9);
}

/** `Z` or `-07:00` */
function readOffsetMs(zone: string | undefined): number | null {
  if (zone === undefined || zone === "Z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * minuteMs;
}

/** Fields are `ID.NAME`; a name that comes again is numbered. Null: not closed as §6.3 says. */
function readStructured(text: string): { fields: LogFields; length: number } | null {
  const fields: Record<string, string> = {};
  const seen = new Set<string>();
  let at = 0;
  let count = 0;
  while (text.charCodeAt(at) === 91) {
    const match = element.exec(text.slice(at, at + 65_536));
    if (match === null) return null;
    const [whole, id = "", params = ""] = match;
    // §6.3.2: the same element must not come twice
    if (seen.has(id)) return null;
    seen.add(id);
    for (const [, name = "", value = ""] of params.matchAll(param)) {
      if (++count > mostParams) break;
      const key = `${id}.${name}`;
      fields[key in fields ? `${key}.${count}` : key] = value.replaceAll(/\\(["\\\]])/g, "$1");
    }
    at += whole.length;
  }
  return { fields, length: at };
}
