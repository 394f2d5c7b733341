import { defineFormat, type LogContext } from "./format.ts";
import { flatFields, jsonObject } from "./json-line.ts";
import { epochMs, readCommonLogTime, readIsoTime, readMonthTime } from "./moment.ts";
import { severityOf } from "./severity.ts";

const timeKeys = [
  "time",
  "timestamp",
  "@timestamp",
  "ts",
  "datetime",
  "date",
  "t",
  "asctime",
  "eventTime",
  "started_at",
];
const levelKeys = ["level", "severity", "lvl", "loglevel", "log.level", "levelname", "severity_text", "SEVERITY"];
const messageKeys = ["message", "msg", "log", "text", "event", "@message", "body", "fields.message", "short_message"];
const hostKeys = ["host", "hostname", "host.name", "HOSTNAME"];
const programKeys = ["program", "app", "service", "service.name", "logger", "name", "source", "component", "target"];

/** One JSON object a line, with the keys that loggers commonly use for time, level and message. */
export const json = defineFormat("json", (line, context) => {
  const found = jsonObject(line);
  if (found === null) return null;
  const value = unwrap(found);
  const fields = flatFields(value, () => false);
  const take = (keys: readonly string[]): string | number | undefined => {
    const key = keys.find((one) => fields[one] !== undefined);
    const taken = key === undefined ? undefined : fields[key];
    if (key !== undefined) delete fields[key];
    return taken;
  };
  const atMs = timeOf(take(timeKeys), context) ?? instantOf(fields);
  const severity = levelOf(take(levelKeys));
  const message = take(messageKeys);
  const [host, program] = [take(hostKeys), take(programKeys)];
  return {
    atMs,
    severity,
    host: textOf(host),
    program: textOf(program),
    fields,
    message: message === undefined ? line.trim() : String(message),
  };
});

/** Some put everything of their own one level down. */
function unwrap(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const inner = value["@fields"];
  return typeof inner === "object" && inner !== null ? { ...value, ...inner, "@fields": null } : value;
}

function timeOf(written: string | number | undefined, context: LogContext): number | null {
  if (written === undefined) return null;
  if (typeof written === "number") return epochMs(written);
  if (/^\d{9,19}(?:\.\d+)?$/.test(written)) return epochMs(Number(written));
  for (const read of [readIsoTime, readCommonLogTime, readMonthTime]) {
    const time = read(written, context);
    if (time !== null) return time.atMs;
  }
  return null;
}

/** log4j's JSON layout */
function instantOf(fields: Record<string, string | number>): number | null {
  const seconds = fields["instant.epochSecond"];
  if (typeof seconds !== "number") return null;
  const nanos = Number(fields["instant.nanoOfSecond"] ?? 0);
  delete fields["instant.epochSecond"];
  delete fields["instant.nanoOfSecond"];
  return seconds * 1_000 + Math.floor(nanos / 1_000_000);
}

/** Words, syslog's 0–7, or the tens of pino and bunyan (10 trace … 60 fatal). */
function levelOf(written: string | number | undefined): number | null {
  if (written === undefined) return null;
  const value = Number(written);
  if (Number.isNaN(value)) return severityOf(String(written));
  if (value >= 0 && value <= 7) return value;
  const tens: Readonly<Record<number, number>> = { 10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 };
  return tens[value] ?? null;
}

function textOf(value: string | number | undefined): string | null {
  return value === undefined ? null : String(value);
}
