import { defineFormat, numberLike, present, type LogFields } from "./format.ts";
import { readPriority } from "./syslog.ts";
import { wallOf } from "./moment.ts";
import { programFields } from "./programs.ts";

const minuteMs = 60_000;
/** VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID, with the lengths the RFC allows */
const head =
  /^[1-9]\d{0,2} (?<time>\S{1,40}) (?<host>[!-~]{1,255}) (?<program>[!-~]{1,48}) (?<procid>[!-~]{1,128}) (?<msgid>[!-~]{1,32}) (?=[-[])/;
const stamp = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/;
const element = /^\[([^\s="\]]{1,32})((?: [^\s="\]]{1,32}="(?:[^"\\\]]|\\.)*")*)\]/;
const param = / ([^\s="\]]{1,32})="((?:[^"\\\]]|\\.)*)"/g;
const mostParams = 200;

/** Syslog of the newer kind. Source: RFC 5424 §6. */
export const syslog5424 = defineFormat("syslog-5424", (line) => {
  const priority = readPriority(line);
  const text = line.slice(priority?.length ?? 0);
  const match = head.exec(text.slice(0, 1_024));
  if (priority === null || match === null) return null;
  const named = match.groups as unknown as HeadFields;
  const atMs = named.time === "-" ? null : readStamp(named.time);
  const rest = readRest(text.slice(match[0].length));
  if ((named.time !== "-" && atMs === null) || rest === null) return null;
  return {
    atMs,
    severity: priority.severity,
    host: nil(named.host),
    program: nil(named.program),
    fields: present({
      pid: numberLike(named.procid),
      msgid: named.msgid,
      facility: priority.facility,
      ...rest.fields,
      ...programFields(named.program, rest.message),
    }),
    message: rest.message,
  };
});

interface HeadFields {
  readonly time: string;
  readonly host: string;
  readonly program: string;
  readonly procid: string;
  readonly msgid: string;
}

function nil(text: string): string | null {
  return text === "-" ? null : text;
}

/** Structured data and message. */
function readRest(text: string): { fields: LogFields; message: string } | null {
  const structured = text.startsWith("-") ? { fields: {}, length: 1 } : readStructured(text);
  if (structured === null) return null;
  const rest = text.slice(structured.length);
  if (rest !== "" && !rest.startsWith(" ")) return null;
  return { fields: structured.fields, message: rest.slice(1).replace(/^\uFEFF/, "") };
}

/** The TIMESTAMP of §6.2.3, which is narrower than RFC 3339: no leap second, at most six digits. */
function readStamp(text: string): number | null {
  const match = stamp.exec(text);
  if (match === null || Number(match[6]) > 59) return null;
  const wall = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const [year, month, day, hour, minute, second] = wall;
  const wallMs = wallOf({
    year,
    month,
    day,
    hour,
    minute,
    second,
    ms: Math.floor(Number(`0.${match[7] ?? "0"}`) * 1_000),
  });
  const aheadMs = readOffsetMs(match[8]);
  return wallMs === null || aheadMs === null ? null : wallMs - aheadMs;
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
